"""The shapes on the wire: recordInfo's data, `param` encoded twice, the callback's body.

Keys, order and encodings are those of captured traffic; `schemas/fakie_schemas/answers/` says so field by field.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from json import JSONEncoder, loads
from typing import Any

from fakie.core.tasks.task import Task
from fakie_schemas.catalog.callback_shapes import CallbackShape
from fakie_schemas.catalog.record_shapes import RecordShape

_LONGEST_KEPT = 1000
# What a record tells of the end of a task that has none, as JSON.
_STILL_RUNNING = {"resultJson": '""', "failCode": "null", "failMsg": "null", "costTime": "null", "completeTime": "null"}
_ENCODER = JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class WrittenJson(str):
    """JSON that is written already, as `compact` does."""

    __slots__ = ()


def compact(value: object) -> str:
    """Write JSON as the wire has it: no spaces, characters as they are."""
    return value if isinstance(value, WrittenJson) else _ENCODER.encode(value)


def plain(value: Any) -> Any:
    """Return JSON data, of what may be written already."""
    return loads(value) if isinstance(value, WrittenJson) else value


def param(body: Mapping[str, Any]) -> str:
    """Encode a request body as `param`: `input` is a JSON string within the JSON string."""
    outer = {key: compact(_bucketed(value)) if key == "input" else value for key, value in body.items()}
    return compact(_bucketed(outer))


def record(task: Task, state: str, result: Mapping[str, Any], shape: RecordShape, flag: int) -> WrittenJson:
    """Write recordInfo's `data` for a task in `state`, in the shape of a date of the wire; `flag` tells how it goes."""
    keys = shape.keys_in(state)
    encoded, model = compact(_param(task)), _word(task.model)
    told = {
        "taskId": f'"{task.id}"',
        "model": model,
        "state": _word(state),
        "param": encoded,
        **(_STILL_RUNNING if task.end is None else {key: _text(one) for key, one in _ending(task, result).items()}),
        "createTime": milliseconds(task.created_at),
        "creditsConsumed": float(task.cost if state == "success" else 0 if task.end else task.shown_cost),
        "operationType": model,
        "response": compact(result) if "response" in keys else "",
        "successFlag": flag,
        "paramJson": encoded,
    }
    return WrittenJson(_template(keys) % told)


# A form filled in takes half as long as writing an object does.
@lru_cache(maxsize=64)
def _template(keys: tuple[str, ...]) -> str:
    return "{" + ",".join(f'"{key}":%({key})s' for key in keys) + "}"


@lru_cache(maxsize=1024)
def _word(text: str) -> str:
    """Write one of few texts, such as a state."""
    return compact(text)


def _text(value: str | int | None) -> str:
    return "null" if value is None else compact(value) if isinstance(value, str) else str(value)


def callback(task: Task, result: Mapping[str, Any], shape: CallbackShape) -> dict[str, Any]:
    """Build the callback's `data` for a task that has ended; its times are whole seconds, in milliseconds."""
    ending = _ending(task, result)
    succeeded = task.end is not None and task.end.failure is None
    completed = _whole_seconds(ending["completeTime"])
    data = {
        **ending,
        "taskId": task.id,
        "model": task.model,
        "state": task.end.state if task.end else "",
        "param": _param(task),
        "completeTime": completed,
        "createTime": _whole_seconds(milliseconds(task.created_at)),
        "updateTime": completed,
        "creditsConsumed": float(task.cost) if succeeded else 0,
    }
    if not succeeded and shape.fail_code:
        data["failCode"] = shape.fail_code
    return {key: data[key] for key in (shape.success if succeeded else shape.fail)}


def _param(task: Task) -> str:
    """Return a task's request as it is shown, with the defaults that the wire adds to the input; encoded once."""
    if not task.param:
        given = task.given
        body = {**task.body, "input": {**given, **task.added, **given}} if task.added else task.body
        task.param = param(body)
    return task.param


def iso(seconds: float) -> str:
    """Write a moment as ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(seconds: float) -> int:
    """Turn seconds since the epoch into whole milliseconds."""
    return round(seconds * 1000)


def _ending(task: Task, result: Mapping[str, Any]) -> dict[str, Any]:
    end = task.end
    if end is None:
        return {"resultJson": "", "failCode": None, "failMsg": None, "costTime": None, "completeTime": None}
    completed = milliseconds(end.at)
    timed = end.failure is None or end.failure.timed
    return {
        "resultJson": "" if end.failure else compact(result),
        "failCode": end.failure.code if end.failure else None,
        "failMsg": end.failure.msg if end.failure else None,
        "costTime": (completed - milliseconds(task.created_at)) // 1000 if timed else None,
        "completeTime": completed if timed else None,
    }


def _whole_seconds(ms: int | None) -> int | None:
    return None if ms is None else ms // 1000 * 1000


def _bucketed(value: Any) -> Any:
    """Reorder keys as a Java HashMap iterates them: by bucket, and by insertion within one."""
    if isinstance(value, dict):
        keys = tuple(value)
        short = sum(map(len, keys)) <= _LONGEST_KEPT
        return {key: _bucketed(value[key]) for key in (_kept_order(keys) if short else _in_buckets(keys))}
    return [_bucketed(inner) for inner in value] if isinstance(value, list) else value


# The names of a model's fields come together again and again.
@lru_cache(maxsize=1024)
def _kept_order(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_in_buckets(keys))


def _in_buckets(keys: tuple[str, ...]) -> list[str]:
    buckets = 16
    while len(keys) > buckets * 3 // 4:
        buckets *= 2
    return sorted(keys, key=lambda key: _java_hash(key) & (buckets - 1))


def _java_hash(text: str) -> int:
    units = text.encode("utf-16-be")
    code = 0
    for high, low in zip(units[::2], units[1::2], strict=True):
        code = (31 * code + (high << 8 | low)) & 0xFFFFFFFF
    return code ^ code >> 16
