"""Faults of the callback."""

import base64
import hashlib
import hmac
import io
import json
from collections.abc import Callable
from typing import Any

import urllib3
from msgspec.structs import replace

from fakie.core.http.messages import Request, Response
from fakie.core.ports import Outgoing
from fakie.core.running.callbacks import signature
from fakie.core.service import Service
from support.mutants.edits import CREATE
from support.servers.broken import Door, Mutant

_SIGNATURE = "X-Webhook-Signature"
_TIMESTAMP = "X-Webhook-Timestamp"


def _sent(name: str, change: Callable[[Outgoing], list[Outgoing]], likely: str = "callback") -> Mutant:
    return Mutant(name, likely, outgoing=change)


def _said(name: str, change: Callable[[dict[str, Any]], Any], state: str = "success") -> Mutant:
    """Change the body of the callback of a task that ended in `state`."""

    def apply(outgoing: Outgoing) -> list[Outgoing]:
        body = json.loads(outgoing.body)
        if body["data"]["state"] == state:
            change(body)
        return [replace(outgoing, body=json.dumps(body).encode())]

    return _sent(name, apply, f"callback::{'failure' if state == 'fail' else state}")


def _differing(field: str, value: Any, state: str = "success") -> Mutant:
    return _said(f"callback: another {field} ({state})", lambda body: body["data"].update({field: value}), state)


def _signed(change: Callable[[str, int, Outgoing], dict[str, str | None]]) -> Callable[[Outgoing], list[Outgoing]]:
    """Replace signature headers (None: removes one) where there are any."""

    def apply(outgoing: Outgoing) -> list[Outgoing]:
        headers: dict[str, str | None] = dict(outgoing.headers)
        if _SIGNATURE not in headers:
            return [outgoing]
        task_id = json.loads(outgoing.body)["data"]["taskId"]
        headers |= change(task_id, int(headers[_TIMESTAMP] or 0), outgoing)
        kept = tuple((name, value) for name, value in headers.items() if value is not None)
        return [replace(outgoing, headers=kept)]

    return apply


def _over_body(_: str, __: int, outgoing: Outgoing) -> dict[str, str | None]:
    digest = hmac.new(b"fakie-contract-webhook-key", outgoing.body, hashlib.sha256).digest()
    return {_SIGNATURE: base64.b64encode(digest).decode()}


def _hex(_: str, __: int, outgoing: Outgoing) -> dict[str, str | None]:
    return {_SIGNATURE: base64.b64decode(dict(outgoing.headers)[_SIGNATURE]).hex()}


def _signs_always(outgoing: Outgoing) -> list[Outgoing]:
    return [replace(outgoing, headers=(*outgoing.headers, (_TIMESTAMP, "1"), (_SIGNATURE, "eA==")))]


def _for_refused(door: Door, request: Request, service: Service) -> Response:
    content = request.body.read(request.length or 0) if request.path == CREATE else b""
    response = door(request.replaced(body=_stream(content)) if content else request)
    try:
        url = json.loads(content or b"{}").get("callBackUrl")
    except (ValueError, AttributeError):
        return response
    ours = isinstance(url, str) and url.startswith("http://127.0.0.1:") and ":9/" not in url
    if ours and b'"code":200' not in response.body:
        urllib3.request("POST", url, body=b"{}", retries=False).release_conn()
    return response


def _stream(content: bytes) -> Any:
    return io.BytesIO(content)


def _early(door: Door, request: Request, service: Service) -> Response:
    response = door(request)
    running = [task for task in service.state.store.tasks() if task.callback_url and not task.end]
    for task in running if request.path == CREATE else ():
        urllib3.request("POST", str(task.callback_url), body=b"{}", retries=False).release_conn()
    return response


def _in_gbk(outgoing: Outgoing) -> list[Outgoing]:
    headers = {**dict(outgoing.headers), "Content-Type": "application/json; charset=gbk"}
    return [replace(outgoing, headers=tuple(headers.items()))]


def _query_dropped(outgoing: Outgoing) -> list[Outgoing]:
    return [replace(outgoing, url=outgoing.url.partition("?")[0])]


def _never_for_failures(outgoing: Outgoing) -> list[Outgoing]:
    return [outgoing] if b'"state":"success"' in outgoing.body else []


def _form(outgoing: Outgoing) -> list[Outgoing]:
    headers = dict(outgoing.headers) | {"Content-Type": "application/x-www-form-urlencoded"}
    return [replace(outgoing, headers=tuple(headers.items()))]


def _no_retries(profile: dict[str, Any]) -> None:
    profile["facts"]["callback_gaps"]["value"] = []


CALLBACKS = (
    Mutant("a callback for a refused request", "callback::refused", handle=_for_refused),
    Mutant("a callback while the task runs", "callback::success", handle=_early),
    _sent("the callback's query dropped", _query_dropped),
    _sent("the callback's URL in lower case", lambda outgoing: [replace(outgoing, url=outgoing.url.lower())]),
    _sent("a callback in another charset", _in_gbk),
    _sent("no callback", lambda _: []),
    _sent("no callback for a failure", _never_for_failures, "callback::failure"),
    _sent("the callback twice", lambda outgoing: [outgoing, outgoing]),
    _sent("no signature", _signed(lambda *_: {_SIGNATURE: None, _TIMESTAMP: None})),
    _sent("no timestamp", _signed(lambda *_: {_TIMESTAMP: None})),
    _sent("hex signature", _signed(_hex)),
    _sent("signed with another key", _signed(lambda task, at, _: {_SIGNATURE: signature(task, at, "other")})),
    _sent("signed over the body", _signed(_over_body)),
    _sent("signed without the timestamp", _signed(lambda task, at, _: {_SIGNATURE: signature(task, 0, "k")})),
    _sent(
        "timestamp in milliseconds",
        _signed(
            lambda task, at, _: {
                _TIMESTAMP: str(at * 1000),
                _SIGNATURE: signature(task, at * 1000, "fakie-contract-webhook-key"),
            }
        ),
    ),
    _sent("signed without a webhook key", _signs_always, "callback::unsigned"),
    _sent("the callback as a form", _form),
    _sent("the callback is no JSON", lambda outgoing: [replace(outgoing, body=b"done")]),
    Mutant("the callback never sent again", "callback::retried", profile=_no_retries),
    _said("callback: code 200 on failure", lambda body: body.update(code=200), "fail"),
    _said("callback: code 500 on failure", lambda body: body.update(code=500), "fail"),
    _said("callback: code 501 on success", lambda body: body.update(code=501)),
    _said("callback: failed, says the msg of a success", lambda body: body.update(msg="Playground task failed.")),
    _said("callback: message for msg", lambda body: body.update(message=body.pop("msg"))),
    _said("callback: no data", lambda body: body.pop("data")),
    _said("callback: task_id for taskId", lambda body: body["data"].update(task_id=body["data"].pop("taskId"))),
    _differing("taskId", "4" * 32),
    _differing("model", "elevenlabs/other"),
    _differing("state", "fail"),
    _differing("state", "success", "fail"),
    _differing("param", "{}"),
    _differing("resultJson", '{"resultUrls":["http://127.0.0.1:9/other.mp3"]}'),
    _differing("costTime", 6000),
    _differing("completeTime", 1_767_225_600_000),
    _differing("createTime", 1_767_225_600_000),
    _differing("creditsConsumed", 3.0),
    _differing("failCode", "500", "fail"),
    _differing("failMsg", "other", "fail"),
    _differing("creditsConsumed", 1.0, "fail"),
    _said(
        "callback: times not in whole seconds",
        lambda body: body["data"].update(createTime=body["data"]["createTime"] + 1),
    ),
)
