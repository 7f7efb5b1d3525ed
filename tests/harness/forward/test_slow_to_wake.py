"""Whoever is woken acts before time moves on, also if the system lets his thread run late, and others move the time."""

import asyncio
import queue
import select
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
import trio

from fakie.harness.fake import Fake
from fakie.harness.forward import real
from fakie.harness.forward.pollers import events_of
from fakie.harness.forward.tickets import Ticket
from support.lap import Lap

# Long enough (seconds, real) for the others to look several times.
_LATE = 0.02
Wake = Callable[[], object]


@pytest.fixture
def _runs_late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the main thread be late by a while before each look of a wait, and after one that has found something."""
    look = Ticket.look

    def late_look(ticket: Ticket, ready: Callable[[float], bool], pause: float) -> bool:
        def late_ready(pause: float) -> bool:
            real.sleep(_LATE)
            if found := ready(pause):
                real.sleep(_LATE)
            return found

        return look(ticket, late_ready if ticket.thread is threading.main_thread() else ready, pause)

    monkeypatch.setattr(Ticket, "look", late_look)


@pytest.fixture
def _beside_another(fast: Fake) -> Iterator[None]:
    """Let another thread wait too, for much longer, and move the time by itself."""
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, args=(10_000,))
    thread.start()
    yield
    stop.set()
    thread.join()


def by_event(later: Callable[[Wake], object]) -> None:
    came = threading.Event()
    later(came.set)
    assert came.wait(600)


def by_queue(later: Callable[[Wake], object]) -> None:
    came = queue.Queue[int]()
    later(lambda: came.put(1))
    came.get(timeout=600)


def by_simple_queue(later: Callable[[Wake], object]) -> None:
    came = queue.SimpleQueue[int]()
    later(lambda: came.put(1))
    came.get(timeout=600)


def by_lock(later: Callable[[Wake], object]) -> None:
    lock = threading.Lock()
    with lock:
        later(lock.release)
        assert lock.acquire(timeout=600)


def by_join(later: Callable[[Wake], object]) -> None:
    go = threading.Event()
    thread = threading.Thread(target=go.wait)
    thread.start()
    later(go.set)
    thread.join(600)
    assert not thread.is_alive()


def by_select(later: Callable[[Wake], object]) -> None:
    here, there = socket.socketpair()
    with here, there:
        later(lambda: there.send(b"!"))
        assert select.select([here], [], [], 600)[0] == [here]


def by_selector(later: Callable[[Wake], object]) -> None:
    _by_one_of(selectors.DefaultSelector(), later)


def by_poll(later: Callable[[Wake], object]) -> None:
    _by_one_of(getattr(selectors, "PollSelector", selectors.SelectSelector)(), later)


def _by_one_of(selector: Any, later: Callable[[Wake], object]) -> None:
    here, there = socket.socketpair()
    with here, there, selector:
        selector.register(here, selectors.EVENT_READ)
        later(lambda: there.send(b"!"))
        assert selector.select(600)


def by_asyncio(later: Callable[[Wake], object]) -> None:
    async def go() -> None:
        loop, came = asyncio.get_running_loop(), asyncio.Event()
        later(lambda: loop.call_soon_threadsafe(came.set))
        async with asyncio.timeout(600):
            await came.wait()

    asyncio.run(go())


def by_trio(later: Callable[[Wake], object]) -> None:
    async def go() -> None:
        came, token = trio.Event(), trio.lowlevel.current_trio_token()
        later(lambda: token.run_sync_soon(came.set))
        with trio.fail_after(600):
            await came.wait()

    trio.run(go)


@pytest.mark.usefixtures("_beside_another", "_runs_late")
@pytest.mark.parametrize(
    "wait",
    [by_event, by_queue, by_simple_queue, by_lock, by_join, by_select, by_selector, by_poll, by_asyncio, by_trio],
)
def test_whoever_is_woken_late_acts_at_his_moment(fast: Fake, wait: Callable[[Callable[[Wake], object]], None]) -> None:
    """A thread wakes him after 300 s; his own deadline at 600 s does not come before he has gone on."""
    threads: list[threading.Thread] = []

    def later(wake: Wake) -> None:
        def act() -> None:
            time.sleep(300)
            wake()

        threads.append(threading.Thread(target=act))
        threads[-1].start()

    lap = Lap()
    wait(later)
    assert lap.skipped(300)
    for thread in threads:
        thread.join()


def test_who_looks_at_a_call_of_a_poll_object_late_leaves_the_object_to_the_next() -> None:
    """Poll objects refuse two at a time: those who look take turns with the call, and ask no more once it has ended."""
    inside = threading.Semaphore()

    def take(_: float) -> list[int]:
        assert inside.acquire(blocking=False), "two at a time"
        time.sleep(_LATE)
        inside.release()
        return []

    events = events_of(select.poll(), take)
    with ThreadPoolExecutor(4) as pool:
        looks = [pool.submit(look) for look in (events.stirred, partial(events.found, 0.0)) * 2]
        assert [look.result() for look in looks] == [False, []] * 2
        amid = pool.submit(events.stirred)
        events.leave()
        inside.acquire()
        assert pool.submit(events.stirred).result()
        # It has asked before, or not at all.
        amid.result()


def test_what_a_look_for_another_thread_raises_is_for_that_thread() -> None:
    """A descriptor that was closed, say: whoever only moves the time lets its thread go on, which meets it itself."""

    def broken() -> bool:
        raise OSError("closed")

    assert Ticket(600.0, broken).wakes()
