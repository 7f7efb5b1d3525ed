"""Reading single entries of the journal: which endpoint was asked, what it showed, whether its answer arrived."""

import re
from collections.abc import Iterator
from json import loads
from typing import Any

from fakie.core.files.places import LINKS, Link
from fakie.core.handling.endpoints import PATHS
from fakie.core.journal import Entry
from fakie.core.running.results import PREFIX as RESULTS
from fakie_schemas.families.family import FamilyEndpoint, Job, endpoints
from fakie_schemas.families.shown import ShownTask, show_callback, show_record

# The URL of a result within a body, in which slashes may be escaped.
_HANDED_ON = re.compile(RESULTS.encode().replace(b"/", rb"\\?/") + rb"(\w+)")


def arrived(entry: Entry) -> bool:
    """Tell whether the answer reached whoever still waited for it: one that comes late does."""
    return entry.spoiled in {"", "latency", "dribbled"}


def task_of_result(entry: Entry) -> str:
    """Return the id of the task whose result a request was for, by its URL or by a link to it; nothing of another.

    What a browser asks for leave beforehand is for none.
    """
    link = Link.read(entry.path) if entry.path.startswith(LINKS) else None
    path = link.path if link else entry.path
    if not path.startswith(RESULTS) or entry.situation == "preflight":
        return ""
    return re.split("[.-]", path.removeprefix(RESULTS), maxsplit=1)[0]


def tasks_handed_on(entry: Entry) -> Iterator[str]:
    """Yield the ids of the tasks whose results a request names in its body, such as those that it makes more of."""
    if entry.kind == "request":
        yield from (found.decode() for found in _HANDED_ON.findall(entry.sent))


def endpoint_of(entry: Entry) -> str | None:
    """Return the name of the endpoint that a request reached, or None."""
    return PATHS.get((entry.method, entry.path))


def about(entry: Entry) -> FamilyEndpoint | None:
    """Return the endpoint that a request reached, or None."""
    return endpoints().get(endpoint_of(entry) or "")


def is_poll(entry: Entry) -> bool:
    """Tell whether a request asked how a task goes."""
    found = about(entry)
    return found is not None and found.kind == "record"


def is_paid(entry: Entry) -> bool:
    """Tell whether each request of its kind makes a task that is paid: what is made once is not."""
    found = about(entry)
    return found is not None and (
        found.kind == "create" or (found.kind == "transform" and not found.free and not found.same)
    )


def shown_by(entry: Entry) -> ShownTask | None:
    """Return what a poll's answer showed of its task; None where it showed none, or was not kept whole."""
    found, data = about(entry), _data(entry.answer)
    return show_record(found, data) if found and found.kind == "record" and isinstance(data, dict) else None


def state_of(entry: Entry) -> str:
    """Return the task's state that a poll's answer showed, by whatever words its family has for it, or nothing."""
    shown = shown_by(entry)
    return shown.state if shown else ""


def stage_of(entry: Entry, job: Job) -> str:
    """Return the stage of a job that a delivery tells of; nothing where it tells of the end."""
    return stage_in(entry.sent, job)


def stage_in(body: bytes, job: Job) -> str:
    """Return the stage of a job that a callback's body tells of; nothing where it tells of the end."""
    if not job.stages:
        return ""
    try:
        told = show_callback(job, loads(body))
    except ValueError:
        return ""
    return "" if told.is_end else told.name


def _data(answer: str) -> Any:
    try:
        return loads(answer)["data"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
