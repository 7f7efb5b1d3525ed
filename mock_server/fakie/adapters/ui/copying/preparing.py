"""The steps that a test needs before an entry can come about again: a fake made alike, orders, a task, a file."""

import json
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from fakie.adapters.ui.copying.bodies import shown_body
from fakie.adapters.ui.copying.parents import before, goes_on, parent_lines
from fakie.adapters.ui.copying.wishes import has_unknown_key, wishes_itself
from fakie.core.conduct.entries import about as about_entry
from fakie.core.conduct.entries import shown_by
from fakie.core.handling.routes import endpoint_of
from fakie.core.http.body import object_in
from fakie.core.journal import Entry
from fakie.core.service import Service
from fakie.core.tasks.task import Task
from fakie_schemas.families.family import BY_MODEL, FamilyEndpoint, endpoints
from fakie_schemas.families.shown import ShownTask, show_callback, show_record

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


class Showing(Struct, frozen=True):
    """The endpoints of a task: the one that makes it, and the path of its record."""

    maker: FamilyEndpoint
    path: str


def marker_of(service: Service) -> str:
    """Return the marker's arguments where the fake is not as a fixture makes it."""
    settings, contracts = service.settings, service.contracts
    told = {
        "profile": (contracts.profile.name, "documented"),
        "docs": (contracts.catalog.docs, contracts.profile.docs),
        "http_status": ("mirror" if settings.mirror_status else "envelope", "envelope"),
        "wire": (settings.wire, None),
        "files": (settings.files, "judge"),
    }
    return ", ".join(f"{name}={value!r}" for name, (value, usual) in told.items() if value != usual)


def prepared(entry: Entry, task: Task | None, service: Service) -> Iterator[str]:
    """Return the lines that have to come before the request, or before the callback."""
    yield from _ordered(entry, service)
    if needs_task(entry):
        yield from _with_task(entry, task, service)
    elif goes_on(entry):
        yield from before(entry, service)
    elif entry.situation in {"file_shown", "download_url_made"}:
        # The file of the entry is this fake's alone.
        sent = {"base64Data": "aGVsbG8=", "uploadPath": "tests", "fileName": "a.txt"}
        path = endpoints()["file-base64-upload"].path
        yield f'uploaded = requests.post(fakie.url + "{path}", json={sent!r}, headers=key, timeout=10)'
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
    orderable = entry.situation in service.contracts.profile.orderable
    # A fixture takes any key for its test's own.
    depends = entry.ordered or entry.situation in _NOT_BY_REQUEST or has_unknown_key(entry)
    if entry.situation == "proxy_error":
        yield f"fakie.fail_next(status={entry.status}, endpoint={endpoint!r})"
    elif orderable and depends and not wishes_itself(entry):
        yield f"fakie.fail_next({entry.situation!r}, endpoint={endpoint!r})"
    if entry.spoiled:
        seconds = f", seconds={min(entry.delay, 1.0):g}" if entry.spoiled in _LATE else ""
        yield f"fakie.spoil_next({entry.spoiled!r}, endpoint={endpoint!r}{seconds})"


def _with_task(entry: Entry, task: Task | None, service: Service) -> Iterator[str]:
    """Return the lines that make the task which the entry is about, and bring it into the state that it was in."""
    about = endpoints()[task.endpoint] if task else record_of(entry).maker
    shown = shown_in(entry, task)
    # A task that is finished by hand calls back at each of its stages too.
    running = bool(shown.state) and not shown.is_end and entry.kind != "delivery"
    quirk = f", quirk={task.quirk!r}" if task and task.quirk and entry.kind == "delivery" else ""
    body = shown_body(task.without_key.body) if task else _other_body(about, service)
    yield from parent_lines(about, body, service)
    yield f"fakie.plan_next(by={'polls' if running else 'hold'!r}{_at(about)}{quirk})"
    if task is None:
        yield "# The task is not known any more; another one stands for it."
    if entry.kind == "delivery":
        body[about.callback] = entry.path
    yield f"body = {{**{body!r}, **named}}" if about.parent else f"body = {body!r}"
    yield f'create = fakie.url + "{about.path}"'
    yield 'task_id = requests.post(create, json=body, headers=key, timeout=10).json()["data"]["taskId"]'
    if entry.situation == "callback_failed":
        yield "fakie.deliver_to(refuse)"
    if shown.state == "fail":
        yield f"fakie.task(task_id).fail({shown.failure[0]!r}, {shown.failure[1]!r})"
    elif not running:
        yield "fakie.task(task_id).finish()"
    if entry.situation == "result_shown":
        yield f'record = fakie.url + f"{record_of(entry, task).path}?taskId={{task_id}}"'
        yield 'shown = requests.get(record, headers=key, timeout=10).json()["data"]'
        yield "url = next(text for text in re.findall(r'https?://[^\"\\\\]+', json.dumps(shown)) if task_id in text)"


def record_of(entry: Entry, task: Task | None = None) -> Showing:
    """Return where the entry's task is shown, and which endpoint makes such a one."""
    found = about_entry(entry)
    if task is not None:
        maker = endpoints()[task.endpoint]
        return Showing(maker, endpoints()[maker.makes.records[0]].path)
    if found is not None and found.kind == "record":
        makers = (one for one in endpoints().values() if one.kind == "create" and found.name in one.makes.records)
        return Showing(next(makers), found.path)
    first = endpoints()["createTask"]
    return Showing(first, endpoints()[first.makes.records[0]].path)


def shown_in(entry: Entry, task: Task | None) -> ShownTask:
    """Return what the entry shows of its task; that it has succeeded where the entry is cut, or a file."""
    shown = shown_by(entry)
    if shown is None and entry.kind == "delivery":
        body = object_in(entry.body) or {}
        job = endpoints()[task.endpoint].makes if task else record_of(entry).maker.makes
        shown = show_record(endpoints()[job.records[0]], body.get("data")) if job.dated else show_callback(job, body)
    return shown or show_record(endpoints()["recordInfo"], {"state": "success"})


def _at(about: FamilyEndpoint) -> str:
    return "" if about.page == BY_MODEL else f", endpoint={about.name!r}"


def _other_body(about: FamilyEndpoint, service: Service) -> dict[str, Any]:
    page = None if about.page == BY_MODEL else service.contracts.catalog.endpoint(about.page)
    if page is None:
        return {"model": "z-image", "input": {"prompt": "a cat", "aspect_ratio": "1:1"}}
    return dict(page.example)
