"""The way of a family's task, by its records: when it was made and ended, how far it is, and what may not go back."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from fakie_contract.checks.agreement import NEAR, back
from fakie_contract.checks.shape import pointer
from fakie_contract.checks.told import RECORD
from fakie_schemas.families.shown import ShownTask, rank
from fakie_schemas.families.telling import ENDS
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

_ROUNDING = 1000
_MILLISECONDS, _MICROSECONDS = 1_000_000_000_000, 100_000_000_000_000
# How far (ms) clocks are before and behind UTC, at most.
_EAST, _WEST = 14 * 3_600_000, 12 * 3_600_000


def place_of_state(shown: ShownTask) -> str:
    """Return the place of a record that tells the state."""
    return next((RECORD + pointer(one.steps) for one in shown.told if one.fact in shown.job.words), RECORD)


def advance_of(shown: ShownTask) -> Mapping[str, Any]:
    """Return when the task was created and how far it is, as records of models say it."""
    created = next((told for one in shown.told if one.fact.startswith("created.") and (told := _ms(one.value))), None)
    shares = [one.value for one in shown.told if one.fact in shown.job.varies and isinstance(one.value, str)]
    share = next((round(float(one) * 100) for one in shares if one.replace(".", "", 1).isdecimal()), None)
    return {"createTime": created, "progress": share if shown.state != "fail" else None}


def times_in_order(shown: ShownTask) -> Iterator[Difference]:
    """Judge that a task was not completed before it was created, in whatever form its times are."""
    began = next((one for one in shown.told if one.fact.startswith("created.")), None)
    ended = next((one for one in shown.told if one.fact.startswith("completed.")), None)
    first, last = _ms(began and began.value), _ms(ended and ended.value)
    if began and ended and first and last and last <= first - _ROUNDING:
        yield breach("record.completed_first", ended.value, RECORD + pointer(ended.steps), created=began.value)


def by_the_clock(shown: ShownTask, asked_at: tuple[int, int], now: int) -> Iterator[Difference]:
    """Judge times by the target's clock, which nobody moves: of when the task was asked for (ms), and of now."""
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


def in_turn(reached: str, shown: ShownTask) -> Iterator[Difference]:
    """Judge a state by the furthest one that polls before this one have shown; an end is no more left."""
    job, state = shown.job, shown.state
    if rank(job, state) < rank(job, reached) or (reached in ENDS and state != reached):
        found = back(reached, state, proven=reached in ENDS)
        yield replace(found, place=place_of_state(shown), got=shown.telling.word(state))


def _moment(value: Any) -> tuple[int, int] | None:
    """Return the first and the last moment (ms) that a time may be: a text without an offset is some place's."""
    told = _ms(value)
    if told is None or not _MILLISECONDS <= told < _MICROSECONDS:
        return None
    if not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None:
        return told, told
    as_utc = round(datetime.fromisoformat(value).replace(tzinfo=UTC).timestamp() * 1000)
    return as_utc - _EAST, as_utc + _WEST


def _ms(value: Any) -> int | None:
    """Return a time in milliseconds: a number is taken to be one of them, a text is read."""
    if type(value) is int:
        return value
    try:
        return round(datetime.fromisoformat(value).timestamp() * 1000) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None
