"""Time moves to the next thing that is due, never past it, and whoever is woken runs before it moves on."""

import asyncio
import concurrent.futures
import itertools
import queue
import select
import selectors
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import anyio
import httpx
import pytest
import trio
import uvloop

from fakie.harness.fake import Fake
from support.clients.client import BASE, BODY, KEY, create, look
from support.clients.doors import CREATE, RECORD
from support.clients.receiver import receiver
from support.lap import Lap, by_steady_clock

JOB = 300


# Each test skips minutes; one that really waits for them is stopped.
pytestmark = pytest.mark.timeout(60)


def by_event(fake: Fake) -> None:
    came = threading.Event()
    fake.deliver_to(receiver(came.set))
    create()
    assert came.wait(600)


def by_condition(fake: Fake) -> None:
    came, condition = [], threading.Condition()

    def take() -> None:
        with condition:
            came.append(1)
            condition.notify()

    fake.deliver_to(receiver(take))
    create()
    with condition:
        assert condition.wait_for(lambda: came, timeout=600)


def by_queue(fake: Fake) -> None:
    came: queue.Queue[int] = queue.Queue()
    fake.deliver_to(receiver(lambda: came.put(1)))
    create()
    assert came.get(timeout=600) == 1


def by_simple_queue(fake: Fake) -> None:
    came: queue.SimpleQueue[int] = queue.SimpleQueue()
    fake.deliver_to(receiver(lambda: came.put(1)))
    create()
    assert came.get(timeout=600) == 1


def by_future(fake: Fake) -> None:
    came: concurrent.futures.Future[int] = concurrent.futures.Future()
    fake.deliver_to(receiver(lambda: came.set_result(1)))
    create()
    assert came.result(timeout=600) == 1


def by_semaphore(fake: Fake) -> None:
    came = threading.Semaphore(0)
    fake.deliver_to(receiver(came.release))
    create()
    assert came.acquire(timeout=600)


def by_thread(fake: Fake) -> None:
    came = threading.Event()
    fake.deliver_to(receiver(came.set))
    create()
    thread = threading.Thread(target=came.wait)
    thread.start()
    thread.join(600)
    assert not thread.is_alive()


def by_socket(fake: Fake) -> None:
    here, there = socket.socketpair()
    with here, there:
        fake.deliver_to(receiver(lambda: there.send(b"!")))
        create()
        assert select.select([here], [], [], 600)[0] == [here]


def by_selector(fake: Fake) -> None:
    here, there = socket.socketpair()
    with here, there, selectors.DefaultSelector() as selector:
        selector.register(here, selectors.EVENT_READ)
        fake.deliver_to(receiver(lambda: there.send(b"!")))
        create()
        assert selector.select(600)


@pytest.mark.parametrize(
    "wait",
    [
        by_event,
        by_condition,
        by_queue,
        by_simple_queue,
        by_future,
        by_semaphore,
        by_thread,
        by_socket,
        by_selector,
    ],
)
def test_a_callback_wakes_who_waits_for_it_at_its_moment(fast: Fake, wait: Callable[[Fake], None]) -> None:
    """Whatever the wait is made of, and with a deadline far beyond."""
    fast.plan_next(seconds=JOB)
    lap = Lap()
    wait(fast)
    assert lap.skipped(JOB)


async def with_wait_for(came: "asyncio.Future[int]") -> int:
    return await asyncio.wait_for(came, 600)


async def with_timeout(came: "asyncio.Future[int]") -> int:
    async with asyncio.timeout(600):
        return await came


async def with_wait(came: "asyncio.Future[int]") -> int:
    done, _ = await asyncio.wait([came], timeout=600)
    return done.pop().result()


async def beside_a_heartbeat(came: "asyncio.Future[int]") -> int:
    async def beat() -> None:
        while True:
            await asyncio.sleep(1)

    beats = asyncio.create_task(beat())
    try:
        return await came
    finally:
        beats.cancel()


@pytest.mark.parametrize("wait", [with_wait_for, with_timeout, with_wait, beside_a_heartbeat])
def test_a_callback_wakes_a_coroutine_at_its_moment(fast: Fake, wait: Callable[..., Any]) -> None:
    """A receiver fills a future of the loop, as one behind a web framework does."""
    fast.plan_next(seconds=JOB)

    async def go() -> int:
        loop = asyncio.get_running_loop()
        came: asyncio.Future[int] = loop.create_future()
        fast.deliver_to(receiver(lambda: loop.call_soon_threadsafe(came.set_result, 1)))
        async with httpx.AsyncClient(base_url=BASE, headers=KEY) as client:
            await client.post(CREATE, json=BODY)
        result: int = await wait(came)
        return result

    lap = Lap()
    assert asyncio.run(go()) == 1
    assert lap.skipped(JOB)


async def polls(client: httpx.AsyncClient, every: float) -> int:
    """Poll a task to its end; the number of polls."""
    task = (await client.post(CREATE, json=BODY)).json()["data"]["taskId"]
    for count in itertools.count(1):
        record = (await client.get(RECORD, params={"taskId": task})).json()["data"]
        if record["state"] == "success":
            return count
        await asyncio.sleep(every)
    raise AssertionError


def test_two_coroutines_see_every_poll(fast: Fake) -> None:
    """Each of two that poll every 20 s asks 31 times for a job of 600 s."""
    fast.plan_next(seconds=600, times=2)

    async def both() -> list[int]:
        async with httpx.AsyncClient(base_url=BASE, headers=KEY) as client:
            return list(await asyncio.gather(polls(client, 20), polls(client, 20)))

    assert asyncio.run(both()) == [31, 31]


def test_two_threads_see_every_poll(fast: Fake) -> None:
    """The same with threads."""
    fast.plan_next(seconds=600, times=2)

    def poll(_: int) -> int:
        task = create()
        for count in itertools.count(1):
            if look(task)["state"] == "success":
                return count
            time.sleep(20)
        raise AssertionError

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        assert list(pool.map(poll, range(2))) == [31, 31]


def test_a_heartbeat_beats_on_beside_a_slower_loop(fast: Fake) -> None:
    """Once a second beside every five: sixty times a minute, in coroutines and in threads."""

    async def minute() -> int:
        beats = 0

        async def beat() -> None:
            nonlocal beats
            while True:
                await asyncio.sleep(1)
                beats += 1

        task = asyncio.create_task(beat())
        for _ in range(12):
            await asyncio.sleep(5)
        task.cancel()
        return beats

    assert asyncio.run(minute()) in {59, 60}
    stop, beats = threading.Event(), []

    def beat() -> None:
        while not stop.wait(1):
            beats.append(time.monotonic())

    thread = threading.Thread(target=beat)
    thread.start()
    for _ in range(12):
        time.sleep(5)
    stop.set()
    thread.join()
    assert len(beats) in {59, 60}


async def by_call_later() -> None:
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    loop.call_later(60, done.set_result, None)
    await done


async def by_event_never_set() -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.Event().wait(), 60)


async def by_empty_queue() -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.Queue[int]().get(), 60)


async def by_lock() -> None:
    lock = asyncio.Lock()
    await lock.acquire()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(60):
            await lock.acquire()


async def by_thread_of_an_executor() -> None:
    await asyncio.to_thread(time.sleep, 60)


@pytest.mark.parametrize("wait", [by_call_later, by_event_never_set, by_empty_queue, by_lock, by_thread_of_an_executor])
def test_whatever_a_loop_waits_for_with_an_end_is_skipped(fast: Fake, wait: Callable[[], Any]) -> None:
    """A minute passes on the loop's clock, and none on the machine's."""
    lap = Lap(by_steady_clock)
    asyncio.run(wait())
    assert lap.skipped(60)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_anyio_skips_on_either_backend(fast: Fake, backend: str) -> None:
    """Two minutes hold 24 sleeps of five seconds."""

    async def go() -> int:
        count = 0
        with anyio.move_on_after(119):
            while True:
                await anyio.sleep(5)
                count += 1
        return count

    assert anyio.run(go, backend=backend) == 23


def test_trio_wakes_for_a_callback(fast: Fake) -> None:
    """An event that a receiver sets through the loop's token."""
    fast.plan_next(seconds=JOB)

    async def go() -> None:
        came, token = trio.Event(), trio.lowlevel.current_trio_token()
        fast.deliver_to(receiver(lambda: token.run_sync_soon(came.set)))
        create()
        with trio.fail_after(600):
            await came.wait()

    lap = Lap()
    trio.run(go)
    assert lap.skipped(JOB)


def test_a_receiver_may_wait_itself(fast: Fake) -> None:
    """One that takes ten seconds to answer, while the client sleeps five at a time."""
    fast.plan_next(seconds=12)
    took: list[float] = []

    def slowly() -> None:
        before = time.monotonic()
        time.sleep(10)
        took.append(time.monotonic() - before)

    fast.deliver_to(receiver(slowly))
    create()
    for _ in range(13):
        time.sleep(5)
    assert took == [pytest.approx(10, abs=4)]


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def test_a_loop_in_a_thread_beats_on_beside_one_that_sleeps(fast: Fake, run: Callable[[Any], Any]) -> None:
    """A timer that a loop sets while another thread sleeps comes first, also where the loop waits in its own code."""
    beats: list[float] = []

    async def beat() -> None:
        for _ in range(30):
            await asyncio.sleep(2)
            beats.append(time.monotonic())

    thread, began = threading.Thread(target=lambda: run(beat())), time.monotonic()
    thread.start()
    time.sleep(600)
    thread.join()
    assert len(beats) == 30
    assert beats[-1] - began < 90


def test_notifying_one_of_three_wakes_one(fast: Fake) -> None:
    """The others wait on until they are notified too."""
    condition, woken = threading.Condition(), []

    def wait() -> None:
        with condition:
            woken.append(condition.wait(1000))

    threads = [threading.Thread(target=wait) for _ in range(3)]
    for thread in threads:
        thread.start()
    time.sleep(100)
    with condition:
        condition.notify()
    time.sleep(100)
    assert woken == [True]
    with condition:
        condition.notify_all()
    for thread in threads:
        thread.join()
    assert woken == [True] * 3
