"""Locks that are waited for with a time-out: skipped like any other wait."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from fakie.harness.fake import Fake

KINDS: list[Callable[[], Any]] = [threading.Lock, threading.RLock]


@contextmanager
def held(lock: Any, seconds: float) -> Iterator[None]:
    """Have another thread hold a lock for so long."""
    taken = threading.Event()

    def hold() -> None:
        with lock:
            taken.set()
            time.sleep(seconds)

    thread = threading.Thread(target=hold)
    thread.start()
    taken.wait()
    yield
    thread.join()


@pytest.mark.parametrize("kind", KINDS)
def test_a_lock_is_had_at_the_moment_at_which_it_is_released(kind: Callable[[], Any], fast: Fake) -> None:
    """Not at the time-out, and without waiting for real."""
    lock, began = kind(), time.monotonic()
    with held(lock, 3600):
        assert lock.acquire(timeout=7200)
        assert 3600 <= time.monotonic() - began < 3900
        lock.release()


@pytest.mark.parametrize("kind", KINDS)
def test_a_time_out_is_reached_if_it_comes_first(kind: Callable[[], Any], fast: Fake) -> None:
    """The lock is not had, and its holder goes on."""
    lock, began = kind(), time.monotonic()
    with held(lock, 7200):
        assert not lock.acquire(True, 3600)
        assert 3600 <= time.monotonic() - began < 3900


@pytest.mark.parametrize("kind", KINDS)
def test_what_waits_for_nothing_is_as_ever(kind: Callable[[], Any], fast: Fake) -> None:
    """A free lock, one tried without waiting, and what is refused."""
    lock = kind()
    assert lock.acquire()
    lock.release()
    assert lock.acquire(timeout=5)
    lock.release()
    for given in ((False, 1), (True, -2)):
        with pytest.raises(ValueError, match="timeout"):
            lock.acquire(*given)
    assert lock.acquire(blocking=False)
    lock.release()


def test_a_semaphore_and_two_waiters_of_one_lock(fast: Fake) -> None:
    """Each gets its turn, one after the other."""
    lock, turns, began = threading.Lock(), [], time.monotonic()

    def work(number: int) -> None:
        assert lock.acquire(timeout=86_400)
        time.sleep(600)
        turns.append(number)
        lock.release()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    assert not threading.Semaphore(0).acquire(timeout=60)
    for thread in threads:
        thread.join()
    assert sorted(turns) == [0, 1, 2]
    assert 1800 <= time.monotonic() - began < 2100
