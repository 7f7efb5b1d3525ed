"""Rendering a family's records, callbacks and answers about a task: the templates of its job, filled."""

from collections.abc import Mapping
from typing import Any

from fakie.core.tasks import wire
from fakie.core.tasks.result_parts import part_ids
from fakie.core.tasks.task import Task
from fakie.core.tasks.template import filled
from fakie_schemas.catalog.profile import Failure, Profile
from fakie_schemas.families.family import Job, endpoints
from fakie_schemas.families.long_decimals import as_texts


def job_of(task: Task) -> Job:
    """Return the job that a task does."""
    return endpoints()[task.endpoint].makes


def saved_by_fallback(job: Job, failure: Failure, sent: Mapping[str, Any]) -> bool:
    """Tell whether a second model does what the first one failed at: it was wished, and is there for such failures."""
    wished = all(sent.get(name) == value for name, value in job.fallback.get("when", {}).items())
    return bool(job.fallback) and wished and failure.code in job.fallback["codes"]


def usual_failure(job: Job, otherwise: Failure) -> Failure:
    """Return how a task of a job fails where nobody orders how: in its family's words, if it has any."""
    if not job.usual_failure:
        return otherwise
    return Failure(job.usual_failure, job.failures[job.usual_failure].msg)


def failure(job: Job, usual: Failure, words: tuple[str | None, str | None], profile: Profile) -> Failure:
    """Return the failure of an ordered code and msg; None for what is usual, or what the family says with the code."""
    code = usual.code if words[0] is None else words[0]
    known = job.failures.get(code)
    msg = words[1] if words[1] is not None else known.msg if known else usual.msg
    return profile.failure(code, msg)


def record(task: Task, state: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Build the `data` of a record of a task in `state`."""
    made: dict[str, Any] = filled(job_of(task).record_of(state), facts)
    return made


def callback(task: Task, stage: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Build the whole body of a callback: of a stage, or else of the task's end."""
    job = job_of(task)
    end = task.end.state if task.end else ""
    made = filled(job.bodies[stage or end], facts)
    whole: dict[str, Any] = as_texts(made) if job.long_decimals else made
    return whole


def facts_of(task: Task, state: str, sent: Mapping[str, Any], result: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that templates name; `sent` is the request with its page's defaults."""
    failure = task.end.failure if task.end else None
    return {
        "id": task.id,
        "state": state,
        "sent": sent,
        "endpoint": endpoints()[task.endpoint].says,
        "result": result,
        "param": wire.compact(task.body),
        "part": part_ids(task.id),
        "created": _moment(task.created_at),
        "completed": _moment(task.end.at) if task.end else None,
        "failure": _said(failure) if failure else None,
        "fallback": saved_by_fallback(job_of(task), task.failure, sent),
        "cost": float(task.cost) if failure is None else 0,
        **_words(task, state),
    }


def _words(task: Task, state: str) -> dict[str, Any]:
    """Say the state in the family's own terms, and the way of a failure where it has other ones."""
    job, failure = job_of(task), task.end.failure if task.end else None
    known = job.failures.get(failure.code) if failure else None
    return {**job.words_of(state), **(known.shown if known else {})}


def _moment(seconds: float) -> dict[str, Any]:
    """Write a moment in each of the forms that pages have: milliseconds, a text of UTC, ISO 8601."""
    iso = wire.iso(seconds)
    return {"ms": wire.milliseconds(seconds), "text": iso[:19].replace("T", " "), "iso": iso}


def _said(failure: Failure) -> dict[str, Any]:
    """Write a failure with its code in both forms that pages have: a number, and a text."""
    return {"code": _number(failure.code), "code_text": failure.code, "msg": failure.msg}


def _number(code: str) -> int | str:
    return int(code) if code.isdecimal() else code
