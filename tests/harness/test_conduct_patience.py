"""Findings on patience: jobs that are given up, and polls of what nobody knows."""

import time

import pytest
import requests

from fakie.harness.fake import Fake
from support.clients.client import BASE, KEY
from support.clients.wishes import send, serious, wait


@pytest.mark.parametrize("seconds", [400, 5000])
def test_giving_up_on_a_running_task_is_found(fast: Fake, seconds: float) -> None:
    """A client whose clock runs out, and whose job runs on and is paid."""
    fast.plan_next(seconds=seconds)
    wait(send(), 300)
    time.sleep(200)
    assert serious(fast) == ["gave_up_on_running"]
    [finding] = fast.conduct
    assert ("it ended later, with success" if seconds == 400 else "still running") in finding.seen
    assert finding.cost


def test_giving_up_on_a_task_that_failed_later_costs_nothing(fast: Fake) -> None:
    """It is told all the same: the client could not know."""
    fast.plan_next("fail", seconds=400)
    wait(send(), 300)
    time.sleep(200)
    assert serious(fast) == ["gave_up_on_running"]
    assert fast.conduct[0].cost is None


@pytest.mark.parametrize("task_id", ["no-such-task", None])
def test_polling_an_unknown_task_on_is_found(fast: Fake, task_id: str | None) -> None:
    """Until the time-out, as several clients do; also of no task at all."""
    for _ in range(60):
        requests.get(BASE + "/api/v1/jobs/recordInfo", params={"taskId": task_id}, headers=KEY, timeout=5)
        time.sleep(5)
    assert serious(fast) == ["polled_unknown_task_on"]
    polls, _, seconds = fast.conduct[0].seen.partition(" polls over ")
    # Real time passes as well, on a busy machine some seconds.
    assert polls.endswith(" 60")
    assert 295 <= int(seconds.partition(" ")[0]) < 360
