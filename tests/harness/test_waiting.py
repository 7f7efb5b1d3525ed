"""Waiting for skipped time: who is at work is waited for, also on a machine that stands still meanwhile."""

import threading
import time

import pytest

from fakie.harness import waiting
from fakie.harness.waiting import Waiting

REAL_SLEEP, REAL_CLOCK = time.sleep, time.monotonic


class Skipped:
    """Time that passes by skipping alone."""

    def __init__(self) -> None:
        self.now = 0.0

    def skip_to(self, moment: float) -> None:
        self.now = moment


def test_a_pause_of_the_whole_machine_is_no_sign_that_a_thread_is_stuck(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between any two looks ten minutes of real time go by; a thread at work is waited for all the same."""
    pauses = iter(range(0, 10**9, 600))
    monkeypatch.setattr(waiting, "_real_clock", lambda: REAL_CLOCK() + next(pauses))
    skipped, done = Skipped(), threading.Event()
    held = Waiting(lambda: skipped.now, skipped.skip_to)

    def work() -> None:
        REAL_SLEEP(0.05)
        done.set()

    worker = threading.Thread(target=work)
    held.join_in(worker)
    worker.start()

    def ready(seconds: float) -> bool:
        REAL_SLEEP(seconds)
        return done.is_set()

    assert held.until(100.0, ready)
    assert skipped.now == 0.0
    worker.join()


def test_who_waits_for_a_thread_that_is_stuck_waits_no_longer_than_asked() -> None:
    """A thread that does nothing in sight is given up after a while of real time; then the time-out comes."""
    skipped, free = Skipped(), threading.Event()
    held = Waiting(lambda: skipped.now, skipped.skip_to)
    stuck = threading.Thread(target=free.wait)
    held.join_in(stuck)
    stuck.start()
    held.sleep(100.0)
    assert skipped.now == 100.0
    free.set()
    stuck.join()
