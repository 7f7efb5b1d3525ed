"""The way of a family's task, by its records: when it was made and ended, how far it is, what it may not tell yet."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from fakie_contract.checks.agreement import back
from fakie_contract.checks.redaction_marks import is_redacted
from fakie_contract.checks.shape import pointer
from fakie_contract.checks.told import CALLBACK, RECORD
from fakie_schemas.families.family import ENDS
from fakie_schemas.families.reading import MISSING, Told
from fakie_schemas.families.shown import ShownTask, rank
from fakie_schemas.families.telling import NO_FAILURE, Telling
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

_ROUNDING = 1000
_SUCCESS, _FAIL = ENDS
# What stands where there is nothing to tell yet.
_NO_TIME: tuple[object, ...] = (None, "", 0, MISSING)
_NOTHING: tuple[object, ...] = (*_NO_TIME, [], {})


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


def told_in_time(shown: ShownTask) -> Iterator[Difference]:
    """Judge that a task tells nothing of another end than its own: no result, no time of its end, no failure."""
    if not shown.state:
        return
    for one in shown.told:
        place = RECORD + pointer(one.steps)
        if is_redacted(one.value):
            continue
        if _is_of_success(shown, one) or (shown.state not in ENDS and _is_completed(one)):
            yield breach("task.end_told", one.value, place, state=shown.telling.word(shown.state))
        elif shown.state == _SUCCESS and _is_of_failure(shown, one):
            yield breach("task.failure_told", one.value, place)


def _is_of_success(shown: ShownTask, one: Told) -> bool:
    """Tell whether a value tells of a result where only a success has one; what failed on its way may keep a part."""
    if shown.state == _SUCCESS or len(one.steps) != 1 or one.template is not None:
        return False
    parts, key = shown.job.record_in, str(one.steps[0])
    made = parts.get(_SUCCESS, {}).get(key)
    kept = shown.state in ENDS and any(key in part for state, part in parts.items() if state not in ENDS)
    if made is None or kept:
        return False
    return any(map(_is_result, shown.telling.reading.of(made, one.value)))


def _is_result(one: Told) -> bool:
    return one.fact.startswith("result.") and one.value not in _NOTHING


def result_of_failure(telling: Telling, stage: str, body: Any) -> Iterator[Difference]:
    """Judge that the callback of a failure tells of no result; one with stages may tell of what they have told."""
    if stage != _FAIL or telling.job.stages:
        return
    empty = [one.steps for one in telling.callback(stage, body) if not one.fact and one.template in (None, "")]
    for one in telling.callback(_SUCCESS, body):
        if _is_result(one) and not is_redacted(one.value) and any(one.steps[: len(at)] == at for at in empty):
            yield breach("task.end_told", one.value, CALLBACK + pointer(one.steps), state=telling.word(stage))


def _is_completed(one: Told) -> bool:
    return one.fact.startswith("completed.") and one.value not in _NO_TIME


def _is_of_failure(shown: ShownTask, one: Told) -> bool:
    """Tell whether words stand where records of the job have those of a failure, and a success has none."""
    words = shown.job.record.get(str(one.steps[0])) if len(one.steps) == 1 and one.template == "" else None
    return isinstance(words, str) and words.startswith("{failure.") and one.value not in NO_FAILURE


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
