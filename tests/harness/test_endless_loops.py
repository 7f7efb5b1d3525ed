"""Loops that wait, but for what never comes: where time is skipped they would go on for ever."""

import time

import pytest
import requests

from fakie.harness.fake import Fake
from fakie.harness.forward.spinning import BusyLoopError, EndlessLoopError, Patience
from support.clients.client import BASE, KEY, create, look
from support.clients.doors import CREDIT


def test_polls_of_many_tasks_are_no_loop(fast: Fake) -> None:
    """One look at each takes no time, however many there are; a path that is asked without end is named."""
    for number in range(1_100):
        look(f"{number:032}")

    def ask() -> None:
        for _ in range(1_100):
            requests.get(BASE + CREDIT, headers=KEY, timeout=10)

    with pytest.raises(BusyLoopError, match=f"{CREDIT} was asked 1000 times in a row"):
        ask()


@pytest.mark.parametrize("known", [True, False])
def test_waiting_for_what_has_ended_otherwise_is_stopped(fast: Fake, known: bool) -> None:
    """A loop that knows success alone would sleep and poll for ever, since no time passes for real."""
    fast.plan_next("fail")
    task = create() if known else "0" * 32
    words = "after it had ended in fail" if known else "though there is no such task"

    def poll() -> None:
        while (look(task) or {}).get("state") != "success":
            time.sleep(5)

    with pytest.raises(EndlessLoopError, match=f"{task} was asked for 1000 times more {words}; expected a loop that"):
        poll()


def test_a_loop_that_never_gives_up_is_stopped() -> None:
    """Only beyond what any job takes: both many polls and a day."""

    def polls(times: int, pause: float) -> None:
        patience = Patience()
        for number in range(times):
            patience.polled("t", number * pause, lambda: ("", 0))

    polls(9_999, 60)
    polls(80_000, 1)
    with pytest.raises(EndlessLoopError, match="task t was asked for 10000 times over 28 hours, and still runs"):
        polls(10_001, 10)
