"""Who looks whether threads are at work keeps nothing of what they know, and holds nobody up."""

import gc
import subprocess
import sys
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


GARBAGE_THAT_WAITS = """
import gc, threading, time
from fakie.harness.forward.running import current_frames, current_idents

class Garbage:
    def __init__(self):
        self.itself = self
    def __del__(self):
        time.sleep(0.1)

def begin_and_end():
    while not gate.is_set():
        thread = threading.Thread(target=int)
        thread.start()
        thread.join()

gate = threading.Event()
threads = [threading.Thread(target=gate.wait) for _ in range(60)] + [threading.Thread(target=begin_and_end)]
for thread in threads:
    thread.start()
gc.collect()
gc.disable()
Garbage()
gc.set_threshold(30)
gc.enable()
# Each look makes a frame for each thread: one of those makes the garbage be collected.
found = current_frames().keys() & current_idents()
gate.set()
for thread in threads:
    thread.join()
print("ended", len(found) >= 60, gc.isenabled())
"""


def test_garbage_whose_end_lets_other_threads_run_stops_nobody() -> None:
    """A process in which such garbage is collected while threads are looked at goes on, and collects as before."""
    script = [sys.executable, "-c", GARBAGE_THAT_WAITS]
    done = subprocess.run(script, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout == "ended True True\n"
