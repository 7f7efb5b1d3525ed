"""Fast-forward: loops that would sleep for minutes end at once, and every clock agrees."""

import asyncio
import concurrent.futures
import importlib
import queue
import selectors
import sys
import threading
import time
from pathlib import Path
from types import ModuleType

import httpx
import pytest

import support.clients.sleeper
from fakie.harness.fake import Fake
from fakie.harness.fast_forward import fast_forward
from fakie.harness.start import in_process, new_fake
from support.clients.client import BASE, KEY, create, look, run, run_async
from support.lap import Lap, by_steady_clock

REAL = time.perf_counter


# Each test skips minutes; one that really waits for them is stopped.
pytestmark = pytest.mark.timeout(60)


def test_a_ten_minute_poll_loop_ends_at_once(fast: Fake) -> None:
    """Polls every 5 s see every state; wall clock and monotonic clock have moved by the ten minutes."""
    fast.plan_next(seconds=595)
    wall, steady = Lap(), Lap(by_steady_clock)
    record, polls = run()
    assert (record["state"], polls) == ("success", 120)
    assert wall.skipped(595)
    assert steady.skipped(595)
    assert record["costTime"] == 595


def test_deadlines_still_fire(fast: Fake) -> None:
    """A task that never ends makes the client give up after its ten minutes."""
    fast.plan_next(by="hold")
    with pytest.raises(TimeoutError):
        run()
    assert fast.tasks[0].polls == 120


def test_httpx_and_asyncio_skip_too(fast: Fake) -> None:
    """Three tasks polled side by side take the time of one."""
    fast.plan_next(seconds=590, times=3)

    async def three() -> list[str]:
        async with httpx.AsyncClient(base_url=BASE, headers=KEY) as client:
            records = await asyncio.gather(*(run_async(client) for _ in range(3)))
            return [record["state"] for record in records]

    lap = Lap()
    assert asyncio.run(three()) == ["success"] * 3
    assert lap.skipped(590)


def test_async_deadlines_still_fire(fast: Fake) -> None:
    """asyncio.timeout sees the skipped time."""
    fast.plan_next(by="hold")

    async def one() -> None:
        async with httpx.AsyncClient(base_url=BASE, headers=KEY) as client:
            await run_async(client)

    with pytest.raises(TimeoutError):
        asyncio.run(one())


def test_a_background_thread_skips_while_the_test_waits_for_it(fast: Fake) -> None:
    """Event.wait and join of the test let the thread's time pass, and end by its word, not by time-out."""
    fast.plan_next(seconds=590)
    done = threading.Event()
    states: list[str] = []

    def work() -> None:
        states.append(run()[0]["state"])
        done.set()

    thread = threading.Thread(target=work)
    thread.start()
    assert done.wait(700)
    thread.join()
    assert states == ["success"]


def test_an_executor_polls_side_by_side(fast: Fake) -> None:
    """Four workers take the time of one, and their futures come in time."""
    fast.plan_next(seconds=590, times=4)
    before = time.time()
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        futures = [pool.submit(run) for _ in range(4)]
        assert [future.result(timeout=900)[0]["state"] for future in futures] == ["success"] * 4
    assert time.time() - before < 620


def test_waits_time_out_by_skipped_time(fast: Fake) -> None:
    """An event nobody sets, an empty queue and a slow future end by their time-outs, at once."""
    lap = Lap(by_steady_clock)
    assert threading.Event().wait(100) is False
    assert lap.skipped(100)
    with pytest.raises(queue.Empty):
        queue.Queue[int]().get(timeout=50)
    assert lap.skipped(150)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        slow = pool.submit(time.sleep, 100)
        with pytest.raises(concurrent.futures.TimeoutError):
            slow.result(timeout=10)


def test_a_timer_fires_in_its_turn(fast: Fake) -> None:
    """What a timer puts in 5 s is got by a wait of 600, at the fifth second."""
    box: queue.Queue[int] = queue.Queue()
    lap = Lap(by_steady_clock)
    timer = threading.Timer(5, box.put, [1])
    timer.start()
    assert box.get(timeout=600) == 1
    assert lap.skipped(5)
    timer.join()


def test_a_thread_at_work_is_not_outrun(fast: Fake) -> None:
    """While a thread really computes, nobody who waits for it times out."""
    done: list[int] = []

    def compute() -> None:
        until = REAL() + 0.3
        while REAL() < until:
            pass
        done.append(1)

    thread = threading.Thread(target=compute)
    thread.start()
    thread.join(timeout=600)
    assert done == [1]


def test_advance_and_freeze_move_the_clients_clock(fast: Fake) -> None:
    """Skipped by hand, every clock moves; frozen, none does."""
    task_id = create()
    lap = Lap()
    fast.advance(3600)
    assert lap.skipped(3600)
    assert look(task_id)["state"] == "success"
    fast.freeze()
    frozen = time.time()
    assert time.time() == frozen
    time.sleep(5)
    assert time.time() == frozen + 5
    fast.resume()


def test_callbacks_go_out_at_their_own_moment(fast: Fake) -> None:
    """While the client sleeps past the end, the callback is sent at the end, not at the next poll."""
    task_id = create()
    time.sleep(60)
    [callback] = fast.callbacks
    sent = next(entry.at for entry in fast.journal.deliveries)
    record = look(task_id)
    assert sent * 1000 == pytest.approx(record["completeTime"], abs=5000)
    assert callback.task_id == task_id


def test_names_imported_before_are_skipped_too(fast: Fake) -> None:
    """`from time import sleep` of a module loaded long ago skips as well."""
    lap = Lap()
    support.clients.sleeper.nap(300)
    assert lap.skipped(300)


def patched() -> list[object]:
    """Return whatever fast-forward may replace."""
    clocks: list[object] = [
        time.sleep,
        time.time,
        time.monotonic,
        time.time_ns,
        asyncio.sleep,
        support.clients.sleeper.sleep,
    ]
    threads = [threading.Thread.start, threading.Thread.join, threading.Condition.wait, threading.Condition.notify]
    return [*clocks, *threads]


def fail_inside(fake: Fake) -> None:
    with in_process(fake), fast_forward(fake):
        time.sleep(1000)
        raise ZeroDivisionError


def test_everything_is_put_back_whatever_happens() -> None:
    """After the block, raising or not, every clock and wait is the real one."""
    with pytest.raises(ZeroDivisionError):
        fail_inside(new_fake())
    assert patched() == REALS


def test_a_module_imported_meanwhile_gets_the_real_clock_back(fake: Fake, tmp_path: Path) -> None:
    """What a lazy import caught of the stand-ins is put right afterwards, and skips again in the next test."""
    (tmp_path / "lazy_napper.py").write_text("from time import sleep, monotonic\n", encoding="utf-8")
    sys.path.insert(0, str(tmp_path))
    try:
        with fast_forward(fake):
            lazy = importlib.import_module("lazy_napper")
            caught = lazy.sleep
        assert (lazy.sleep, lazy.monotonic) == (time.sleep, time.monotonic)
        with fast_forward(fake):
            lazy.sleep(1000)
        started = REAL()
        caught(0.01)
        assert REAL() - started >= 0.01
    finally:
        sys.path.remove(str(tmp_path))
        sys.modules.pop("lazy_napper", None)


def test_threads_from_before_see_the_same_time(fake: Fake) -> None:
    """A thread that was started before, as a receiver's server is, reads the clock of the code under test."""
    readings: list[float] = []
    go = threading.Event()

    def outside() -> None:
        go.wait()
        readings.append(time.time())

    thread = threading.Thread(target=outside)
    thread.start()
    real = time.time()
    with fast_forward(fake):
        time.sleep(5000)
        go.set()
        thread.join()
    assert readings[0] - real == pytest.approx(5000, abs=60)


REALS = patched()


@pytest.mark.parametrize("name", ["time_machine", "multiprocessing", "socketserver", "trio", "uvicorn.server"])
def test_a_module_amid_its_import_has_nothing_to_say_yet(
    fast: Fake, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Clocks, waits and callbacks work as without it, also where a thread looks while another one imports."""
    monkeypatch.setitem(sys.modules, name, ModuleType(name))
    began = time.time()
    waiting = threading.Thread(target=time.sleep, args=(100,))
    waiting.start()
    waiting.join()
    asyncio.run(asyncio.sleep(100))
    with selectors.DefaultSelector() as nothing:
        nothing.select(100)
    fast.advance(100)
    assert time.time() - began >= 400
