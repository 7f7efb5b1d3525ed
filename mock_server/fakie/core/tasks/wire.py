"""The shapes on the wire: recordInfo's data, `param` encoded twice, the callback's body.

Keys, order and encodings are those of captured traffic; `schemas/fakie_schemas/answers/` says so field by field.
"""

import json
from collections.abc import Mapping
from typing import Any

from fakie.core.tasks.task import Task
from fakie_schemas.catalog.callback_shapes import CallbackShape


def compact(value: object) -> str:
    """Write JSON as the wire has it: no spaces, characters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def param(body: Mapping[str, Any]) -> str:
    """Encode a request body as `param`: `input` is a JSON string within the JSON string."""
    outer = {key: compact(_bucketed(value)) if key == "input" else value for key, value in body.items()}
    return compact(_bucketed(outer))


def record(task: Task, state: str, result: Mapping[str, Any], flags: Mapping[str, int]) -> dict[str, Any]:
    """Build recordInfo's `data` for a task in `state`."""
    encoded = param(task.body)
    data: dict[str, Any] = {
        "taskId": task.id,
        "model": task.model,
        "state": state,
        "param": encoded,
        **_ending(task, result),
        "createTime": milliseconds(task.created_at),
        "creditsConsumed": task.cost if state == "success" else 0.0,
        "operationType": task.model,
    }
    if state == "success":
        data["response"] = result
    data["successFlag"] = flags.get(state, flags["running"])
    data["paramJson"] = encoded
    return data


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
        "param": param(task.body),
        "completeTime": completed,
        "createTime": _whole_seconds(milliseconds(task.created_at)),
        "updateTime": completed,
        "creditsConsumed": task.cost if succeeded else 0,
    }
    if not succeeded and shape.fail_code:
        data["failCode"] = shape.fail_code
    return {key: data[key] for key in (shape.success if succeeded else shape.fail)}


def milliseconds(seconds: float) -> int:
    """Turn seconds since the epoch into whole milliseconds."""
    return round(seconds * 1000)


def _ending(task: Task, result: Mapping[str, Any]) -> dict[str, Any]:
    end = task.end
    if end is None:
        return {"resultJson": "", "failCode": None, "failMsg": None, "costTime": None, "completeTime": None}
    completed = milliseconds(end.at)
    return {
        "resultJson": "" if end.failure else compact(result),
        "failCode": end.failure.code if end.failure else None,
        "failMsg": end.failure.msg if end.failure else None,
        "costTime": (completed - milliseconds(task.created_at)) // 1000,
        "completeTime": completed,
    }


def _whole_seconds(ms: int) -> int:
    return ms // 1000 * 1000


def _bucketed(value: Any) -> Any:
    """Reorder keys as a Java HashMap iterates them: by bucket, and by insertion within one."""
    if isinstance(value, dict):
        buckets = 16
        while len(value) > buckets * 3 // 4:
            buckets *= 2
        ordered = sorted(value.items(), key=lambda item: _java_hash(item[0]) & (buckets - 1))
        return {key: _bucketed(inner) for key, inner in ordered}
    return [_bucketed(inner) for inner in value] if isinstance(value, list) else value


def _java_hash(text: str) -> int:
    units = text.encode("utf-16-be")
    code = 0
    for high, low in zip(units[::2], units[1::2], strict=True):
        code = (31 * code + (high << 8 | low)) & 0xFFFFFFFF
    return code ^ code >> 16
