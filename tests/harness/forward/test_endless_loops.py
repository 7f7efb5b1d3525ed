"""Loops that wait, but for what never comes: where time is skipped they would go on for ever."""

import inspect
import sys
import time
from collections.abc import Callable
from contextlib import suppress

import pytest
import requests

from fakie.core.http.messages import Request
from fakie.harness.current import CurrentFake
from fakie.harness.fake import Fake
from fakie.harness.forward.spinning import BusyLoopError, CaughtStopError, EndlessLoopError, Patience, Polling, Spinning
from support.clients.client import BASE, KEY, create, look
from support.clients.doors import CREDIT, RECORD


@pytest.fixture
def most(monkeypatch: pytest.MonkeyPatch) -> int:
    """How many polls are taken for a loop: far fewer than otherwise, since each takes its time."""
    monkeypatch.setattr("fakie.harness.forward.spinning._MOST_POLLS", 60)
    return 60


def test_polls_of_many_tasks_are_no_loop(most: int, fast: Fake) -> None:
    """One look at each takes no time, however many there are; a path that is asked without end is named."""
    for number in range(most + 10):
        look(f"{number:032}")

    def ask() -> None:
        for _ in range(most + 10):
            requests.get(BASE + CREDIT, headers=KEY, timeout=10)

    with pytest.raises(BusyLoopError, match=f"{CREDIT} was asked {most} times in a row"):
        ask()


@pytest.mark.parametrize("task_id", ["0" * 32, "", None])
def test_waiting_for_no_task_is_stopped(most: int, fast: Fake, task_id: str | None) -> None:
    """Such as a client that took a refusal for success, and asks for the task that it does not have."""
    asked = {"taskId": task_id}
    words = f"task {task_id} was" if task_id else r"a record of no task \(its taskId is missing, or empty\) was"

    def poll() -> None:
        while not requests.get(BASE + RECORD, params=asked, headers=KEY, timeout=10).json().get("data"):
            time.sleep(5)

    with pytest.raises(EndlessLoopError, match=f"{words} asked for {most} times more though there is no such task"):
        poll()


def test_waiting_for_what_has_ended_otherwise_is_stopped(most: int, fast: Fake) -> None:
    """A loop that knows success alone would sleep and poll for ever, since no time passes for real."""
    fast.plan_next("fail")
    task = create()
    words = "after it had ended in fail"

    def poll() -> None:
        while look(task)["state"] != "success":
            time.sleep(5)

    with pytest.raises(EndlessLoopError, match=f"{task} was asked for {most} times more {words}; expected a loop that"):
        poll()


def test_a_loop_that_never_gives_up_is_stopped() -> None:
    """Only beyond what any job takes: both many polls and hours."""

    def polls(times: int, pause: float) -> None:
        patience = Patience()
        for number in range(times):
            patience.polled("t", number * pause, lambda: ("", 0))

    polls(9_999, 60)
    polls(7_000, 1)
    with pytest.raises(EndlessLoopError, match="task t was asked for 10000 times over 14 hours, and still runs"):
        polls(10_001, 5)


def test_a_loop_that_catches_all_is_stopped_all_the_same(most: int, fast: Fake) -> None:
    """Pollers commonly take whatever is raised for an accident of the network, and look again."""
    fast.plan_next("fail")
    task = create()

    def poll() -> None:
        while True:
            with suppress(Exception):
                if look(task)["state"] == "success":
                    return
            time.sleep(5)

    with pytest.raises(CaughtStopError, match=rf"{most} times more after it had ended in fail.* was caught 100 times"):
        poll()


@pytest.mark.parametrize("wait", [0, 30])
def test_a_create_that_is_sent_for_ever_is_stopped(most: int, fast: Fake, wait: float) -> None:
    """A retry without a bound, as libraries have it by default, would go on for ever where nothing lets time pass."""
    fast.fail_next("maintenance", times=None)

    def insist() -> None:
        while True:
            with suppress(RuntimeError):
                create()
                return
            if wait:
                time.sleep(wait)

    with pytest.raises(EndlessLoopError, match=rf"createTask was sent {most} times .* in vain .at last maintenance\)"):
        insist()


def test_creates_that_are_taken_now_and_then_are_no_endless_loop() -> None:
    """Nor those of many bodies, each of which is refused."""
    patience = Patience()
    for number in range(3_000):
        patience.tried("createTask", b"{}", "" if number % 1_000 == 999 else "rate_limited")
        patience.tried("createTask", b"%d" % number, "field_missing")


def _polls() -> Callable[[], None]:
    polling = Polling()
    return lambda: polling.polled(1, "/path", None)


def _readings() -> Callable[[], None]:
    spinning = Spinning(lambda: 0)
    return lambda: spinning.read_at(sys._getframe())


@pytest.mark.parametrize("kind", [_polls, _readings])
def test_a_loop_without_a_wait_that_catches_all_is_stopped(
    monkeypatch: pytest.MonkeyPatch, kind: Callable[[], Callable[[], None]]
) -> None:
    """After it was told so a hundred times."""
    monkeypatch.setattr("fakie.harness.forward.spinning._MOST_READINGS", 1000)
    again, told = kind(), 0

    def go_on() -> None:
        nonlocal told
        while True:
            try:
                again()
            except BusyLoopError:
                told += 1

    with pytest.raises(CaughtStopError, match="was caught 100 times, and the loop went on"):
        go_on()
    assert told == 100


def test_a_client_that_calls_itself_meets_its_own_recursion_error(fast: Fake) -> None:
    """Wherever its depth is used up: in the fake it would be an answer of the API's, and a bug."""
    task = create()

    def deeper(levels: int) -> object:
        return deeper(levels - 1) if levels else look(task)

    free = sys.getrecursionlimit() - len(inspect.stack())
    for left in range(20, free):
        with suppress(RecursionError):
            deeper(free - left)
            break
    assert list(fast.service.bugs) == []
    assert "server_error" not in fast.journal.situations


def test_a_loop_over_a_port_is_told_by_an_answer(most: int, fast: Fake, caplog: pytest.LogCaptureFixture) -> None:
    """Raised in the server's thread it would close the connection without a word."""
    current = CurrentFake()
    current.fake = fast
    path = f"/api/v1/jobs/recordInfo?taskId={'0' * 32}"
    for _ in range(most + 10):
        answer = current.handle(Request.of("GET", path, headers=KEY))
        time.sleep(5)
    assert answer.status == 508
    assert b"fakie: task 000" in answer.body
    assert b"was asked for %d times more though there is no such task; expected a loop that ends" % most in answer.body
    [told] = caplog.records
    assert f"was asked for {most} times more" in told.getMessage()
    assert told.exc_info is None
