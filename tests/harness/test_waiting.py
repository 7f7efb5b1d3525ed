"""Who is at work is waited for, also on a machine that stands still meanwhile; who may be, for a while."""

import threading
import time
from collections.abc import Callable, Iterable

from fakie.harness.forward import real
from fakie.harness.forward.doubts import Doubts, Worker
from fakie.harness.forward.timekeeper import NEVER, Timekeeper


class Skipped:
    """Time that passes by skipping alone."""

    def __init__(self) -> None:
        self.moment = 0.0

    def now(self) -> float:
        return self.moment

    def next_due(self) -> float:
        return NEVER

    def advance_to(self, moment: float) -> None:
        self.moment = moment


def pause_for(seconds: float) -> bool:
    time.sleep(seconds)
    return False


def perhaps(at_work: Callable[[], bool]) -> Callable[[set[threading.Thread]], Iterable[Worker]]:
    return lambda _: [Worker("somebody", "somebody")] if at_work() else []


def test_a_pause_of_the_whole_machine_is_no_sign_that_somebody_is_stuck() -> None:
    """Between any two looks ten minutes of real time go by; who may be at work is given his while all the same."""
    pauses = iter(range(0, 10**9, 600))
    skipped, looks = Skipped(), []

    def at_work() -> bool:
        looks.append(1)
        return len(looks) < 8

    doubts = Doubts([perhaps(at_work)], 0.05, lambda: real.clock() + next(pauses))
    Timekeeper(skipped, doubts).until(100.0, pause_for)
    assert len(looks) == 8
    assert not doubts.passed_over


def test_who_is_stuck_is_waited_for_no_longer_than_his_while() -> None:
    """Then time moves on, and he is named; as long as nothing changes about him he is not waited for again."""
    skipped = Skipped()
    keeper = Timekeeper(skipped, Doubts([perhaps(lambda: True)], 0.05))
    began = time.monotonic()
    for _ in range(100):
        keeper.until(100.0, pause_for)
    assert skipped.moment == 10_000.0
    assert time.monotonic() - began < 2
    assert keeper.remarks == ["somebody: not waited for, 1 times"]


def test_who_is_at_work_for_certain_is_waited_for_until_he_is_done() -> None:
    """However long the other's deadline is over by then in real time."""
    skipped, until = Skipped(), time.monotonic() + 0.3

    def source(_: set[threading.Thread]) -> Iterable[Worker]:
        return [Worker("worker", "a worker", certain=True)] if time.monotonic() < until else []

    Timekeeper(skipped, Doubts([source], 0.05)).until(100.0, pause_for)
    assert time.monotonic() >= until
    assert skipped.moment == 100.0
