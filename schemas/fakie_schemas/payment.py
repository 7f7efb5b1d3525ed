"""Which requests may cost at the real API, and whether an answer says so: one rule for the purse and the recorder.

It does not depend on a profile: which answers a run expects must not change what guards money.
"""

import posixpath
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache
from reprlib import repr as shortened
from typing import Any, Literal
from urllib.parse import unquote

from msgspec import Struct

from fakie_schemas.families.family import BY_MODEL, endpoints, families

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

# What the paths of the API begin with; and the situation of what is asked for while it is made.
_ROOT, _AT_WORK = "/api/v1", "transform_running"
# The page of its framework that the wire answers with on a path or by a method that it does not have (observed.json).
# Its status says that nothing was begun; another one may come of what was.
_OF_FRAMEWORK, _NOT_TAKEN = frozenset({"timestamp", "status", "error", "path"}), (404, 405, 406, 415)


class Payment(Struct, frozen=True):
    """The outcome of a request that may cost: `accepted` has been paid for, under a task id if it has one."""

    state: Literal["accepted", "refused", "unknown"]
    task_id: str = ""


def may_cost(method: str, path: str, headers: Iterable[str] = ()) -> bool:
    """Tell whether a request may cost credits; `path` is without its query, `headers` are the names sent."""
    # Exactly so spelled: another spelling may be another endpoint.
    free = _is_free_get(method, path) or (method == "POST" and path in _FREE_POSTS)
    return not free or not _DISGUISES.isdisjoint(name.lower() for name in headers)


def making(path: str) -> str | None:
    """Return the name of the endpoint that makes something at a path, however it is spelled; None for none."""
    plain = in_one_spelling(path)
    # Whatever a model costs stands in the body: its endpoint is known below any other path too.
    return next((one for one in _made(path=plain) if endpoints()[one].page == BY_MODEL or plain == _plain(one)), None)


def costs_though_refused(path: str) -> frozenset[int]:
    """Return the codes with which an endpoint says that it is at work: of a task that has been paid for, perhaps."""
    about = endpoints().get(making(path) or "")
    rows = [row for family in families() for row in family.answers if about and family.name == about.family]
    at_work = (
        row for row in rows if row["situation"] == _AT_WORK and about and fnmatchcase(about.name, row["endpoint"])
    )
    return frozenset(row["code"] for row in at_work if row["data"] == "null")


def _made(path: str) -> Iterator[str]:
    """Return the endpoints that make something and whose path a path ends in, below the root of the API."""
    paid = (name for name, one in endpoints().items() if one.kind in ("create", "transform"))
    return (name for name in paid if path.endswith(_plain(name).removeprefix(_ROOT)))


@cache
def _plain(endpoint: str) -> str:
    return in_one_spelling(endpoints()[endpoint].path)


def _is_free_get(method: str, path: str) -> bool:
    """Tell whether a request only asks; some of what is made of a task is asked for by GET, and paid."""
    plain = in_one_spelling(path)
    return method in _FREE_METHODS and not any(endpoints()[name].method == "GET" for name in _made(plain))


def in_one_spelling(path: str) -> str:
    """Return a path unquoted, in lower case, without doubled slashes, dots, parameters and a slash at its end."""
    for _ in range(4):
        path = unquote(path)
    segments = [segment.partition(";")[0].strip() for segment in path.replace("\\", "/").lower().split("/")]
    return posixpath.normpath("/" + "/".join(segment for segment in segments if segment))


def outcome_of(answer: Any, path: str = "") -> Payment:
    """Read the outcome from an answer's JSON: an id of a task, or the code of success, has been paid for.

    `path` is where it was asked: some say that they are at work with the code of a refusal.
    """
    envelope = answer if isinstance(answer, dict) else {}
    data, code = envelope.get("data"), envelope.get("code")
    if "code" not in envelope and envelope.keys() >= _OF_FRAMEWORK and envelope["status"] in _NOT_TAKEN:
        code = envelope["status"]
    fields = data if isinstance(data, dict) else {}
    task_id = fields.get("taskId") or fields.get("recordId")
    if task_id or (type(code) is int and code == ACCEPTED):
        # Whatever a target gives for an id, deep or long, is noted.
        return Payment("accepted", task_id if isinstance(task_id, str) else shortened(task_id) if task_id else "")
    is_refusal = type(code) is int and code >= _REFUSED and code not in costs_though_refused(path)
    return Payment("refused" if is_refusal else "unknown")


def live_upstream(about: Any) -> str:
    """Read the `data` of `GET /_fakie/`: the upstream of a recorder before a live host, empty for anything else."""
    recorder = about.get("recorder") if isinstance(about, dict) else None
    if not isinstance(recorder, dict) or recorder.get("live") is False:
        return ""
    return str(recorder.get("upstream") or "unknown")
