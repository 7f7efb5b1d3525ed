"""What waits for something real waits for real, and what takes real time is told of."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fakie.harness.fake import Fake
from fakie.harness.forward.spinning import BusyLoopError
from support.clients.client import create, look, run

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
    before, began = time.time(), os.times().elapsed
    time.sleep(100)
    with fast.real_time():
        time.sleep(0.3)
        with fast.fast_forward():
            time.sleep(100)
    time.sleep(100)
    assert time.time() - before == pytest.approx(300.3, abs=3)
    assert 0.25 < os.times().elapsed - began < 10


def test_a_block_skips_in_a_test_that_does_not(fake: Fake) -> None:
    """`fake.fast_forward()` alone."""
    began = os.times().elapsed
    with fake.fast_forward():
        time.sleep(1000)
    assert os.times().elapsed - began < 5
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


def test_a_loop_that_only_reads_the_clock_is_stopped(fast: Fake) -> None:
    """It would spin for ten real minutes; the message names its line."""

    def spin() -> None:
        end = time.monotonic() + 600
        while time.monotonic() < end:
            pass

    with pytest.raises(BusyLoopError, match=r"test_real_work.py:\d+ reads the clock over and over"):
        spin()


def test_what_took_real_time_is_told(fast: Fake) -> None:
    """Where it was waited, how long, and for whom."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(subprocess.run, SLOW).result(timeout=60)
    assert fast.timekeeper is not None
    (remark,) = [each for each in fast.timekeeper.remarks if "test_real_work.py" in each]
    assert "ms for real" in remark
