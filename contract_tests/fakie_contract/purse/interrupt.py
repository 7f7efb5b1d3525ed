"""Letting Ctrl-C wait for the end of what must not be cut off."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Handle a Ctrl-C that comes during the block when it has ended; without effect outside of the main thread."""
    previous = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(previous):
        yield
        return
    came: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
        # Also when the block raised: an error must not swallow the Ctrl-C of a user who wants the run to end.
        if came:
            previous(came[0], None)
