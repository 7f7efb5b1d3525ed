"""Results: what a finished task has made, and the files that its URLs give, until they expire."""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from fakie.core.http.messages import Request
from fakie.core.ports import Media, MediaLibrary, Store
from fakie.core.situations import Outcome, Refused
from fakie.core.tasks import rendering
from fakie.core.tasks.result_order import OwnFile
from fakie.core.tasks.result_parts import part_ids
from fakie.core.tasks.task import Task
from fakie.core.tasks.template import filled
from fakie.core.transport_faults import TransportFault
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile_facts import Facts
from fakie_schemas.families.family import endpoints

PREFIX = "/results/"
_FILES = "resultUrls"
# How late a slow file comes: long enough for clients that have a time limit.
_SLOW = TransportFault("latency", 30.0)
_PLAIN = Media(b"", "application/octet-stream", ".bin")


class Results:
    """The results of one fake's tasks, found below `public_url` for as long as a profile's facts say."""

    def __init__(self, store: Store, media: MediaLibrary, catalog: Catalog, public_url: str, known: Facts) -> None:
        self._store = store
        self._media = media
        self._catalog = catalog
        self.public_url = public_url
        self._known = known

    def of(self, task: Task) -> dict[str, Any]:
        """Return the `resultJson` of a task that succeeded, its files as URLs on the fake itself."""
        return self._made(task)[0]

    def show(self, request: Request) -> Outcome:
        """Return the file of a finished task; raises Refused when there is none, or no longer."""
        if request.method not in {"GET", "HEAD"}:
            raise Refused("result_gone", reason=f"results are read by GET, not {request.method}")
        task, media = self._found(request.path)
        slow = task.result is not None and task.result.trouble == "slow"
        return Outcome("result_shown", media, spoiled=_SLOW if slow else None)

    def file(self, path: str) -> Media:
        """Return the file of a path below `/results/`; raises Refused when there is none, or no longer."""
        return self._found(path)[1]

    def _found(self, path: str) -> tuple[Task, Media]:
        task, media = self._wanted(path.removeprefix(PREFIX))
        account = self._store.account(task.account)
        if account is None:
            raise _nothing()
        now = account.clock.now()
        state = task.state(now)
        task = task.seen(now)
        # What the record tells of before the end is there already.
        if state != "success" and not (task.end is None and state in rendering.job_of(task).early):
            raise Refused("result_gone", reason="the task has not succeeded")
        if self._expired(task, now):
            raise Refused("result_gone", reason=f"it expired {self._kept(task) / 3600:g} h after the task ended")
        if task.result and task.result.trouble == "gone":
            raise Refused("result_gone", reason="it is ordered to be gone")
        if task.result and task.result.trouble == "broken":
            media = replace(media, content=media.content[: len(media.content) // 2])
        return task, media

    def _kept(self, task: Task) -> float:
        """Return for how many seconds after its end the files of a task are there."""
        return self._known.result_seconds if rendering.job_of(task).dated else self._known.family_result_seconds

    def _expired(self, task: Task, now: float) -> bool:
        return task.end is not None and now - task.end.at > self._kept(task)

    def _wanted(self, name: str) -> tuple[Task, Media]:
        task = self._store.task(re.split("[.-]", name, maxsplit=1)[0])
        media = self._made(task)[1].get(name) if task else None
        if task is None or media is None:
            raise _nothing()
        return task, media

    def facts(self, task: Task, state: str | None = None) -> dict[str, Any]:
        """Return the facts of a task that its family's templates name, in the state of now or in another."""
        account = self._store.account(task.account)
        now = account.clock.now() if account else task.created_at
        state = state or task.state(now)
        result = self.of(task) if state == "success" or rendering.job_of(task).early else {}
        facts = rendering.facts_of(task, state, self._sent(task), result)
        expired = int(state == "success" and self._expired(task.seen(now), now))
        return {**facts, "expired": expired, "balance": float(account.credits) if account else 0}

    def _defaults(self, model: str) -> Mapping[str, Any]:
        revision = self._catalog.served(model)
        return revision.input_defaults if revision else {}

    def _sent(self, task: Task) -> Mapping[str, Any]:
        revision = self._catalog.endpoint(endpoints()[task.endpoint].page)
        return {**(revision.defaults if revision else {}), **task.body}

    def _made(self, task: Task) -> tuple[dict[str, Any], dict[str, Media]]:
        files: dict[str, Media] = {}

        def shown(value: Any) -> Any:
            if isinstance(value, list):
                return [shown(item) for item in value]
            if isinstance(value, dict):
                return {key: shown(inner) for key, inner in value.items()}
            if not isinstance(value, Media):
                return value
            name = f"{task.id}{f'-{len(files)}' if files else ''}{value.suffix}"
            files[name] = value
            return self.public_url.rstrip("/") + PREFIX + name

        return {key: shown(value) for key, value in self._whole(task).items()}, files

    def _whole(self, task: Task) -> Mapping[str, Any]:
        """Return a task's result with its files: by the rules of models, or by the template of its family."""
        own = task.result.files if task.result else ()
        if rendering.job_of(task).dated:
            usual = self._media.result_for(task.model, {**self._defaults(task.model), **task.given})
            return _with_own(usual, own) if own else usual
        sent, job = self._sent(task), rendering.job_of(task)
        fallback = rendering.saved_by_fallback(job, task.failure, sent)
        template = filled(job.result, {"sent": sent, "part": part_ids(task.id), "fallback": fallback})
        usual = self._media.filled(template, sent)
        placed: Mapping[str, Any] = _in_place(usual, itertools.chain(own, itertools.repeat(own[-1]))) if own else usual
        return placed


def _with_own(usual: Mapping[str, Any], files: Sequence[OwnFile]) -> dict[str, Any]:
    """Put files of one's own in the place of the usual ones; each other key that has a file gets the first."""
    like = next((one for value in usual.values() for one in _listed(value) if isinstance(one, Media)), _PLAIN)
    own = [_like(one, like) for one in files]
    first = {key: own[:1] for key, value in usual.items() if any(isinstance(one, Media) for one in _listed(value))}
    return {**usual, **first, _FILES: own}


def _in_place(value: Any, own: Iterator[OwnFile]) -> Any:
    """Put files of one's own, one by one, in the places of the usual ones."""
    if isinstance(value, dict):
        return {key: _in_place(inner, own) for key, inner in value.items()}
    if isinstance(value, list):
        return [_in_place(inner, own) for inner in value]
    return _like(next(own), value) if isinstance(value, Media) else value


def _like(one: OwnFile, usual: Media) -> Media:
    return Media(one.content, one.content_type or usual.content_type, one.suffix or usual.suffix)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _nothing() -> Refused:
    return Refused("result_gone", reason="no task has this result")
