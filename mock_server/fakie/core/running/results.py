"""Results: what a finished task has made, and the files that its URLs give, until they expire."""

import re
from typing import Any

from fakie.core.http.messages import Request
from fakie.core.parts import Parts
from fakie.core.ports import Media
from fakie.core.situations import Outcome, Refused
from fakie.core.tasks.task import Task

PREFIX = "/results/"


def result_of(task: Task, parts: Parts) -> dict[str, Any]:
    """Give what `resultJson` holds for a task that succeeded, its files as URLs on the fake itself."""
    return _made(task, parts)[0]


def show_result(request: Request, parts: Parts) -> Outcome:
    """Give the file of a finished task; raises Refused when there is none, or no longer."""
    if request.method not in {"GET", "HEAD"}:
        raise Refused("result_gone", reason=f"results are read by GET, not {request.method}")
    task, media = _wanted(request.path.removeprefix(PREFIX), parts)
    account = parts.store.account(task.account)
    if account is None:
        raise _nothing()
    now = account.clock.now()
    if task.state(now) != "success" or task.end is None:
        raise Refused("result_gone", reason="the task has not succeeded")
    kept = parts.profile.fact("result_seconds")
    if now - task.end.at > kept:
        raise Refused("result_gone", reason=f"it expired {kept / 3600:g} h after the task ended")
    return Outcome("result_shown", media)


def _wanted(name: str, parts: Parts) -> tuple[Task, Media]:
    task = parts.store.task(re.split("[.-]", name, maxsplit=1)[0])
    media = _made(task, parts)[1].get(name) if task else None
    if task is None or media is None:
        raise _nothing()
    return task, media


def _nothing() -> Refused:
    return Refused("result_gone", reason="no task has this result")


def _made(task: Task, parts: Parts) -> tuple[dict[str, Any], dict[str, Media]]:
    base = parts.settings.public_url.rstrip("/") + PREFIX
    files: dict[str, Media] = {}

    def shown(value: Any) -> Any:
        if isinstance(value, list):
            return [shown(item) for item in value]
        if not isinstance(value, Media):
            return value
        name = f"{task.id}{f'-{len(files)}' if files else ''}{value.suffix}"
        files[name] = value
        return base + name

    result = parts.media.result_for(task.model, task.given)
    return {key: shown(value) for key, value in result.items()}, files
