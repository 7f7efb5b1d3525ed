"""Who is at work is waited for, also on a machine that stands still meanwhile; who may be, for a while."""

import itertools
import sys
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial

import pytest

from fakie.harness.forward import real
from fakie.harness.forward.doubts import Doubts, Worker
from fakie.harness.forward.threads import called_at
from fakie.harness.forward.tickets import NEVER
from fakie.harness.forward.timekeeper import Timekeeper


class Skipped:
    """Time that passes by skipping alone."""

    def __init__(self) -> None:
        self.moment, self.due = 0.0, NEVER
        self.moves: list[float] = []

    def now(self) -> float:
        return self.moment

    def next_due(self) -> float:
        return self.due

    def advance_to(self, moment: float) -> None:
        self.moves.append(moment)
        self.moment = moment
        self.due = NEVER if self.due <= moment else self.due


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
    skipped, looks = Skipped(), list[int]()

    def stuck() -> bool:
        looks.append(1)
        return True

    keeper = Timekeeper(skipped, Doubts([perhaps(stuck)], 0.05))
    for _ in range(100):
        keeper.until(100.0, pause_for)
    assert skipped.moment == 10_000.0
    # Ten at least, and a hundred at most, in his while.
    assert len(looks) < 500
    assert keeper.remarks == ["somebody: not waited for, 1 time"]


def test_who_is_at_work_for_certain_is_waited_for_until_he_is_done() -> None:
    """However long the other's deadline is over by then in real time."""
    skipped, until = Skipped(), time.monotonic() + 0.3

    def source(_: set[threading.Thread]) -> Iterable[Worker]:
        return [Worker("worker", "a worker", certain=True)] if time.monotonic() < until else []

    Timekeeper(skipped, Doubts([source], 0.05)).until(100.0, pause_for)
    assert time.monotonic() >= until
    assert skipped.moment == 100.0


@pytest.mark.parametrize(("each", "told"), [(0.2, []), (0.6, [6600])])
def test_only_time_that_stood_still_is_told_of(each: float, told: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """Not that many moves take long together: for each one less than half a second went by."""
    skipped, real_now = Skipped(), [0.0]
    monkeypatch.setattr(real, "clock", lambda: real_now[0])
    monkeypatch.setattr(skipped, "next_due", lambda: skipped.moment + 10)

    def slow(_: float) -> bool:
        real_now[0] += each
        return False

    keeper = Timekeeper(skipped, Doubts([], 0.05))
    keeper.until(100.0, slow)
    assert list(keeper.waited.values()) == told


def test_who_ends_while_others_are_looked_at_has_still_woken_whom_he_woke() -> None:
    """A worker that is gone when it is looked for has done its work just before: time does not move past that."""
    skipped, done = Skipped(), threading.Event()

    def source(_: set[threading.Thread]) -> Iterable[Worker]:
        done.set()
        return []

    def ready(pause: float) -> bool:
        # Not at the first look, as of one that has no processor yet.
        return done.is_set() and pause > 0

    assert Timekeeper(skipped, Doubts([source], 0.05)).until(300.0, ready, done.is_set)
    assert skipped.moves == []


def test_who_has_taken_what_it_waited_for_is_waited_for_though_it_has_not_said_so() -> None:
    """An item that a thread has taken shows nowhere until it goes on: time stands still until then."""
    skipped, waiting, given = Skipped(), threading.Event(), threading.Event()
    items: list[int] = []
    keeper = Timekeeper(skipped, Doubts([perhaps(lambda: not given.is_set())], 60.0))
    seen: list[float] = []

    def take(pause: float) -> bool:
        found = bool(items)
        items.clear()
        waiting.set()
        # As if the machine held it up right behind the taking.
        real.sleep(0.1 if found else pause)
        return found

    def other() -> None:
        keeper.until(600.0, take, lambda: bool(items), takes=True)
        seen.append(skipped.moment)

    def first(pause: float) -> bool:
        real.sleep(pause)
        return False

    thread = threading.Thread(target=other)
    thread.start()
    waiting.wait()
    items.append(1)
    given.set()
    keeper.until(10.0, first)
    thread.join()
    assert seen == [0.0]


def test_what_a_worker_began_while_others_were_looked_at_is_due_at_its_moment() -> None:
    """A task made by a thread that has ended by then is no later for it."""
    skipped = Skipped()

    def source(_: set[threading.Thread]) -> Iterable[Worker]:
        if not skipped.moves:
            skipped.due = 3.0
        return []

    Timekeeper(skipped, Doubts([source], 0.05)).until(10.0, pause_for)
    assert skipped.moves == [3.0, 10.0]


def test_what_is_due_and_carried_out_by_another_moves_no_time() -> None:
    """It is due when it is looked for, and gone right after: who waits until later waits on beside who is at work."""

    class Taken(Skipped):
        def next_due(self) -> float:
            due, self.due = self.due, NEVER
            return due

    skipped, looks = Taken(), list[float]()
    skipped.due = 0.0

    def at_work() -> bool:
        looks.append(skipped.moment)
        return len(looks) < 3

    Timekeeper(skipped, Doubts([perhaps(at_work)], 60.0)).until(600.0, pause_for)
    assert looks == [0.0] * 3


def test_who_goes_on_amid_the_last_look_at_all_is_looked_for_again() -> None:
    """His moment came by itself: time does not move to that of another before it is seen what he does."""
    skipped, waiting, may_go, gone = Skipped(), threading.Event(), threading.Event(), threading.Event()
    looks, seen = itertools.count(), list[float]()

    def comes(_: float) -> bool:
        waiting.set()
        return may_go.wait()

    def other() -> None:
        keeper.until(1.0, comes)
        gone.set()

    def amid_the_last_look() -> bool:
        if next(looks) == 1:
            may_go.set()
            gone.wait()
        return False

    def source(_: set[threading.Thread]) -> Iterable[Worker]:
        if gone.is_set():
            seen.append(skipped.moment)
        return []

    keeper = Timekeeper(skipped, Doubts([source], 0.05))
    thread = threading.Thread(target=other)
    thread.start()
    waiting.wait()
    keeper.until(600.0, pause_for, amid_the_last_look)
    thread.join()
    assert seen == [0.0]


def test_who_began_another_wait_while_others_were_looked_at_is_woken_in_its_turn() -> None:
    """One second of another thread comes before ten of this one."""
    skipped, waiting, over = Skipped(), threading.Event(), []
    keeper: Timekeeper

    def other() -> None:
        keeper.until(1.0, pause_for)
        over.append(skipped.moment)

    thread = threading.Thread(target=other)

    def source(_: set[threading.Thread]) -> Iterable[Worker]:
        if not waiting.is_set():
            waiting.set()
            thread.start()
            real.sleep(0.1)
        return []

    keeper = Timekeeper(skipped, Doubts([source], 0.05))
    keeper.until(10.0, pause_for)
    thread.join()
    assert over == [1.0]


def _probe(*_: object, **__: object) -> str:
    frame = sys._getframe(1)
    return called_at(frame.f_code, frame.f_lasti)


# Called through C, as what waits is.
probe = partial(_probe)


class Holder:
    probe = staticmethod(probe)


@pytest.mark.parametrize(
    "call",
    [
        lambda: probe(),
        lambda: probe(1, *(2, 3)),
        lambda: probe(block=True),
        lambda: Holder.probe(block=True, timeout=None),
        lambda: Holder().probe(1, block=True),
        lambda: Holder.probe(**{"block": True}),
    ],
)
def test_what_a_thread_has_called_is_known_by_its_name(call: Callable[[], str]) -> None:
    """However it is written, in each version's own instructions: what waits for ever is told from what works by it."""
    assert call() == "probe"


def test_who_was_waited_for_longest_is_the_reason() -> None:
    """Not who was at work last: whoever was asleep so long has a moment's work to do once he is awake."""
    at_work: list[str] = []
    doubts = Doubts(
        [lambda _: [Worker(words, words, certain=True) for words in at_work[:1]]], 1.0, itertools.count().__next__
    )

    def see(*workers: str) -> None:
        for at_work[:] in [[each] for each in workers]:
            assert doubts.anybody_at_work(set())
        at_work.clear()

    see(*["a long sleep"] * 9, "threads at work")
    assert doubts.told() == "a long sleep"
    see("another")
    assert doubts.told() == "another"
    see(*["a long sleep"] * 9)
    # Time moves.
    assert not doubts.anybody_at_work(set())
    see("another")
    assert doubts.told() == "another"
