"""What waits for something real waits for real, and what takes real time is told of."""

import _thread
import datetime
import hashlib
import os
import socket
import subprocess
import sys
import threading
import time
import timeit
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from operator import call
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from fakie.harness.fake import Fake
from fakie.harness.fast_forward import fast_forward
from fakie.harness.forward import real
from fakie.harness.forward.spinning import BusyLoopError
from support.clients.client import create, look, run
from support.lap import Lap, by_steady_clock

SLOW = [sys.executable, "-c", "import time; time.sleep(1)"]


def by_wait() -> None:
    assert subprocess.Popen(SLOW).wait(timeout=30) == 0


def by_run() -> None:
    subprocess.run(SLOW, timeout=30, check=True)


def by_future() -> None:
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(subprocess.run, SLOW).result(timeout=60).returncode == 0


def by_looking() -> None:
    child = subprocess.Popen(SLOW)
    for _ in range(60):
        if child.poll() is not None:
            return
        time.sleep(1)
    child.wait()
    raise AssertionError("a minute went by before the child had run for a second")


def by_lock() -> None:
    fcntl = pytest.importorskip("fcntl")
    held = "import fcntl, time; f = open('lock', 'w'); fcntl.flock(f, 2); print(flush=True); time.sleep(1)"
    with subprocess.Popen([sys.executable, "-c", held], stdout=subprocess.PIPE) as child, ThreadPoolExecutor(1) as pool:
        assert child.stdout is not None
        child.stdout.readline()
        with Path("lock").open() as lock:
            pool.submit(fcntl.flock, lock, fcntl.LOCK_EX).result(timeout=30)


@pytest.mark.parametrize("wait", [by_wait, by_run, by_future, by_looking, by_lock])
def test_a_process_is_waited_for_until_it_ends(fast: Fake, wait: object) -> None:
    """Its second is a real one, and no deadline fires before."""
    began = os.times().elapsed
    assert callable(wait)
    wait()
    assert os.times().elapsed - began >= 0.9


def test_a_thread_that_is_about_to_end_is_waited_for(fast: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python lists it no more while it still clears up, and no time-out of who joins it fires in between."""
    thread = threading.Thread(target=real.sleep, args=(0.2,))
    listed = threading.enumerate
    monkeypatch.setattr(threading, "enumerate", lambda: [each for each in listed() if each is not thread])
    before = time.monotonic()
    thread.start()
    thread.join(300)
    assert not thread.is_alive()
    assert time.monotonic() - before < 100


def test_a_process_that_serves_is_not_waited_for(fast: Fake) -> None:
    """One that listens on a port would never end."""
    serve = "import socket, time; s = socket.create_server(('127.0.0.1', 0)); print(flush=True); time.sleep(120)"
    with subprocess.Popen([sys.executable, "-c", serve], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        fast.plan_next(seconds=590)
        began = os.times().elapsed
        # One fewer where the machine is busy: real time passes as well.
        assert 110 <= run()[1] <= 119
        assert os.times().elapsed - began < 100
        child.kill()


def test_a_block_of_real_time_lets_time_pass_for_real(fast: Fake) -> None:
    """Before and after it, time is skipped; the clock goes on from where it is."""
    lap = Lap()
    time.sleep(100)
    with fast.real_time():
        time.sleep(0.3)
        with fast.fast_forward():
            time.sleep(100)
    time.sleep(100)
    assert lap.skipped(300)
    assert lap.real() > 0.25


def test_a_block_skips_in_a_test_that_does_not(fake: Fake) -> None:
    """`fake.fast_forward()` alone."""
    began = os.times().elapsed
    with fake.fast_forward():
        time.sleep(1000)
    assert os.times().elapsed - began < 50
    with fake.real_time():
        time.sleep(0.05)


def test_polling_without_a_wait_is_stopped(fast: Fake) -> None:
    """The message says what to do instead."""
    fast.plan_next(by="hold")
    task = create()

    def poll() -> None:
        while look(task)["state"] != "success":
            pass

    with pytest.raises(BusyLoopError, match="recordInfo was asked 1000 times in a row"):
        poll()


@pytest.fixture
def of_few_readings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take far fewer readings than otherwise for a loop, in a test whose fake comes after this."""
    monkeypatch.setattr("fakie.harness.forward.spinning._UNSEEN", 0)
    monkeypatch.setattr("fakie.harness.forward.spinning._MOST_READINGS", 1000)


def test_a_loop_that_only_reads_the_clock_is_stopped(fast: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would spin for ten real minutes; the message names its line."""
    # Not the seconds' worth that it takes otherwise, but after as many as nobody looks at.
    monkeypatch.setattr("fakie.harness.forward.spinning._MOST_READINGS", 10_000)

    def spin() -> None:
        end = time.monotonic() + 600
        while time.monotonic() < end:
            pass

    with pytest.raises(BusyLoopError, match=r"test_real_work.py:\d+ reads the clock over and over"):
        spin()


@pytest.mark.parametrize(
    "read",
    [time.monotonic, datetime.datetime.now, datetime.datetime.today, time.localtime, time.asctime],
    ids=["monotonic", "now", "today", "localtime", "asctime"],
)
def test_a_loop_that_reads_any_clock_is_stopped(of_few_readings: None, fast: Fake, read: Callable[[], object]) -> None:
    """It would spin for as long as it says, whichever clock it reads; the message names its line."""

    def spin() -> None:
        for _ in range(5000):
            read()

    with pytest.raises(BusyLoopError, match=r"test_real_work.py:\d+ reads the clock over and over"):
        spin()


def test_a_loop_that_reads_the_clock_at_several_places_is_stopped(of_few_readings: None, fast: Fake) -> None:
    """It would spin as long: its own deadline is read in one line, and what it tells of the time in another."""

    def spin() -> None:
        end = time.monotonic() + 600
        for _ in range(5000):
            assert time.monotonic() < end
            assert datetime.datetime.now().year

    with pytest.raises(BusyLoopError, match=r"test_real_work.py:\d+ reads the clock over and over"):
        spin()


def test_a_loop_that_measures_each_step_goes_on_as_long_as_one_that_reads_the_clock_once(
    of_few_readings: None, fast: Fake
) -> None:
    """The clock is read before and after each step: twice as many readings are no longer a loop."""
    took = 0.0
    for _ in range(900):
        began = time.perf_counter()
        took += time.perf_counter() - began
    assert took > 0


def test_few_readings_of_a_clock_cost_little(fast: Fake) -> None:
    """Nobody looks where it is read before it is read far too often, be it at two places in turn."""
    calls: Counter[str] = Counter()

    def note(frame: FrameType, event: str, _: object) -> None:
        calls[event] += event == "call"

    sys.setprofile(note)
    try:
        for _ in range(100):
            time.monotonic()
            time.time()
    finally:
        sys.setprofile(None)
    assert calls["call"] < 8 * 200


def test_repeated_measurings_are_no_loop(of_few_readings: None, fast: Fake) -> None:
    """What measures reads the clock before and after each of them, and they count from there."""
    assert len(timeit.repeat(time.monotonic, number=900, repeat=9)) == 9


def test_a_helper_that_reads_the_clock_for_all_is_not_a_loop_of_readings(
    of_few_readings: None, fast: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often it is asked in a test: whoever waits between two readings does not spin."""
    monkeypatch.setattr("fakie.harness.forward.spinning._MOST_READINGS", 50)

    def moment() -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC)

    began = moment()
    for _ in range(200):
        time.sleep(1)
    assert [moment() - began >= datetime.timedelta(seconds=200) for _ in range(40)] == [True] * 40
    for _ in range(200):
        moment()
        time.sleep(1)


def test_a_connection_on_which_nothing_happens_in_the_test_is_idle(fake: Fake) -> None:
    """One of a tool or a fixture, with its last answer come as soon as it was asked for, is not waited for."""
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as ours,
        server.accept()[0] as theirs,
    ):
        for asks, answers in ((ours, theirs), (theirs, ours)):
            asks.sendall(b"!")
            assert answers.recv(1) == b"!"
        with fast_forward(fake) as keeper:
            time.sleep(60)
            # A busy machine may have been waited for, which is told as well.
            assert not [each for each in keeper.remarks if "127.0.0.1" in each]


def of_threading(work: Callable[[], object]) -> None:
    threading.Thread(target=work).start()


def of_thread(work: Callable[[], object]) -> None:
    """Start a thread as extensions and old code do: `threading` does not know it."""
    begun = _thread.allocate_lock()
    begun.acquire()

    def begin() -> None:
        begun.release()
        work()

    _thread.start_new_thread(begin, ())
    begun.acquire()


@pytest.mark.parametrize("start", [of_threading, of_thread])
def test_a_thread_that_works_is_waited_for_whoever_started_it(fast: Fake, start: Callable[..., None]) -> None:
    """Half a second of real work is over before a minute has passed."""
    over: list[float] = []

    def work() -> None:
        began = os.times().elapsed
        while os.times().elapsed - began < 0.5:
            pass
        over.append(time.monotonic())

    before = time.monotonic()
    start(work)
    time.sleep(60)
    assert over
    assert over[0] - before < 30


def begin_in_c(over: list[bytes], rounds: int) -> None:
    """Make a digest in a thread that runs no Python, and has begun: before that Python 3.11 tells nobody of it."""
    begun = _thread.allocate_lock()
    begun.acquire()
    digest = partial(hashlib.pbkdf2_hmac, "sha256", b"key", b"salt", rounds)
    steps: tuple[Callable[[], Any], ...] = (begun.release, digest)
    _thread.start_new_thread(over.extend, (filter(None, map(call, steps)),))
    begun.acquire()


def test_a_thread_of_another_language_alone_is_waited_for(fast: Fake) -> None:
    """What `threading` did not start, and what runs no line of Python, is seen by its want of a processor."""
    over: list[bytes] = []
    lap = Lap(by_steady_clock)
    begin_in_c(over, 400_000)
    time.sleep(60)
    assert lap.skipped(60)
    assert over


def test_a_thread_of_another_language_is_not_waited_for_without_end(
    fast: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be idle beside another that never rests: which of them wants the processor cannot be told."""
    monkeypatch.setattr("fakie.harness.forward.threads._LONGEST_UNSEEN", 0.1)
    over: list[bytes] = []
    begin_in_c(over, 3_000_000)
    time.sleep(60)
    assert not over
    assert fast.timekeeper is not None
    assert [each for each in fast.timekeeper.remarks if "about to run Python: not waited for" in each]
    while not over:
        real.sleep(0.01)


@pytest.mark.parametrize("start", [of_threading, of_thread])
def test_a_thread_that_has_ended_holds_nobody_up(fast: Fake, start: Callable[..., None]) -> None:
    """It woke at its moment; from then on time is skipped as if it had never been, though some stay listed."""
    woke: list[float] = []

    def nap() -> None:
        time.sleep(5)
        woke.append(time.monotonic())

    before, began = time.monotonic(), os.times().elapsed
    start(nap)
    for _ in range(10):
        time.sleep(60)
    assert woke[0] - before == pytest.approx(5, abs=2)
    assert os.times().elapsed - began < 10


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.11 tells nobody of a thread that is about to begin")
def test_a_thread_that_is_about_to_begin_is_waited_for(fast: Fake) -> None:
    """It has no frame yet, and nothing lists it."""
    woke: list[float] = []

    def nap() -> None:
        time.sleep(5)
        woke.append(time.monotonic())

    for _ in range(5):
        before = time.monotonic()
        _thread.start_new_thread(nap, ())
        time.sleep(600)
        assert woke.pop() - before == pytest.approx(5, abs=2)


def test_a_thread_that_waits_as_it_clears_up_is_no_longer_for_real(fast: Fake) -> None:
    """What a thread leaves behind may wait for something, and whoever joins it sees that time skipped too."""
    own, over = threading.local(), []

    class Slow:
        def __del__(self) -> None:
            time.sleep(50)
            over.append(time.monotonic())

    def work() -> None:
        own.slow = Slow()

    before, began = time.monotonic(), os.times().elapsed
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(300)
    assert not thread.is_alive()
    assert over[0] - before == pytest.approx(50, abs=5)
    assert os.times().elapsed - began < 10


def test_the_look_of_one_thread_is_no_motion_of_another(fast: Fake) -> None:
    """One takes the place of another that has ended, and is known by its name: an idle one beside it stays idle."""
    idle = _thread.allocate_lock()
    idle.acquire()
    of_thread(idle.acquire)
    of_thread(lambda: time.sleep(5))
    time.sleep(20)
    over: list[float] = []

    def naps() -> None:
        for _ in range(5):
            time.sleep(60)
        over.append(time.monotonic())

    began = os.times().elapsed
    of_thread(naps)
    time.sleep(1000)
    idle.release()
    # Nobody can join threads that have no object, and they need a moment to end.
    real.sleep(0.2)
    assert over
    assert os.times().elapsed - began < 10
