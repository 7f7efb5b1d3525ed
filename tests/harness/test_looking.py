"""Who looks whether threads are at work keeps nothing of what they know."""

import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fakie.harness.fake import Fake
from support.clients.client import run


class Variable:
    """Something that a thread knows of while it waits."""


class UnseenEvent:
    """An event whose wait no clock is asked for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()

    def wait(self) -> None:
        with self._lock:
            pass

    def set(self) -> None:
        self._lock.release()


@pytest.fixture
def no_collection() -> Iterator[None]:
    """Let nothing be freed but what nobody refers to any more."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _wait(ended: Any, known: list["weakref.ref[Variable]"]) -> None:
    own = Variable()
    known.append(weakref.ref(own))
    ended.wait()


@pytest.mark.usefixtures("no_collection")
@pytest.mark.parametrize("waits", [threading.Event, UnseenEvent], ids=["seen", "unseen"])
def test_what_a_thread_knew_goes_with_it(fast: Fake, waits: Callable[[], Any]) -> None:
    """Its variables are freed when its function ends, and not when garbage is next collected."""
    ended = waits()
    known: list[weakref.ref[Variable]] = []
    thread = threading.Thread(target=_wait, args=(ended, known))
    thread.start()
    run()
    ended.set()
    thread.join()
    assert [each() for each in known] == [None]
