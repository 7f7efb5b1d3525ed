"""What took real time in a test that skips it is told of: where, how long, and for whom."""

import asyncio
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import trio

from fakie.harness.fake import Fake
from fakie.harness.forward import real

SLOW = [sys.executable, "-c", "import time; time.sleep(1)"]


def _run_asyncio() -> None:
    async def work() -> None:
        await asyncio.to_thread(subprocess.run, SLOW)

    async def main() -> None:
        await asyncio.gather(work(), asyncio.sleep(5))

    asyncio.run(main())


def _run_trio() -> None:
    async def work() -> None:
        await trio.to_thread.run_sync(subprocess.run, SLOW)

    async def main() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(work)

    trio.run(main)


def test_what_took_real_time_is_told(fast: Fake) -> None:
    """Where it was waited, how long, and for whom."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(subprocess.run, SLOW).result(timeout=60)
    assert fast.timekeeper is not None
    (remark,) = [each for each in fast.timekeeper.remarks if "test_told_waits.py" in each]
    assert "ms for real" in remark


def test_what_many_wait_for_at_once_is_told_as_one_wait(fast: Fake) -> None:
    """No line is said to have waited longer than the test took."""
    began, done = os.times().elapsed, threading.Event()
    with ThreadPoolExecutor(9) as pool:
        for _ in range(8):
            pool.submit(done.wait, 60)
        pool.submit(subprocess.run, SLOW).result(timeout=60)
        done.set()
    assert fast.timekeeper is not None
    told = [int(each.split("waited ")[1].split(" ms")[0]) for each in fast.timekeeper.remarks if "waited" in each]
    assert 500 < max(told) <= (os.times().elapsed - began) * 1000 + 100


def test_what_the_test_waits_for_is_told_of_its_own_line_alone(fast: Fake) -> None:
    """Not of fakie's own, by which it waits, nor of idle workers that look for orders meanwhile."""
    orders: queue.Queue[str] = queue.Queue()
    with ThreadPoolExecutor(5) as pool:
        idle = [pool.submit(orders.get, timeout=60) for _ in range(4)]
        fast.wait_until(pool.submit(subprocess.run, SLOW).done, timeout=300)
        for _ in idle:
            orders.put("end")
    assert fast.timekeeper is not None
    (remark,) = [each for each in fast.timekeeper.remarks if "for real" in each]
    assert remark.startswith("test_told_waits.py:")


def test_a_wait_that_no_time_ends_is_told_so(fast: Fake) -> None:
    """It waits for a thread, and nothing is due for anybody."""
    thread = threading.Thread(target=subprocess.run, args=(SLOW,))
    thread.start()
    thread.join()
    assert fast.timekeeper is not None
    (remark,) = [each for each in fast.timekeeper.remarks if "for real" in each]
    assert "test_told_waits.py" in remark
    assert ", for what no time brings: " in remark


@pytest.mark.parametrize("run", [_run_asyncio, _run_trio])
def test_a_wait_of_an_event_loop_is_told_where_its_tasks_wait(fast: Fake, run: Callable[[], None]) -> None:
    """Not where the loop waits for all of them, which is a line of the library's."""
    run()
    assert fast.timekeeper is not None
    (remark,) = [each for each in fast.timekeeper.remarks if "for real" in each]
    first = run.__code__.co_firstlineno
    assert remark.startswith(f"test_told_waits.py:{first + 2}, test_told_waits.py:{first + 5}, for ")


def test_a_wait_is_told_with_what_time_stood_still_for_the_longest(fast: Fake) -> None:
    """Though at its end, when the last moment was gone with whoever waited for it, nothing was due for anybody."""
    orders: queue.Queue[str] = queue.Queue()

    def work() -> None:
        orders.get(timeout=60)
        real.sleep(0.1)

    with ThreadPoolExecutor(2) as pool:
        pool.submit(lambda: orders.put(str(subprocess.run(SLOW))))
        pool.submit(work).result()
    assert fast.timekeeper is not None
    (remark,) = [each for each in fast.timekeeper.remarks if "for real" in each]
    assert "subprocess.py" in remark


def test_waits_that_overlap_are_told_for_as_long_as_they_took_together(fast: Fake) -> None:
    """Each ends soon after the one before, and began before that did: none of them adds much of its own."""
    assert fast.timekeeper is not None
    events = [threading.Event() for _ in range(8)]
    with ThreadPoolExecutor(2) as pool:
        for event in events:
            pool.submit(event.wait, 60)
        for event in events:
            subprocess.run([sys.executable, "-c", "import time; time.sleep(0.3)"])
            event.set()
    told = [int(each.split("waited ")[1].split(" ms")[0]) for each in fast.timekeeper.remarks if "for real" in each]
    assert sum(told) > 1500


def test_a_wait_beside_a_test_that_only_goes_round_is_told(fast: Fake) -> None:
    """The test's own thread waits for nothing, so that nobody else would tell."""
    done = threading.Event()
    with ThreadPoolExecutor(2) as pool:
        pool.submit(subprocess.run, SLOW).add_done_callback(lambda _: done.set())
        waits = pool.submit(done.wait, 60)
        while not waits.done():
            time.sleep(0)
    assert fast.timekeeper is not None
    assert [each for each in fast.timekeeper.remarks if "for real" in each]
