"""Faults that show only where one looks on purpose: before a poll, beside a callback, at a refusal by nature."""

import io
import json
from collections import Counter
from collections.abc import Callable
from typing import Any

import urllib3
from msgspec.structs import replace

from fakie.core.accounts import Account, exact
from fakie.core.http.headers import Headers
from fakie.core.http.messages import Request, Response
from fakie.core.ports import Outgoing
from fakie.core.service import Service
from support.mutants.edits import CREATE, RECORD, Handle, account_of, decoded, on_data
from support.servers.broken import Door, Mutant

_SHOWS = {"elevenlabs/audio-isolation": RECORD, "suno/lyrics": "/api/v1/lyrics/record-info"}
_NO_TASK = b'{"code":422,"msg":"recordInfo is null","data":null}'
_BUSY = b'{"code":429,"msg":"too often","data":null}'


def _lazy(likely: str, **more: Any) -> Mutant:
    """Call back when a record is asked for, and not before."""
    held: list[Outgoing] = []

    def keep(outgoing: Outgoing) -> list[Outgoing]:
        held.append(outgoing)
        return []

    def handle(door: Door, request: Request, _: Service) -> Response:
        response = door(request)
        while request.path in _SHOWS.values() and held:
            one = held.pop()
            urllib3.request("POST", one.url, body=one.body, headers=dict(one.headers), retries=False).release_conn()
        return response

    return Mutant(f"{likely}: no callback before a poll", likely, handle=handle, outgoing=keep, **more)


def _open(likely: str, wrong: str | None, **more: Any) -> Mutant:
    """Show a task to whoever has its id: with no key, or with one that is none."""
    keys: dict[str, str] = {}

    def handle(door: Door, request: Request, _: Service) -> Response:
        key, asked = request.headers.get("authorization"), request.argument("taskId") or ""
        if request.path in _SHOWS.values() and asked in keys and (key == wrong or (wrong and wrong in (key or ""))):
            return door(request.replaced(headers=Headers({**request.headers, "authorization": keys[asked]})))
        response = door(request)
        data = decoded(response).get("data")
        if request.method == "POST" and isinstance(data, dict) and "taskId" in data and key:
            keys[data["taskId"]] = key
        return response

    return Mutant(f"{likely}: a task shown to {wrong or 'no key'}", likely, handle=handle, **more)


def _ended_by_strangers() -> Handle:
    """Forget a task that somebody asks for without a good key."""
    gone: set[str] = set()

    def handle(door: Door, request: Request, _: Service) -> Response:
        response, asked = door(request), request.argument("taskId") or ""
        if request.path != RECORD or decoded(response).get("code") == 401:
            gone.update({asked} if request.path == RECORD else ())
            return response
        return replace(response, body=_NO_TASK) if asked in gone else response

    return handle


def _by_request() -> Handle:
    """Give equal requests one result."""
    known: dict[str, tuple[Any, Any]] = {}

    def give(data: dict[str, Any]) -> None:
        first = known.setdefault(data["param"], (data["resultJson"], data["response"]))
        data["resultJson"], data["response"] = first

    return on_data(give, "success")


def _charging(name: str, likely: str, code: int, meant: Callable[[Account], bool]) -> Mutant:
    def handle(door: Door, request: Request, service: Service) -> Response:
        account, response = account_of(request, service), door(request)
        if request.path == CREATE and account and decoded(response).get("code") == code and meant(account):
            account.credits -= exact(0.1)
        return response

    return Mutant(name, likely, handle=handle)


def sent_so(request: Request) -> tuple[dict[str, Any], Request]:
    content = request.body.read(request.length or 0) if request.length else b""
    try:
        body = json.loads(content)
    except ValueError:
        body = None
    return body if isinstance(body, dict) else {}, request.replaced(body=io.BytesIO(content))


def _nearly_poor(door: Door, request: Request, service: Service) -> Response:
    """Refuse nobody who has any credits at all."""
    account = account_of(request, service)
    if request.path != CREATE or account is None or not 0 < account.credits < 1:
        return door(request)
    account.credits += 1
    response = door(request)
    account.credits -= 1
    return response


def _dearer_with_callback(door: Door, request: Request, service: Service) -> Response:
    body, request = sent_so(request)
    response, account = door(request), account_of(request, service)
    if request.path == CREATE and account and "callBackUrl" in body and decoded(response).get("code") == 200:
        account.credits -= 1
    return response


def _unread_with_callback(door: Door, request: Request, _: Service) -> Response:
    """Put right what lacks its input, where somebody waits for a callback."""
    body, request = sent_so(request)
    if request.path != CREATE or "callBackUrl" not in body or "input" in body:
        return door(request)
    content = json.dumps({**body, "input": {"audio_url": "https://files.test/a.mp3"}}).encode()
    return door(request.replaced(body=io.BytesIO(content), length=len(content)))


def _shut_out() -> Handle:
    """Answer ten queries of a key, and none ever after."""
    asked: Counter[str] = Counter()

    def handle(door: Door, request: Request, _: Service) -> Response:
        response, key = door(request), request.headers.get("authorization", "")
        asked[key] += request.path == RECORD
        return replace(response, body=_BUSY) if request.path == RECORD and asked[key] > 10 else response

    return handle


def _key_sent_along(outgoing: Outgoing) -> list[Outgoing]:
    return [replace(outgoing, headers=(*outgoing.headers, ("Authorization", "Bearer the-key")))]


_LYRICS: dict[str, Any] = {"model": "suno/lyrics"}

# Each with the rule that is broken.
UNASKED = (
    (_lazy("callback::unsigned"), "callback.count"),
    (_lazy("suno/lyrics::callback::unsigned", **_LYRICS), "callback.count"),
    (_open("account::ids-are-new", None), "answer.not_refused"),
    (_open("account::ids-are-new", "fakie-unknown-key"), "answer.not_refused"),
    (Mutant("a task ended by strangers", "account::ids-are-new", handle=_ended_by_strangers()), "answer.refused"),
    (Mutant("one result of equal requests", "account::ids-are-new", handle=_by_request()), "result.again"),
    (_charging("402 is charged", "code-402::by-nature", 402, lambda _: True), "account.cannot_cost"),
    (_charging("429 is charged", "code-429::by-nature", 429, lambda _: True), "account.cannot_cost"),
    (Mutant("402 for empty accounts alone", "code-402::by-nature", handle=_nearly_poor), "answer.not_refused"),
    (Mutant("a callback costs", "callback::success", handle=_dearer_with_callback), "account.consumed"),
    (Mutant("no validation with a callback", "callback::refused", handle=_unread_with_callback), "request.accepted"),
    (Mutant("too many queries for ever", "query-limit", handle=_shut_out()), "account.query_limit"),
    (Mutant("a key in a callback", "callback::success", outgoing=_key_sent_along), "callback.key"),
)
