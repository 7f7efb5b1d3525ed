"""Findings on patience: jobs that are given up, and polls of what nobody knows."""

import time

import pytest
import requests

from fakie.harness.fake import Fake
from support.clients.client import BASE, BODY, KEY, create, look
from support.clients.doors import CREATE
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


def _refused(fake: Fake, pauses: tuple[float, ...]) -> None:
    """Send a create that is refused with 429, with these pauses after each refusal, then once more, and follow it."""
    for pause in pauses:
        fake.fail_next(429)
        requests.post(BASE + CREATE, json=BODY, headers=KEY, timeout=5)
        fake.advance(pause)
    look(create())


def test_hammering_after_429_is_found(fake: Fake) -> None:
    """The same create, three times in a row at once after its refusal, until it is taken and followed."""
    fake.freeze()
    _refused(fake, (0.01, 0.02, 0.01))
    assert serious(fake) == ["retried_without_pause"]
    assert fake.conduct[0].seen.startswith("createTask was refused with 429 3 times in a row")


@pytest.mark.parametrize("pauses", [(0.01, 0.01), (0.01, 0.2, 0.4), (0.5,) * 3, (0.01, 0.01, 0.01, 2.0), (0.0,) * 4])
def test_whoever_waits_after_429_is_not_accused(fake: Fake, pauses: tuple[float, ...]) -> None:
    """Nor whoever tries twice at once, as libraries do, nor by a clock that stands still."""
    fake.freeze()
    _refused(fake, pauses)
    assert serious(fake) == []


def test_a_batch_and_refusals_for_themselves_are_no_hammering(fake: Fake) -> None:
    """Some of equal creates are taken and others refused; or nobody follows what was made at last."""
    fake.freeze()
    create()
    fake.advance(0.01)
    _refused(fake, (0.01, 0.01, 0.01))
    other = {**BODY, "input": {"audio_url": "https://files.test/b.mp3"}}
    for _ in range(3):
        fake.fail_next(429)
        requests.post(BASE + CREATE, json=other, headers=KEY, timeout=5)
        fake.advance(0.01)
    requests.post(BASE + CREATE, json=other, headers=KEY, timeout=5)
    assert "retried_without_pause" not in serious(fake)


def test_hammering_of_a_record_is_found(fake: Fake) -> None:
    """Queries of one task that are refused and sent again at once, by a client that goes on to its end."""
    fake.freeze()
    task_id = create()
    for _ in range(3):
        fake.fail_next(429, endpoint="recordInfo")
        assert look(task_id) is None
        fake.advance(0.01)
    look(task_id)
    assert serious(fake) == []
    fake.task(task_id).finish()
    fake.advance(5)
    look(task_id)
    assert serious(fake) == ["retried_without_pause"]
