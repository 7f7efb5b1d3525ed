"""What may cost at the real API, and what an answer says about it: one rule for the purse and the recorder.

It does not depend on a profile: which answers a run expects must not change what guards money.
"""

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from reprlib import repr as shortened
from typing import Any, Literal
from urllib.parse import unquote

ACCEPTED = 200
# Every documented refusal is 400 or more; a code below it that is not the success says nothing for certain.
_REFUSED = 400
_FREE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FREE_POSTS = frozenset(
    {
        "/api/file-base64-upload",
        "/api/file-stream-upload",
        "/api/file-url-upload",
        "/api/v1/common/download-url",
    }
)
# With these a request that looks free can be taken for another.
_DISGUISES = frozenset(
    {"x-http-method-override", "x-http-method", "x-method-override", "x-original-url", "x-rewrite-url"}
)
_CREATE = "/jobs/createtask"


@dataclass(frozen=True)
class Payment:
    """What became of a request that may cost: `accepted` has been paid for, under a task id if it has one."""

    state: Literal["accepted", "refused", "unknown"]
    task_id: str = ""


def may_cost(method: str, path: str, headers: Iterable[str] = ()) -> bool:
    """Tell whether a request may cost credits; `path` is without its query, `headers` are the names sent."""
    # Exactly so spelled: another spelling may be another endpoint.
    free = method in _FREE_METHODS or (method == "POST" and path in _FREE_POSTS)
    return not free or not _DISGUISES.isdisjoint(name.lower() for name in headers)


def creates_task(path: str) -> bool:
    """Tell whether a path is createTask's, however it is spelled."""
    return in_one_spelling(path).endswith(_CREATE)


def in_one_spelling(path: str) -> str:
    """Return a path unquoted, in lower case, without doubled slashes, dots, parameters and a slash at its end."""
    for _ in range(4):
        path = unquote(path)
    segments = [segment.partition(";")[0].strip() for segment in path.replace("\\", "/").lower().split("/")]
    return posixpath.normpath("/" + "/".join(segment for segment in segments if segment))


def outcome_of(answer: Any) -> Payment:
    """Read the outcome from an answer's JSON: an id of a task, or the code of success, has been paid for."""
    envelope = answer if isinstance(answer, dict) else {}
    data, code = envelope.get("data"), envelope.get("code")
    fields = data if isinstance(data, dict) else {}
    task_id = fields.get("taskId") or fields.get("recordId")
    if task_id or (type(code) is int and code == ACCEPTED):
        # Whatever a target gives for an id, deep or long, is noted.
        return Payment("accepted", task_id if isinstance(task_id, str) else shortened(task_id) if task_id else "")
    return Payment("refused" if type(code) is int and code >= _REFUSED else "unknown")


def live_upstream(about: Any) -> str:
    """Read the `data` of `GET /_fakie/`: the upstream of a recorder before a live host, empty for anything else."""
    recorder = about.get("recorder") if isinstance(about, dict) else None
    if not isinstance(recorder, dict) or recorder.get("live") is False:
        return ""
    return str(recorder.get("upstream") or "unknown")
