"""Threads of a fixture that looked for work now and then before the test began, and were asleep when it did."""

import queue
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from fakie.harness.fake import Fake
from fakie.harness.fast_forward import fast_forward
from fakie.harness.forward.in_place import SwappedFunction
from fakie.harness.forward.threads import called_at
from support.clients.plugin_project import run
from support.waiting import wait_until

Jobs = queue.SimpleQueue[Callable[[], object]]


def sleeping(stop: threading.Event) -> bool:
    """Sleep between two looks; tell whether to go on."""
    time.sleep(0.3)
    return not stop.is_set()


def until_stopped(stop: threading.Event) -> bool:
    """Wait between two looks for the word to stop; tell whether to go on."""
    return not stop.wait(0.3)


@pytest.fixture(params=[sleeping, until_stopped])
def jobs(request: pytest.FixtureRequest) -> Iterator[Jobs]:
    """The jobs of a worker that is asleep as time begins to be skipped."""
    todo: Jobs = queue.SimpleQueue()
    stop, looked = threading.Event(), threading.Event()

    def work() -> None:
        looked.set()
        while request.param(stop):
            while not todo.empty():
                todo.get_nowait()()

    worker = threading.Thread(target=work)
    worker.start()
    looked.wait()
    yield todo
    stop.set()
    worker.join()


def test_a_worker_that_was_asleep_finds_its_job_in_time(fake: Fake, jobs: Jobs) -> None:
    """Who waits a minute for a fixture's worker has the job done by then, where patience lasts until it wakes."""
    done = threading.Event()
    with fast_forward(fake, patience=60):
        jobs.put(done.set)
        assert done.wait(60)


def test_a_worker_that_falls_asleep_just_before_is_as_any(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """It slept in no look at the threads before, and no stand-in is in place yet."""
    done, put_in = threading.Event(), SwappedFunction.put_in
    workers: list[threading.Thread] = []

    def work() -> None:
        time.sleep(0.5)
        done.set()

    def late(function: SwappedFunction) -> None:
        if not workers:
            workers.append(threading.Thread(target=work))
            workers[0].start()
            wait_until(lambda: called_now(workers[0]) == "sleep")
        put_in(function)

    monkeypatch.setattr(SwappedFunction, "put_in", late)
    with fast_forward(fake, patience=60):
        assert done.wait(60)
    workers[0].join()


def called_now(thread: threading.Thread) -> str | None:
    frame = sys._current_frames()[thread.ident or 0]
    return called_at(frame.f_code, frame.f_lasti)


def test_a_worker_that_sleeps_on_is_named(fake: Fake, jobs: Jobs) -> None:
    """Where patience does not last until it wakes time moves, and the summary tells of whom it passed over."""
    with fast_forward(fake, patience=0.001) as keeper:
        time.sleep(600)
    assert any("in a wait that began before" in line and "not waited for" in line for line in keeper.remarks)


def test_a_long_wait_from_before_is_not_waited_for(fake: Fake) -> None:
    """A thread that waits for an hour since before is passed over, and its event still wakes it."""
    stop = threading.Event()
    waiter = threading.Thread(target=stop.wait, args=(3600,))
    waiter.start()
    with fast_forward(fake) as keeper:
        time.sleep(600)
        assert not [words for words in keeper.waited if "before" in words]
    stop.set()
    waiter.join()


def test_the_summary_tells_once_of_whom_many_tests_passed_over(pytester: pytest.Pytester) -> None:
    """A thread that a fixture has started before them is one line, with how many tests it was there in."""
    pytester.makepyfile("""
        import threading, time, pytest

        @pytest.fixture(scope="module", autouse=True)
        def heart():
            threading.Thread(target=lambda: time.sleep(3600), daemon=True).start()

        @pytest.mark.parametrize("number", range(3))
        def test_it(fakie, number):
            time.sleep(60)
    """)
    result = run(pytester)
    result.assert_outcomes(passed=3)
    [line] = [line for line in result.outlines if "in a wait that began before" in line]
    assert line.startswith("test_the_summary")
    assert line.endswith("; the first of 3 alike, in 3 tests")
