"""Whose clock the times of a task are of: the Date header of an answer may be of something else than what makes it."""

import time
from email.utils import formatdate
from types import SimpleNamespace
from typing import Any

import pytest

from fakie_contract.cases.endpoint.clock import by_either_clock
from support.clients.suite import judge_live
from support.servers.stand_in import StandIn, standing_in

_NOW = 1_800_000_000_000
_HOURS = 2 * 3_600_000
_OF_TIMES = ("record.created", "record.future", "task.completed_while_running")


@pytest.mark.parametrize(
    ("created", "ahead", "rules"),
    [
        (_NOW, 0, []),
        (_NOW, _HOURS, []),
        (_NOW + _HOURS, _HOURS, []),
        (_NOW + _HOURS, 0, ["record.created"]),
        (_NOW - _HOURS, _HOURS, ["record.created"]),
    ],
    ids=["all-agree", "the-date-is-wrong", "the-target-is-late", "the-time-is-late", "no-clock-fits"],
)
def test_a_time_is_right_by_the_clock_that_it_fits(created: int, ahead: int, rules: list[str]) -> None:
    """That of this machine or that of the Date header; one that fits neither is told of."""
    shown: Any = SimpleNamespace(told=[SimpleNamespace(value=created, fact="created", steps=("createTime",))])
    found = by_either_clock(shown, (_NOW, _NOW + 100), 0, _NOW + 5000, ahead)
    assert [one.rule for one in found] == rules


def test_the_clock_is_that_by_which_the_task_was_made() -> None:
    """By the machine's, whatever Date says, a task is made now and ends in an hour: the end alone is told of."""
    times = {"created": _NOW, "completed": _NOW + _HOURS // 2}
    shown: Any = SimpleNamespace(told=[SimpleNamespace(value=at, fact=one, steps=(one,)) for one, at in times.items()])
    found = by_either_clock(shown, (_NOW, _NOW + 100), 0, _NOW + 5000, _HOURS)
    assert [one.rule for one in found] == ["record.future"]


def test_a_date_of_some_seconds_ago_blames_no_times() -> None:
    """It is of what keeps answers, say, and too near for a remark: the times are right by this machine's clock."""
    with standing_in(StandIn(headers={"Date": formatdate(time.time() - 40, usegmt=True)})) as stand_in:
        _, report = judge_live(stand_in, "--max-credits", "100", "-k", "life::success")
    rules = [finding["rule"] for result in report["results"] for finding in result["findings"]]
    assert [rule for rule in rules if rule in _OF_TIMES] == []
