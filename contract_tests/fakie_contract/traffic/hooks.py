"""Which posted bodies are callbacks of families, and of which job: by their task, else by their form."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from fakie_contract.traffic.family_tasks import SeenTasks
from fakie_contract.traffic.named_urls import NamedUrls, posted_object
from fakie_contract.traffic.view import View
from fakie_schemas.families.family import Job, endpoints
from fakie_schemas.families.reading import MISSING, UNKNOWN
from fakie_schemas.families.shown import ShownTask, show_callback, unlikeness

_ENVELOPE = frozenset({"code", "msg", "data"})
# How many keys the callback to a URL that a request named may have too few or too many.
_DRIFTED = 3
# The least that tells a callback from other bodies with an id: more than that id within the envelope.
_LEAST = 2


class Hooks:
    """Knows the URLs that requests to families named."""

    def __init__(self) -> None:
        self.named = NamedUrls()

    def job_of(self, view: View, tasks: SeenTasks) -> Job | None:
        """Return the job that a posted body is a callback of; None where it is none."""
        body = posted_object(view)
        if body is None or len(_ENVELOPE & body.keys()) < _LEAST:
            return None
        seen = next((seen for text in _ids(body) if (seen := tasks.known(text)) and seen.maker), None)
        if seen and seen.maker:
            return seen.maker.makes
        is_named = self.named.has(view.exchange.url)
        most = _DRIFTED if is_named else 0
        # Most bodies have keys that no callback has, and need not be read any further.
        near = [job for job, keys in _called_back() if len(_inner(body).keys() - keys) <= most]
        best = min((show_callback(job, body) for job in near), key=unlikeness, default=None)
        if best is None or unlikeness(best) > most:
            return None
        return best.job if is_named or (best.task_id and _says_more(best)) else None


def _ids(body: dict[str, Any]) -> Iterator[str]:
    """Yield the texts that may be the id of a task."""
    for one in (*body.values(), *_inner(body).values()):
        if isinstance(one, str):
            yield one


def _says_more(shown: ShownTask) -> bool:
    known = [one for one in shown.told if one.value is not MISSING and one.template is not UNKNOWN]
    return sum(one.steps[:1] == ("data",) for one in known) >= _LEAST


def _inner(body: dict[str, Any]) -> dict[str, Any]:
    inner = body.get("data")
    return inner if isinstance(inner, dict) else {}


@cache
def _called_back() -> tuple[tuple[Job, frozenset[str]], ...]:
    """Return each job with callbacks of its own, with the keys that there are in their `data`."""
    jobs = (one.job for one in endpoints().values() if one.job and not one.job.dated and one.job.callbacks)
    return tuple((job, _keys_of(job)) for job in {id(job): job for job in jobs}.values())


def _keys_of(job: Job) -> frozenset[str]:
    bodies = [*job.callbacks.values(), *(one.body for one in job.stages)]
    return frozenset(key for body in bodies if isinstance(body.get("data"), dict) for key in body["data"])
