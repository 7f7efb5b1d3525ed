"""Threads that a test begins and leaves at work send nothing to the vendor once it has ended."""

import subprocess
import sys

import pytest

LEFT = """
import asyncio, concurrent.futures, sys, threading, time
import pytest
from client import create

POOL, STOP, TOLD = concurrent.futures.ThreadPoolExecutor(1), threading.Event(), {}
LOOP = asyncio.new_event_loop()

def asks():
    # As the look-up of a name does.
    sys.audit("socket.getaddrinfo", "api.kie.ai", 443, 0, 0, 0)

def tell(name):
    try:
        asks()
        TOLD[name] = "let through"
    except OSError as error:
        TOLD[name] = str(error)

def later():
    STOP.wait()
    tell("waiting")
    child = threading.Thread(target=tell, args=("begun by it",))
    child.start()
    child.join()

THREADS = [
    threading.Thread(target=later),
    threading.Thread(target=LOOP.run_forever),
]

def test_with(fakie):
    create()
    for thread in THREADS:
        thread.start()
    POOL.submit(create).result()
    assert len(fakie.tasks) == 2

def test_without():
    STOP.set()
    LOOP.call_soon_threadsafe(LOOP.run_in_executor, None, tell, "a loop's executor")
    began = time.monotonic()
    while len(TOLD) < 3 and time.monotonic() - began < 10:
        time.sleep(0.01)
    assert sorted(TOLD) == ["a loop's executor", "begun by it", "waiting"]
    # Python 3.11 tells nobody who begins a thread.
    for name, text in TOLD.items() if sys.version_info >= (3, 12) else [("waiting", TOLD["waiting"])]:
        assert "'api.kie.ai' leave this machine: thread" in text, name
        assert "was begun in test_left.py::test_with, which has ended" in text, name

def test_others_are_let_through():
    asks()
    POOL.submit(asks).result()

def test_a_later_fake_answers_them(fakie):
    LOOP.call_soon_threadsafe(LOOP.run_in_executor, None, create)
    fakie.wait_until(lambda: fakie.tasks)
    LOOP.call_soon_threadsafe(LOOP.stop)
    POOL.shutdown()
    for thread in THREADS:
        thread.join()
    LOOP.run_until_complete(LOOP.shutdown_default_executor())
    LOOP.close()
"""

ENDING = """
import builtins, sys
from fakie.adapters.reach.floor import watched

class Late:
    audit = sys.audit

    def __del__(self):
        self.audit("socket.connect", None, ("127.0.0.1", 9))

watched().left.append(object())
builtins.late = Late()
"""


def test_threads_left_at_work_are_refused_the_vendor(calling: pytest.Pytester) -> None:
    """Until they end, with those that they begin; idle workers of pools, and all others, are let through."""
    calling.makepyfile(test_left=LEFT)
    calling.runpytest("-p", "no:cacheprovider").assert_outcomes(passed=4)


def test_an_interpreter_that_ends_is_left_alone() -> None:
    """Nothing is told of what it does once it has taken its modules apart, though threads are still at work."""
    ended = subprocess.run([sys.executable, "-c", ENDING], capture_output=True, check=True, text=True)
    assert ended.stderr == ""
