"""The times of a family's task by the clock of a target, which nobody moves."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from fakie_contract.cases.task.way import BETWEEN, NEAR
from fakie_contract.checks.family_way import in_ms
from fakie_contract.checks.record import is_in_ms
from fakie_contract.checks.shape import pointer
from fakie_contract.checks.told import RECORD
from fakie_schemas.families.shown import ShownTask
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

# How far (ms) clocks are before and behind UTC, at most.
_EAST, _WEST = 14 * 3_600_000, 12 * 3_600_000


def by_either_clock(
    shown: ShownTask, asked_at: tuple[int, int], running: int, now: int, ahead: int
) -> list[Difference]:
    """Judge times by the clock that fits them better: this machine's, or one that is `ahead` (ms) of it.

    The latter is what the target's Date says, which may be of something else than what makes the tasks. When a task
    was made tells the clock; of its other times any may be wrong. `running` is when (ms) a poll last showed it so.
    """
    begun, answered = asked_at
    judged = (list(_by_the_clock(shown, (begun + by, answered + by), running + by, now + by)) for by in (ahead, 0))
    return min(judged, key=lambda found: (any(one.rule == "record.created" for one in found), len(found)))


def _by_the_clock(shown: ShownTask, asked_at: tuple[int, int], running: int, now: int) -> Iterator[Difference]:
    """Judge times by the clock of the target: of when the task was asked for (ms), last seen running, and of now."""
    for one in shown.told:
        moment, fact = _moment(one.value), one.fact.partition(".")[0]
        if moment is None or fact not in ("created", "completed"):
            continue
        earliest, latest = moment
        place = RECORD + pointer(one.steps)
        # Deeper down are the times of what the task has made.
        of_task = fact == "created" and len(one.steps) == 1
        if of_task and (latest < asked_at[0] - NEAR or earliest > asked_at[1] + NEAR):
            yield breach("record.created", one.value, place, sent_at=asked_at[0])
        elif earliest > now + NEAR:
            yield breach("record.future", one.value, place, now=now)
        elif fact == "completed" and latest < running - BETWEEN:
            yield breach("task.completed_while_running", one.value, place, polled=running)


def _moment(value: Any) -> tuple[int, int] | None:
    """Return the first and the last moment (ms) that a time may be: a text without an offset is some place's."""
    told = in_ms(value)
    if not is_in_ms(told):
        return None
    if not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None:
        return told, told
    as_utc = round(datetime.fromisoformat(value).replace(tzinfo=UTC).timestamp() * 1000)
    return as_utc - _EAST, as_utc + _WEST
