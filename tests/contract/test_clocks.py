"""Whose clock the times of a task are of: the Date header of an answer may be of something else than what makes it."""

from types import SimpleNamespace
from typing import Any

import pytest

from fakie_contract.cases.endpoint.clock import by_either_clock

_NOW = 1_800_000_000_000
_HOURS = 2 * 3_600_000


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
    found = by_either_clock(shown, (_NOW, _NOW + 100), _NOW + 5000, ahead)
    assert [one.rule for one in found] == rules
