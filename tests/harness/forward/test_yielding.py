"""Loops that yield without ever waiting count as waiting, unless they do something in their turns."""

import asyncio
import os
import select
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import anyio
import anyio.lowlevel
import pytest
import trio
import uvloop

from fakie.harness.fake import Fake
from fakie.harness.forward import yielding
from fakie.harness.forward.spinning import BusyLoopError
from support.clients.client import create
from support.lap import Lap, by_steady_clock

SLOW = [sys.executable, "-c", "import time; time.sleep(1)"]
both_loops = pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])


# Each test skips minutes; one that really waits for them is stopped.
pytestmark = pytest.mark.timeout(60)


async def with_a_time_limit() -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(60):
            while True:
                await asyncio.sleep(0)


async def until_a_task_is_done() -> None:
    task = asyncio.create_task(asyncio.sleep(60))
    while not task.done():
        await asyncio.sleep(0)


async def beside_another() -> None:
    async def spin() -> None:
        while True:
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    tasks = [asyncio.create_task(spin()) for _ in range(2)]
    await asyncio.sleep(60)
    for task in tasks:
        task.cancel()


async def by_a_callback_that_schedules_itself() -> None:
    loop = asyncio.get_running_loop()

    def tick() -> None:
        loop.call_soon(tick)

    tick()
    await asyncio.sleep(60)


async def by_checkpoints_of_anyio() -> None:
    with anyio.move_on_after(60):
        while True:
            await anyio.lowlevel.checkpoint()


async def counting() -> None:
    task, turns = asyncio.create_task(asyncio.sleep(60)), 0
    while not task.done():
        turns += 1
        await asyncio.sleep(0)


@both_loops
@pytest.mark.parametrize(
    "spin",
    [
        with_a_time_limit,
        until_a_task_is_done,
        beside_another,
        by_a_callback_that_schedules_itself,
        by_checkpoints_of_anyio,
        counting,
    ],
)
def test_time_moves_on_though_a_coroutine_only_yields(
    fast: Fake, run: Callable[..., Any], spin: Callable[[], Awaitable[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it waits for comes at its moment, without a minute of real time."""
    monkeypatch.setattr(yielding, "_WORKING", 0.3)
    lap = Lap(by_steady_clock)
    run(spin())
    assert lap.skipped(60, within=8)
    assert fast.timekeeper is not None
    assert any("goes round and round without a wait: not waited for" in each for each in fast.timekeeper.remarks)


@pytest.mark.parametrize("check", [lambda: trio.sleep(0), trio.lowlevel.checkpoint])
def test_time_moves_on_though_a_task_of_trio_only_yields(fast: Fake, check: Callable[[], Awaitable[None]]) -> None:
    """The same, and a heartbeat beside it keeps its pace."""
    beats: list[float] = []

    async def beat() -> None:
        for _ in range(30):
            await trio.sleep(2)
            beats.append(trio.current_time())

    async def go() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(beat)
            while len(beats) < 30:
                await check()

    lap = Lap(by_steady_clock)
    trio.run(go)
    assert lap.skipped(60, within=8)
    assert fast.timekeeper is not None
    assert any("test_yielding.py:" in each for each in fast.timekeeper.remarks)


@both_loops
def test_a_heartbeat_beats_on_beside_a_coroutine_that_only_yields(fast: Fake, run: Callable[..., Any]) -> None:
    """Nobody's moment is passed over."""

    async def go() -> float:
        began = asyncio.get_running_loop().time()

        async def beat() -> None:
            for _ in range(60):
                await asyncio.sleep(1)

        task = asyncio.create_task(beat())
        while not task.done():
            await asyncio.sleep(0)
        return asyncio.get_running_loop().time() - began

    assert run(go()) == pytest.approx(60, abs=3)


def by_sleeping(stop: threading.Event) -> None:
    while not stop.is_set():
        time.sleep(0)


def by_asking_a_selector(stop: threading.Event) -> None:
    with selectors.DefaultSelector() as selector:
        while not stop.is_set():
            selector.select(0)


def by_select(stop: threading.Event) -> None:
    here, there = os.pipe()
    while not stop.is_set():
        select.select([here], [], [], 0)
    os.close(here)
    os.close(there)


@pytest.mark.parametrize("spin", [by_sleeping, by_asking_a_selector, by_select])
@pytest.mark.parametrize("count", [1, 2])
def test_time_moves_on_though_threads_only_yield(
    fast: Fake, spin: Callable[[threading.Event], None], count: int
) -> None:
    """Another thread's minutes are skipped beside them."""
    stop = threading.Event()
    threads = [threading.Thread(target=spin, args=(stop,)) for _ in range(count)]
    for thread in threads:
        thread.start()
    lap = Lap(by_steady_clock)
    for _ in range(10):
        time.sleep(6)
    assert lap.skipped(60, within=8)
    stop.set()
    for thread in threads:
        thread.join()


def test_a_job_ends_though_who_waits_for_it_only_yields(fast: Fake) -> None:
    """What is due in the fake is a moment like any other."""
    fast.plan_next(seconds=300)
    task = fast.task(create())

    async def go() -> None:
        while task.state != "success":
            await asyncio.sleep(0)

    lap = Lap(by_steady_clock)
    asyncio.run(go())
    assert lap.skipped(300, within=8)


@both_loops
def test_what_waits_for_something_real_is_not_passed_over(fast: Fake, run: Callable[..., Any]) -> None:
    """A child and a job in an executor take their time beside a loop that only yields."""

    async def go() -> None:
        loop = asyncio.get_running_loop()
        job = loop.run_in_executor(None, subprocess.run, SLOW)
        async with asyncio.timeout(60):
            while not job.done():
                await asyncio.sleep(0)

    began = os.times().elapsed
    run(go())
    assert os.times().elapsed - began >= 0.9


@both_loops
def test_a_pipeline_that_never_idles_meets_its_time_limit(fast: Fake, run: Callable[..., Any]) -> None:
    """Items that pass from coroutine to coroutine are work, however small."""

    async def go() -> None:
        queue: asyncio.Queue[object] = asyncio.Queue(1)

        async def produce() -> None:
            for _ in range(3000):
                await queue.put(object())

        async def consume() -> None:
            for _ in range(3000):
                await queue.get()
                await asyncio.sleep(0)

        await asyncio.wait_for(asyncio.gather(produce(), consume()), 60)

    run(go())


async def items() -> None:
    for each in [object() for _ in range(3000)]:
        assert each
        await asyncio.sleep(0)


async def heavy_steps() -> None:
    for _ in range(100):
        until = time.thread_time() + 0.003
        while time.thread_time() < until:
            pass
        await asyncio.sleep(0)


@both_loops
@pytest.mark.parametrize("work", [items, heavy_steps])
def test_work_that_yields_between_its_steps_meets_its_time_limit(
    fast: Fake, run: Callable[..., Any], work: Callable[[], Awaitable[None]]
) -> None:
    """A loop over things, or of steps that take a processor's time, is no idle one."""

    async def go() -> None:
        await asyncio.wait_for(work(), 60)

    lap = Lap(by_steady_clock)
    run(go())
    assert lap.seconds() - lap.real() < 30


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loops that nothing can end are stopped at once."""
    monkeypatch.setattr(yielding, "_HOPELESS", 0.2)


async def for_ever() -> None:
    while True:
        await asyncio.sleep(0)


@pytest.mark.usefixtures("_impatient")
@both_loops
def test_a_coroutine_that_yields_for_ever_is_stopped(fast: Fake, run: Callable[..., Any]) -> None:
    """Where nothing is due; the message names its line."""
    with pytest.raises(BusyLoopError, match=r"test_yielding.py:\d+ goes round and round without a wait"):
        run(for_ever())


@pytest.mark.usefixtures("_impatient")
def test_a_thread_that_yields_for_ever_is_stopped(fast: Fake) -> None:
    """The same of one that sleeps no time at all."""
    with pytest.raises(BusyLoopError, match=r"test_yielding.py:\d+ goes round and round without a wait"):
        by_sleeping(threading.Event())


@pytest.mark.usefixtures("_impatient")
def test_a_task_of_trio_that_yields_for_ever_is_stopped(fast: Fake) -> None:
    """Trio ends all its tasks, and tells of it as of any error that is none of theirs."""

    async def go() -> None:
        while True:
            await trio.sleep(0)

    with pytest.raises(trio.TrioInternalError) as told:
        trio.run(go)
    assert isinstance(told.value.__cause__, ExceptionGroup)
    assert told.value.__cause__.subgroup(BusyLoopError)


async def sleeping() -> None:
    await asyncio.sleep(7)


async def sleeping_after_checkpoints() -> None:
    for _ in range(4):
        await anyio.lowlevel.checkpoint()
    await asyncio.sleep(7)


@pytest.fixture
def held_up(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Whether time was held up for a loop that goes round, for each time that this was asked."""
    told: list[bool] = []
    really = yielding.Yields._any_amid_a_turn

    def ask(yields: yielding.Yields, waiting: set[threading.Thread]) -> bool:
        told.append(really(yields, waiting))
        return told[-1]

    monkeypatch.setattr(yielding.Yields, "_any_amid_a_turn", ask)
    return told


@pytest.mark.usefixtures("held_up", "fast")
@both_loops
@pytest.mark.parametrize("wait", [sleeping, sleeping_after_checkpoints])
def test_who_waits_each_time_is_none_that_goes_round(
    run: Callable[..., Any], wait: Callable[[], Awaitable[None]], held_up: list[bool]
) -> None:
    """Time is never held up for the turns of a loop that waits between them."""

    async def go() -> None:
        for _ in range(100):
            await wait()

    run(go())
    assert held_up
    assert not any(held_up)


@pytest.mark.usefixtures("held_up", "fast")
@both_loops
def test_a_timer_that_calls_the_same_each_time_does_not_go_round(run: Callable[..., Any], held_up: list[bool]) -> None:
    """Nor for it."""

    def tick() -> None:
        loop = asyncio.get_running_loop()
        loop.call_soon(len, held_up)
        loop.call_later(7, tick)

    async def go() -> None:
        asyncio.get_running_loop().call_later(7, tick)
        await asyncio.sleep(705)

    run(go())
    assert held_up
    assert not any(held_up)
