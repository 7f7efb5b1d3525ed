"""Faults that show to other clients than the plainest: of other headers or JSON, at the same moment, or asking on."""

import json
import threading
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from fakie.core.http.messages import Request, Response
from fakie.core.ports import Outgoing
from fakie.core.service import Service
from support.mutants.edits import CREATE, CREDIT, RECORD, Handle, account_of, decoded, on_answer
from support.mutants.lies import ENDLESS, called_back, lie, takes
from support.mutants.meeting import Meeting
from support.mutants.overlooked import with_body
from support.mutants.unasked import sent_so
from support.servers.broken import Door, Mutant

_NO = b'{"code":422,"msg":"no","data":null}'
_BUSY = b'{"code":429,"msg":"too often","data":null}'
_CONTENT_TYPE = "Content-Type"


def _refusing(name: str, path: str, likely: str, is_refused: Callable[[Request], bool], refusal: bytes = _NO) -> Mutant:
    """Refuse the requests of a path that are sent in some way."""

    def handle(door: Door, request: Request, _: Service) -> Response:
        response = door(request)
        return replace(response, body=refusal) if request.path == path and is_refused(request) else response

    return Mutant(name, likely, handle=handle)


def _header(name: str, test: Callable[[str], bool]) -> Callable[[Request], bool]:
    return lambda request: test(request.headers.get(name, ""))


def _changing(name: str, change: Callable[[bytes], bytes]) -> Mutant:
    """Read a create otherwise than it was written."""

    def handle(door: Door, request: Request, _: Service) -> Response:
        content = request.body.read(request.length or 0) if request.path == CREATE else b""
        return door(with_body(request, change(content)) if content else request)

    return Mutant(name, "life::at-once", handle=handle)


def _in_order(content: bytes) -> bytes:
    return content if content.startswith((b'{"model"', b'{ "model"')) else b"{}"


def _overdrawn() -> Handle:
    """Forget what the first of two creates at once took as the second comes, where the credits are enough for one."""
    meeting, prices = Meeting(), set[Decimal]()

    def handle(door: Door, request: Request, service: Service) -> Response:
        account, taken = account_of(request, service), threading.Event()
        if request.path != CREATE or account is None or not account.credits:
            return door(request)
        before = account.credits
        if before in prices and (first := meeting.first(taken)) is not taken:
            assert first.wait(60)
            account.credits = max(account.credits, before)
        response = door(request)
        prices.add(before - account.credits)
        taken.set()
        return response

    return handle


def _capped(count: int) -> Handle:
    """Answer so many queries of a key, as long as it lives."""
    asked: Counter[str] = Counter()

    def handle(door: Door, request: Request, _: Service) -> Response:
        response, key = door(request), request.headers.get("authorization", "")
        asked[key] += request.path == RECORD
        return replace(response, body=_BUSY) if request.path == RECORD and asked[key] > count else response

    return handle


def _later_ones(change: Callable[[Outgoing], Outgoing]) -> Callable[[Outgoing], list[Outgoing]]:
    """Change the callbacks that say what has been said, from the second one on."""
    sent: Counter[bytes] = Counter()

    def apply(outgoing: Outgoing) -> list[Outgoing]:
        sent[outgoing.body] += 1
        return [change(outgoing) if sent[outgoing.body] > 1 else outgoing]

    return apply


def _with(outgoing: Outgoing, **headers: str) -> Outgoing:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return replace(outgoing, headers=tuple({**dict(outgoing.headers), **given}.items()))


def _unsigned(outgoing: Outgoing) -> Outgoing:
    return replace(outgoing, headers=((_CONTENT_TYPE, "application/json"),))


def _last_url() -> Mutant:
    """Call back at the URL that an account has given last, whatever the task."""
    keys: dict[str, str] = {}
    urls: dict[str, str] = {}

    def handle(door: Door, request: Request, _: Service) -> Response:
        body, request = sent_so(request)
        response, key = door(request), request.headers.get("authorization", "")
        data = decoded(response).get("data")
        if request.path == CREATE and isinstance(data, dict) and "callBackUrl" in body:
            keys[data["taskId"]], urls[key] = key, body["callBackUrl"]
        return response

    def send(outgoing: Outgoing) -> list[Outgoing]:
        return [replace(outgoing, url=urls[keys[json.loads(outgoing.body)["data"]["taskId"]]])]

    return Mutant("callbacks go to the last URL of a key", "account::in-flight", handle=handle, outgoing=send)


def _skips(body: dict[str, Any]) -> None:
    if body["data"]["status"] == "FIRST_SUCCESS":
        body["data"]["status"] = "TEXT_SUCCESS"


def _at_once(body: dict[str, Any]) -> None:
    if body["data"]["successFlag"] == 1:
        body["data"]["completeTime"] = body["data"]["createTime"]


def _sent_again(name: str, change: Callable[[Outgoing], Outgoing], model: str = "shipped") -> Mutant:
    of = "" if model == "shipped" else f" of {model}"
    again = _later_ones(change)
    return Mutant(f"a callback{of} that is sent again {name}", "callback::retried", model, outgoing=again)


_AS_CLIENTS, _CHARSET, _LIMIT = "credit::as-clients-send", "with-a-charset", "query-limit"
_CALLED, _RUNWAY = "callback::success", "/api/v1/runway/generate"
_POLLED_SO = "recordInfo::as-clients-send"
_TYPED = _header("content-type", bool)
_OF_AXIOS = _header("accept", lambda told: told.startswith("application/json,"))
_OF_PYTHON = _header("user-agent", lambda told: told.startswith("python"))
_CAPITALS = _header("content-type", lambda told: "UTF-8" in told)

_VEO_AT_ONCE = lie(
    "veo: ended when it was created",
    "life::success",
    on_answer("/api/v1/veo/record-info", _at_once, 200),
    model="veo/generate",
    parts=takes(4.0),
    patience=6.0,
)

# Each with the rule that is broken.
OTHERWISE: tuple[tuple[Mutant, str], ...] = (
    (_refusing("a GET with the type of a body", CREDIT, _AS_CLIENTS, _TYPED), "answer.refused"),
    (_refusing("several types are taken", CREDIT, _AS_CLIENTS, _OF_AXIOS), "answer.refused"),
    (_refusing("a library of Python's", CREDIT, _AS_CLIENTS, _OF_PYTHON), "answer.refused"),
    (_refusing("a poll with the type of a body", RECORD, _POLLED_SO, _TYPED, _BUSY), "answer.code"),
    (_refusing("a poll by a library of Python's", RECORD, _POLLED_SO, _OF_PYTHON, _BUSY), "answer.code"),
    (_refusing("a charset in capitals", CREATE, _CHARSET, _CAPITALS), "answer.refused"),
    (_changing("the model first", _in_order), "answer.refused"),
    (_changing("escapes unread", lambda content: content.replace(rb"\u", b"u")), "record.param_input"),
    (Mutant("two creates at once for the price of one", "code-402", handle=_overdrawn()), "answer.not_refused"),
    *((Mutant(f"{count} queries a key", _LIMIT, handle=_capped(count)), "account.query_limit") for count in (20, 100)),
    (_last_url(), "callback.task"),
    (lie("runway: early", _CALLED, called_back(0, _RUNWAY), model="runway/generate"), "callback.before_answer"),
    (lie("runway: no end to call back of", _CALLED, **ENDLESS, model="runway/generate"), "task.unfinished"),
    (
        Mutant(
            "suno: skips a state on its way to a failure",
            "life::failure-501",
            model="suno/generate",
            handle=on_answer("/api/v1/generate/record-info", _skips, 200),
        ),
        "task.states",
    ),
    (_VEO_AT_ONCE, "task.completed_while_running"),
    (_sent_again("is unsigned", _unsigned), "callback.signature_missing"),
    (_sent_again("is unsigned", _unsigned, "suno/lyrics"), "callback.signature_missing"),
    (
        _sent_again("says something else", lambda one: replace(one, body=one.body + b" "), "suno/generate"),
        "callback.same_again",
    ),
    (_sent_again("is signed wrongly", lambda one: _with(one, X_Webhook_Signature="AAAA")), "callback.signature"),
    (_sent_again("is a text", lambda one: _with(one, Content_Type="text/plain")), "callback.content_type"),
)
