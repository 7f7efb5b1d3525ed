"""Signals that a test hears as a terminal's programs do, however the tests themselves were started."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def heard(number: int, by: Callable[..., Any] | int) -> Iterator[None]:
    """Have a signal heard by a handler for a `with` block: a shell, or nohup, may let its children ignore it."""
    before = signal.signal(number, by)
    try:
        yield
    finally:
        signal.signal(number, before)
