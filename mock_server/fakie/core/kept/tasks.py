"""Tasks as data, beside the bytes of their requests."""

from collections.abc import Mapping
from typing import Any

from msgspec import to_builtins

from fakie.core.kept.entries import masked_body
from fakie.core.kept.seals import NO_SEALS, Seals
from fakie.core.kept.texts import amount_data, check_finite
from fakie.core.kept.typed import fields_of, plain
from fakie.core.tasks.plans import HeldPlan, PolledPlan, TimedPlan
from fakie.core.tasks.task import Task
from fakie_schemas.families.family import ENDS, endpoints
from fakie_schemas.recordings.secrets import MARK
from fakie_schemas.recordings.urls import without_openings

_AMOUNTS = {"cost", "shown_cost"}
# The body is bytes, and `param` follows from the rest.
_ELSEWHERE = {"sent", "masked", "param"}
# Without its end a task that has ended would go on, and without its result it would have another one.
_ALWAYS = {"end", "result"}
_KEPT = fields_of(
    Task, _ELSEWHERE, _ALWAYS, callback_url=str | dict[str, str] | None, plan=TimedPlan | PolledPlan | HeldPlan
)


def task_data(task: Task, seals: Seals = NO_SEALS) -> dict[str, Any]:
    """Return a task as JSON data, without the bytes of its request."""
    kept = {name: getattr(task, name) for name in Task.__struct_fields__ if name not in _ELSEWHERE}
    kept |= {name: amount_data(kept[name]) for name in _AMOUNTS}
    kept["callback_url"] = _url_data(task, task.without_key.callback_url, seals)
    data: dict[str, Any] = to_builtins(kept)
    return data


def read_task(data: Mapping[str, Any], sent: bytes, seals: Seals = NO_SEALS) -> Task:
    """Return the task of such data, whose request had this body."""
    kept = plain(data, _KEPT)
    for name in _AMOUNTS:
        check_finite(kept[name])
    kept["callback_url"] = _read_url(kept["callback_url"], seals)
    task = Task(sent=sent, **kept)
    if task.end and task.end.state not in ENDS:
        raise ValueError(f"no task ends as {task.end.state!r}")
    if task.endpoint not in endpoints():
        # What no endpoint makes can be shown by none.
        raise ValueError(f"no endpoint is called {task.endpoint!r}")
    return task


def task_body(task: Task) -> bytes:
    """Return the body of a task's request as it is kept: without keys, and without what opens the URLs in it."""
    return masked_body(task.writable)


def _url_data(task: Task, url: str | None, seals: Seals) -> Any:
    """Return a task's callback URL as JSON data; a secret stands in it only while nothing can be sealed."""
    if url is None or not task.has_secret_url:
        return url
    if task.called_back:
        return without_openings(url)
    sealed = seals.seal(url)
    return url if sealed is None else {"sealed": sealed}


def _read_url(data: Any, seals: Seals) -> str | None:
    """Return the URL of such data; a mark in the place of one that cannot be opened."""
    if not isinstance(data, dict):
        return None if data is None else str(data)
    return seals.opened(data["sealed"]) or MARK
