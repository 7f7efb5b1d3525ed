"""Results: what a finished task has made, and the files that its URLs give, until they expire."""

import re
from collections.abc import Mapping
from typing import Any

from fakie.core.http.messages import Request
from fakie.core.ports import Media, MediaLibrary, Store
from fakie.core.situations import Outcome, Refused
from fakie.core.tasks.task import Task
from fakie_schemas.catalog.catalog import Catalog

PREFIX = "/results/"


class Results:
    """The results of one fake's tasks, found below `public_url` for `kept` seconds."""

    def __init__(self, store: Store, media: MediaLibrary, catalog: Catalog, public_url: str, kept: float) -> None:
        self._store = store
        self._media = media
        self._catalog = catalog
        self.public_url = public_url
        self._kept = kept

    def of(self, task: Task) -> dict[str, Any]:
        """Return the `resultJson` of a task that succeeded, its files as URLs on the fake itself."""
        return self._made(task)[0]

    def show(self, request: Request) -> Outcome:
        """Return the file of a finished task; raises Refused when there is none, or no longer."""
        if request.method not in {"GET", "HEAD"}:
            raise Refused("result_gone", reason=f"results are read by GET, not {request.method}")
        return Outcome("result_shown", self.file(request.path))

    def file(self, path: str) -> Media:
        """Return the file of a path below `/results/`; raises Refused when there is none, or no longer."""
        task, media = self._wanted(path.removeprefix(PREFIX))
        account = self._store.account(task.account)
        if account is None:
            raise _nothing()
        now = account.clock.now()
        if task.state(now) != "success" or task.end is None:
            raise Refused("result_gone", reason="the task has not succeeded")
        if now - task.end.at > self._kept:
            raise Refused("result_gone", reason=f"it expired {self._kept / 3600:g} h after the task ended")
        return media

    def _wanted(self, name: str) -> tuple[Task, Media]:
        task = self._store.task(re.split("[.-]", name, maxsplit=1)[0])
        media = self._made(task)[1].get(name) if task else None
        if task is None or media is None:
            raise _nothing()
        return task, media

    def _defaults(self, model: str) -> Mapping[str, Any]:
        revision = self._catalog.served(model)
        return revision.input_defaults if revision else {}

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

        result = self._media.result_for(task.model, {**self._defaults(task.model), **task.given})
        return {key: shown(value) for key, value in result.items()}, files


def _nothing() -> Refused:
    return Refused("result_gone", reason="no task has this result")
