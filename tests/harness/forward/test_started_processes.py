"""Child processes that others than `subprocess` start: at work until they end, unless they wait for orders."""

import asyncio
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
import uvloop

from fakie.adapters.listening import listen
from fakie.harness.fake import Fake
from support.clients.client import run

_SPAWN = multiprocessing.get_context("spawn")
_AFTER_ORDERS = [sys.executable, "-c", "import sys, time; sys.stdin.read(); time.sleep(1)"]
_SLOW = [sys.executable, "-c", "import time; time.sleep(1); print('done')"]

pytestmark = pytest.mark.usefixtures("semaphores_freed")


async def _beating() -> None:
    while True:
        await asyncio.sleep(5)


async def waits() -> None:
    child = await asyncio.create_subprocess_exec(*_SLOW, stdout=asyncio.subprocess.DEVNULL)
    async with asyncio.timeout(60):
        assert await child.wait() == 0


async def reads() -> None:
    child = await asyncio.create_subprocess_exec(*_SLOW, stdout=asyncio.subprocess.PIPE)
    said, _ = await asyncio.wait_for(child.communicate(), 60)
    assert said == b"done\n"


async def has_a_shell() -> None:
    child = await asyncio.create_subprocess_shell("sleep 1")
    assert await asyncio.wait_for(child.wait(), 60) == 0


async def looks() -> None:
    child = await asyncio.create_subprocess_exec(*_SLOW, stdout=asyncio.subprocess.DEVNULL)
    count = 0
    while child.returncode is None:
        await asyncio.sleep(5)
        count += 1
    assert count <= 3


@pytest.mark.parametrize("work", [waits, reads, has_a_shell, looks])
def test_a_child_of_uvloop_is_waited_for(fast: Fake, work: Callable[[], Any]) -> None:
    """Beside a heartbeat, which beats no faster, and no time limit is reached."""

    async def go() -> None:
        beating = asyncio.create_task(_beating())
        await work()
        beating.cancel()

    uvloop.run(go())


def test_a_child_of_uvloop_that_takes_orders_is_not_waited_for(fast: Fake) -> None:
    """It would never end, as one of `subprocess` would not."""

    async def go() -> None:
        child = await asyncio.create_subprocess_exec("cat", stdin=asyncio.subprocess.PIPE)
        began = os.times().elapsed
        await asyncio.sleep(600)
        assert os.times().elapsed - began < 20
        await asyncio.wait_for(child.communicate(b""), 600)

    uvloop.run(go())


async def _told_its_last() -> None:
    child = await asyncio.create_subprocess_exec(*_AFTER_ORDERS, stdin=asyncio.subprocess.PIPE)
    await asyncio.wait_for(child.communicate(b"x"), 60)
    assert child.returncode == 0


def _told_by_subprocess() -> None:
    with subprocess.Popen(_AFTER_ORDERS, stdin=subprocess.PIPE) as child:
        child.communicate(b"x", timeout=60)
        assert child.returncode == 0


@pytest.mark.parametrize(
    "work", [lambda: uvloop.run(_told_its_last()), lambda: asyncio.run(_told_its_last()), _told_by_subprocess]
)
def test_a_child_that_gets_no_more_orders_is_waited_for(fast: Fake, work: Callable[[], None]) -> None:
    """It works on the last ones until it ends, and no time limit is reached."""
    work()


@pytest.fixture
def process() -> Iterator[Any]:
    made = _SPAWN.Process(target=time.sleep, args=(1,))
    yield made
    made.join()
    made.close()


@pytest.mark.parametrize("ended", [lambda made: not made.is_alive(), lambda made: made.exitcode is not None])
def test_a_process_is_waited_for_until_it_ends(fast: Fake, process: Any, ended: Callable[[Any], bool]) -> None:
    """Whoever looks every 10 s does so once or twice."""
    process.start()
    count = 0
    while not ended(process):
        time.sleep(10)
        count += 1
    assert count <= 2


def test_what_a_process_says_is_waited_for(fast: Fake) -> None:
    """By who looks for it now and then."""
    said: Any = _SPAWN.Event()
    process = _SPAWN.Process(target=said.set)
    process.start()
    count = 0
    while not said.is_set():
        time.sleep(10)
        count += 1
    assert count <= 2
    process.join()
    process.close()


@pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="processes are not forked here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_process_is_no_server_by_a_port_of_fakie(fast: Fake) -> None:
    """It has whatever was open here, and works all the same."""
    with closing(listen("127.0.0.1", 0)):
        process = multiprocessing.get_context("fork").Process(target=os.system, args=("sleep 1",))
        process.start()
        count = 0
        while process.is_alive():
            time.sleep(10)
            count += 1
    assert count <= 2
    process.close()


def test_a_daemon_takes_orders(fast: Fake) -> None:
    """A job of ten minutes takes no time beside it."""
    orders: Any = _SPAWN.SimpleQueue()
    process = _SPAWN.Process(target=orders.get, daemon=True)
    process.start()
    fast.plan_next(seconds=590)
    began = os.times().elapsed
    assert 110 <= run()[1] <= 119
    assert os.times().elapsed - began < 20
    orders.put("the end")
    process.join()
    process.close()
    orders.close()
