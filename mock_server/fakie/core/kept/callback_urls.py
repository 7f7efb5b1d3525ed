"""Callback URLs as data: one with a secret is sealed until its last callback is over, and masked from then on."""

from typing import Any

from fakie.core.kept.seals import Seals
from fakie.core.tasks.task import Task
from fakie_schemas.recordings.secrets import MARK
from fakie_schemas.recordings.urls import without_openings


def url_data(task: Task, url: str | None, seals: Seals) -> Any:
    """Return a task's callback URL as JSON data; a secret stands in it only while nothing can be sealed."""
    if url is None or not task.has_secret_url:
        return url
    if task.called_back:
        return without_openings(url)
    sealed = seals.seal(url)
    return url if sealed is None else {"sealed": sealed}


def read_url(data: Any, seals: Seals) -> str | None:
    """Return the URL of such data; a mark in the place of one that cannot be opened."""
    if not isinstance(data, dict):
        return None if data is None else str(data)
    return seals.opened(data["sealed"]) or MARK
