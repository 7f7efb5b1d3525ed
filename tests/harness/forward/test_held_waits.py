"""Waits that code holds, as bound methods, since before the test or since another: none escapes or stays replaced."""

import functools
import gc
import os
import queue
import select
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from fakie.harness.fake import Fake
from fakie.harness.fast_forward import fast_forward
from fakie.harness.start import new_fake

LOCK, RLOCK, CONDITION = threading.Lock(), threading.RLock(), threading.Condition()
EVENT, SEMAPHORE = threading.Event(), threading.Semaphore(0)
SIMPLE, QUEUE = queue.SimpleQueue[int](), queue.Queue[int]()


def by_default(acquire: Callable[..., bool] = LOCK.acquire) -> bool:
    return acquire(timeout=100)


class Keeper:
    get = SIMPLE.get
    wait = EVENT.wait


def nothing(get: Callable[..., Any], *given: Any) -> bool:
    try:
        get(*given)
    except queue.Empty:
        return False
    return True


def by_condition(wait: Callable[..., bool], *given: Any) -> bool:
    with CONDITION:
        return wait(*given)


HELD: dict[str, Callable[[], bool]] = {
    "a default": by_default,
    "a partial of a lock": functools.partial(LOCK.acquire, True, 100),
    "a method of an RLock": functools.partial(RLOCK.acquire, timeout=100),
    "a condition": functools.partial(by_condition, CONDITION.wait, 100),
    "a condition with a predicate": functools.partial(by_condition, CONDITION.wait_for, lambda: False, 100),
    "an event": functools.partial(EVENT.wait, 100),
    "a semaphore": functools.partial(SEMAPHORE.acquire, True, 100),
    "a simple queue": functools.partial(nothing, SIMPLE.get, True, 100),
    "a queue": functools.partial(nothing, QUEUE.get, True, 100),
    "a class attribute": functools.partial(nothing, Keeper().get, True, 100),
    "a class attribute of an event": functools.partial(Keeper.wait, 100),
}


@pytest.fixture
def taken() -> Any:
    """Locks that another thread has."""
    done, has = threading.Event(), threading.Event()

    def hold() -> None:
        with RLOCK, LOCK:
            has.set()
            done.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    has.wait()
    yield
    done.set()
    thread.join()


@pytest.mark.usefixtures("taken")
@pytest.mark.parametrize("how", HELD)
def test_a_wait_that_was_bound_before_is_skipped(fast: Fake, how: str) -> None:
    """It ends at its time-out, by the clock that moves, in no real time."""
    began, real = time.monotonic(), os.times().elapsed
    assert not HELD[how]()
    assert 100 <= time.monotonic() - began < 160
    assert os.times().elapsed - real < 60


def test_a_kept_wait_that_was_frozen_is_skipped(fake: Fake) -> None:
    """Some freeze all that they have before their tests, to have the garbage collector pass over it."""
    for _ in range(2):
        kept = queue.SimpleQueue[int]().get
        gc.freeze()
        real = os.times().elapsed
        with fast_forward(fake):
            assert not nothing(kept, True, 100)
        assert os.times().elapsed - real < 60


def test_what_python_freezes_by_itself_is_not_looked_through_for_each_test(
    fake: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Python 3.12 does with each full collection, which would make a test take twice as long."""
    with fast_forward(fake):
        pass
    looks: list[int] = []

    def known_objects() -> list[object]:
        looks.append(1)
        return gc.get_objects()

    monkeypatch.setattr("fakie.harness.forward.held.known_objects", known_objects)
    monkeypatch.setattr(gc, "get_freeze_count", lambda: 400)
    with fast_forward(fake):
        pass
    assert not looks


def test_what_a_kept_wait_waits_for_wakes_it(fast: Fake) -> None:
    """A lock that is set free, an item that comes and a condition that is told of end it at their moment."""
    kept: list[Any] = [LOCK.acquire, SIMPLE.get, functools.partial(by_condition, CONDITION.wait)]

    def tell() -> None:
        time.sleep(10)
        LOCK.release()
        time.sleep(10)
        SIMPLE.put(1)
        time.sleep(10)
        with CONDITION:
            CONDITION.notify_all()

    LOCK.acquire()
    thread = threading.Thread(target=tell)
    began = time.monotonic()
    thread.start()
    assert kept[0](timeout=600)
    assert kept[1](timeout=600) == 1
    assert kept[2](600)
    assert time.monotonic() - began < 90
    LOCK.release()
    thread.join()


def test_a_kept_wait_is_what_it_was_afterwards(fake: Fake) -> None:
    """Its code, its object and its class are found again, also of what was made and kept between two blocks."""
    for _ in range(2):
        young = queue.SimpleQueue[int]().get
        kept: list[Any] = [LOCK.acquire, Keeper.get, young]
        before = [(held, repr(held), held.__self__) for held in kept]
        with fast_forward(fake):
            began, real = time.monotonic(), os.times().elapsed
            assert not nothing(young, True, 100)
            assert time.monotonic() - began >= 100
            assert os.times().elapsed - real < 60
        for held, shown, of in before:
            assert (repr(held), held.__self__ is of) == (shown, True)


def kept_now() -> dict[str, Callable[[], object]]:
    """Waits for half a second, each by a method that is bound just now."""
    return {
        "lock": functools.partial(LOCK.acquire, timeout=0.5),
        "rlock": functools.partial(RLOCK.acquire, timeout=0.5),
        "condition": functools.partial(by_condition, CONDITION.wait, 0.5),
        "simple queue": functools.partial(nothing, SIMPLE.get, True, 0.5),
        "thread": functools.partial(threading.main_thread().join, 0.5),
    }


def bound_in_a_block() -> dict[str, Callable[[], object]]:
    """Waits that are bound while time is skipped, as modules do that a test is the first to import."""
    with fast_forward(new_fake()):
        return kept_now()


@pytest.mark.usefixtures("taken")
@pytest.mark.parametrize("how", kept_now())
def test_a_wait_that_was_bound_in_another_block_is_as_any(how: str) -> None:
    """It waits for real where nothing is skipped, and is skipped in the next block."""
    wait = bound_in_a_block()[how]

    def told() -> tuple[float, float]:
        real, began = os.times().elapsed, time.monotonic()
        waiter = threading.Thread(target=wait)
        waiter.start()
        waiter.join()
        return time.monotonic() - began, os.times().elapsed - real

    assert min(told()) > 0.4
    with fast_forward(new_fake()):
        tries = [told() for _ in range(5)]
    # Real time passes as well, much of it at once where the machine is busy; it is counted in hundredths.
    assert all(0.5 <= shown < real + 0.55 for shown, real in tries)
    assert min(real for _, real in tries) < 0.4


@pytest.mark.parametrize("name", ["notify", "notify_all"])
def test_a_poll_and_a_notice_that_were_bound_in_another_block_are_as_any(name: str) -> None:
    """The kept poll waits for real, then is skipped in the next block, and the kept notice wakes who waits there."""
    if not hasattr(select, "poll"):
        pytest.skip("no poll on this system")
    with fast_forward(new_fake()):
        poll, tell = select.poll().poll, getattr(CONDITION, name)
    real = os.times().elapsed
    assert poll(200) == []
    assert os.times().elapsed - real > 0.15

    def pause_and_tell() -> None:
        time.sleep(10)
        with CONDITION:
            tell()

    with fast_forward(new_fake()):
        began = time.monotonic()
        assert poll(60_000) == []
        thread = threading.Thread(target=pause_and_tell)
        thread.start()
        assert by_condition(CONDITION.wait, 600)
        thread.join()
        assert 70 <= time.monotonic() - began < 100
