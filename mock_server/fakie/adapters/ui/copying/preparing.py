"""What a test has to prepare before an entry can come about again: a fake made alike, orders, a task, a file."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from fakie.core.journal import Entry
from fakie.core.routes import endpoint_of
from fakie.core.service import Service
from fakie.core.tasks.plans import ENDS
from fakie.core.tasks.task import Task

# What depends on what was before, or on how the fake was started, and not on the request alone.
_NOT_BY_REQUEST = frozenset(
    {
        "credits_insufficient",
        "feature_disabled",
        "fetch_failed",
        "maintenance",
        "media_too_large",
        "media_type_wrong",
        "media_unreachable",
        "rate_limited",
        "server_error",
        "task_unknown",
        "upload_too_large",
        "uploads_full",
    }
)
_LATE = ("latency", "dribbled")
_UPLOADED = "file_uploaded"
_BASE64 = "/api/file-base64-upload"


def marker_of(service: Service) -> str:
    """Return the marker's arguments where the fake is not as a fixture makes it."""
    settings, contracts = service.settings, service.contracts
    told = {
        "profile": (contracts.profile.name, "documented"),
        "docs": (contracts.catalog.docs, contracts.profile.docs),
        "http_status": ("mirror" if settings.mirror_status else "always-200", "always-200"),
        "wire": (settings.wire, None),
        "files": (settings.files, "judge"),
    }
    return ", ".join(f"{name}={value!r}" for name, (value, usual) in told.items() if value != usual)


def prepared(entry: Entry, task: Task | None, service: Service) -> Iterator[str]:
    """Return the lines that have to come before the request, or before the callback."""
    yield from _ordered(entry, service)
    if needs_task(entry):
        yield from _with_task(entry, task)
    elif entry.situation in {"file_shown", "download_url_made"}:
        # The file of the entry is this fake's alone.
        sent = {"base64Data": "aGVsbG8=", "uploadPath": "tests", "fileName": "a.txt"}
        yield f'uploaded = requests.post(fakie.url + "{_BASE64}", json={sent!r}, headers=key, timeout=10)'
        yield 'url = uploaded.json()["data"]["downloadUrl"]'
    elif entry.situation == _UPLOADED and endpoint_of(entry.method, entry.path) == "file-url-upload":
        yield f'fakie.web.publish({json.loads(entry.body)["fileUrl"]!r}, b"text", media_type="text/plain")'


def needs_task(entry: Entry) -> bool:
    """Tell whether an entry is about a task that was made before it."""
    return entry.kind == "delivery" or entry.situation in {"task_shown", "result_shown"}


def _ordered(entry: Entry, service: Service) -> Iterator[str]:
    endpoint = endpoint_of(entry.method, entry.path)
    if endpoint is None:
        return
    # A fixture takes any key for its test's own.
    unknown_key = entry.situation == "unauthorized" and "authorization" in entry.headers
    wished = "prefer" in entry.headers or "__" in entry.query
    orderable = entry.situation in service.contracts.profile.orderable
    if entry.situation == "proxy_error":
        yield f"fakie.fail_next(status={entry.status}, endpoint={endpoint!r})"
    elif orderable and not wished and (entry.ordered or entry.situation in _NOT_BY_REQUEST or unknown_key):
        yield f"fakie.fail_next({entry.situation!r}, endpoint={endpoint!r})"
    if entry.spoiled:
        seconds = f", seconds={min(entry.delay, 1.0):g}" if entry.spoiled in _LATE else ""
        yield f"fakie.spoil_next({entry.spoiled!r}, endpoint={endpoint!r}{seconds})"


def _with_task(entry: Entry, task: Task | None) -> Iterator[str]:
    """Return the lines that make the task which the entry is about, and bring it into the state that it was in."""
    told = _told(entry)
    running = told.get("state", "success") not in ENDS
    quirk = f", quirk={task.quirk!r}" if task and task.quirk and entry.kind == "delivery" else ""
    yield f"fakie.plan_next(by={'polls' if running else 'hold'!r}{quirk})"
    if task is None:
        yield "# The task is not known any more; another one stands for it."
    body = dict(task.body) if task else {"model": "z-image", "input": {"prompt": "a cat", "aspect_ratio": "1:1"}}
    if entry.kind == "delivery":
        body["callBackUrl"] = entry.path
    yield f"body = {body!r}"
    yield 'create = fakie.url + "/api/v1/jobs/createTask"'
    yield 'task_id = requests.post(create, json=body, headers=key, timeout=10).json()["data"]["taskId"]'
    if entry.situation == "callback_failed":
        yield "fakie.deliver_to(refuse)"
    if told.get("state") == "fail":
        yield f"fakie.task(task_id).fail({told.get('failCode')!r}, {told.get('failMsg')!r})"
    elif not running:
        yield "fakie.task(task_id).finish()"
    if entry.situation == "result_shown":
        yield 'record = fakie.url + f"/api/v1/jobs/recordInfo?taskId={task_id}"'
        yield 'shown = requests.get(record, headers=key, timeout=10).json()["data"]'
        yield 'url = json.loads(shown["resultJson"])["resultUrls"][0]'


def _told(entry: Entry) -> Mapping[str, Any]:
    """Return what the entry tells of its task; nothing where it was cut, or is a file."""
    try:
        data = json.loads(entry.body if entry.kind == "delivery" else entry.answer)["data"]
    except (ValueError, KeyError, TypeError):
        return {}
    return data if isinstance(data, dict) else {}
