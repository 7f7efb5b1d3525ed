"""Tasks as data, beside the bytes of their requests."""

from collections.abc import Mapping
from typing import Any

from fakie.core.kept.callback_urls import read_url, url_data
from fakie.core.kept.entries import masked_body
from fakie.core.kept.plans import plan_data, read_plan, read_result, result_data
from fakie.core.kept.seals import NO_SEALS, Seals
from fakie.core.kept.texts import amount_data, check_finite
from fakie.core.kept.typed import fields_of, plain, typed
from fakie.core.tasks.plans import ENDS
from fakie.core.tasks.task import End, Task
from fakie_schemas.catalog.profile import Failure
from fakie_schemas.families.family import endpoints

_AMOUNTS = {"cost", "shown_cost"}
# The body is bytes, and `param` follows from the rest.
_ELSEWHERE = {"sent", "masked", "param", "plan", "failure", "end", "result"}
_KEPT = fields_of(Task, _ELSEWHERE, callback_url=str | dict[str, str] | None)


def task_data(task: Task, seals: Seals = NO_SEALS) -> dict[str, Any]:
    """Return a task as JSON data, without the bytes of its request."""
    kept = {name: getattr(task, name) for name in Task.__struct_fields__ if name not in _ELSEWHERE}
    kept |= {name: amount_data(kept[name]) for name in _AMOUNTS}
    kept["callback_url"] = url_data(task, task.without_key.callback_url, seals)
    return {
        **kept,
        "plan": plan_data(task.plan),
        "failure": failure_data(task.failure),
        "end": task.end and {"state": task.end.state, "at": task.end.at, "failure": failure_data(task.end.failure)},
        "result": result_data(task.result),
    }


def read_task(data: Mapping[str, Any], sent: bytes, seals: Seals = NO_SEALS) -> Task:
    """Return the task of such data, whose request had this body."""
    kept = plain(data, _KEPT)
    for name in _AMOUNTS:
        check_finite(kept[name])
    kept["callback_url"] = read_url(kept["callback_url"], seals)
    task = Task(
        sent=sent,
        plan=read_plan(data["plan"]),
        failure=typed(data["failure"], Failure),
        end=_read_end(data["end"]),
        result=read_result(data["result"]),
        **kept,
    )
    if task.endpoint not in endpoints():
        # What no endpoint makes can be shown by none.
        raise ValueError(f"no endpoint is called {task.endpoint!r}")
    return task


def task_body(task: Task) -> bytes:
    """Return the body of a task's request as it is kept: without keys, and without what opens the URLs in it."""
    return masked_body(task.writable)


def failure_data(failure: Failure | None) -> dict[str, Any] | None:
    """Return the words of a failure as JSON data."""
    return None if failure is None else {"code": failure.code, "msg": failure.msg, "timed": failure.timed}


def read_failure(data: Mapping[str, Any] | None) -> Failure | None:
    """Return the failure of such data."""
    return None if data is None else typed(data, Failure)


def _read_end(data: Mapping[str, Any] | None) -> End | None:
    end = None if data is None else typed(data, End)
    if end and end.state not in ENDS:
        raise ValueError(f"no task ends as {end.state!r}")
    return end
