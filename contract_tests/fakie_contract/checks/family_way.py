"""The way of a family's task, by its records: when it was made and ended, how far it is, and what may not go back."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from fakie_contract.checks.agreement import back
from fakie_contract.checks.shape import pointer
from fakie_contract.checks.told import RECORD
from fakie_schemas.families.shown import ShownTask, rank
from fakie_schemas.families.telling import ENDS
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

_ROUNDING = 1000


def place_of_state(shown: ShownTask) -> str:
    """Return the place of a record that tells the state."""
    return next((RECORD + pointer(one.steps) for one in shown.told if one.fact in shown.job.words), RECORD)


def advance_of(shown: ShownTask) -> Mapping[str, Any]:
    """Return when the task was created and how far it is, as records of models say it."""
    created = next((told for one in shown.told if one.fact.startswith("created.") and (told := in_ms(one.value))), None)
    shares = [one.value for one in shown.told if one.fact in shown.job.varies and isinstance(one.value, str)]
    share = next((round(float(one) * 100) for one in shares if one.replace(".", "", 1).isdecimal()), None)
    return {"createTime": created, "progress": share if shown.state != "fail" else None}


def times_in_order(shown: ShownTask) -> Iterator[Difference]:
    """Judge that a task was not completed before it was created, in whatever form its times are."""
    began = next((one for one in shown.told if one.fact.startswith("created.")), None)
    ended = next((one for one in shown.told if one.fact.startswith("completed.")), None)
    first, last = in_ms(began and began.value), in_ms(ended and ended.value)
    if began and ended and first and last and last <= first - _ROUNDING:
        yield breach("record.completed_first", ended.value, RECORD + pointer(ended.steps), created=began.value)


def in_turn(reached: str, shown: ShownTask) -> Iterator[Difference]:
    """Judge a state by the furthest one that polls before this one have shown; an end is no more left."""
    job, state = shown.job, shown.state
    if rank(job, state) < rank(job, reached) or (reached in ENDS and state != reached):
        found = back(reached, state, proven=reached in ENDS)
        yield replace(found, place=place_of_state(shown), got=shown.telling.word(state))


def in_ms(value: Any) -> int | None:
    """Return a time in milliseconds: a number is taken to be one of them, a text is read."""
    if type(value) is int:
        return value
    try:
        return round(datetime.fromisoformat(value).timestamp() * 1000) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None
