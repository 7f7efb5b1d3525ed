"""Faults behind what most requests lack: fields beside the wrong one, a charset, long texts, composed letters."""

import io
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import cycle
from typing import Any, Literal

import urllib3
from msgspec.structs import replace

from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from support.mutants.edits import CREATE, Change, account_of, decoded, on_data
from support.mutants.unasked import sent_so
from support.servers.broken import Door, Mutant

_RUNNING = ("waiting", "queuing", "generating")
_EVER = (*_RUNNING, "success", "fail")
_Form = Literal["NFC", "NFD", "NFKC", "NFKD"]
_FORMS: tuple[_Form, ...] = ("NFC", "NFD", "NFKC", "NFKD")
_REFUSED = (422, 500)
_AUDIO, _IMAGE = "elevenlabs/audio-isolation", "z-image"
_GOOD: Mapping[str, Mapping[str, Any]] = {
    _AUDIO: {"audio_url": "https://files.test/a.mp3"},
    _IMAGE: {"prompt": "a cat", "aspect_ratio": "1:1"},
}
_Seen = Callable[[Request, dict[str, Any]], bool]


def with_body(request: Request, content: bytes) -> Request:
    """Return a request with another body."""
    return request.replaced(body=io.BytesIO(content), length=len(content))


def _unread(name: str, likely: str, seen: _Seen, model: str = _AUDIO) -> Mutant:
    """Take a wrong body of a known model for a good one, where something else is to be seen of the request."""

    def handle(door: Door, request: Request, _: Service) -> Response:
        body, request = sent_so(request)
        response = door(request)
        is_wrong = body.get("model") == model and decoded(response).get("code") in _REFUSED
        if request.path != CREATE or not is_wrong or not seen(request, body):
            return response
        return door(with_body(request, json.dumps({**body, "input": _GOOD[model]}).encode()))

    return Mutant(f"no validation {name}", likely, handle=handle, model=model)


def _has_unknown(_: Request, body: dict[str, Any]) -> bool:
    return bool(body.keys() - {"model", "input", "callBackUrl"})


def _has_unknown_input(_: Request, body: dict[str, Any]) -> bool:
    given = body.get("input")
    return isinstance(given, dict) and "fakie_unknown" in given and len(given["fakie_unknown"]) < 100


def _tells_charset(request: Request, _: dict[str, Any]) -> bool:
    return "charset" in request.headers.get("content-type", "")


def _is_long(request: Request, _: dict[str, Any]) -> bool:
    return (request.length or 0) > 4_000


def _has_long_prompt(_: Request, body: dict[str, Any]) -> bool:
    given = body.get("input")
    return isinstance(given, dict) and isinstance(given.get("prompt"), str) and len(given["prompt"]) == 1000


def _calling(code: int, likely: str) -> Mutant:
    """Call back for a create that was refused with a code."""

    def handle(door: Door, request: Request, _: Service) -> Response:
        body, request = sent_so(request)
        response = door(request)
        if request.path == CREATE and decoded(response).get("code") == code and "callBackUrl" in body:
            told = json.dumps({"code": 501, "msg": "refused", "data": {"state": "fail"}}).encode()
            urllib3.request("POST", body["callBackUrl"], body=told, retries=False).release_conn()
        return response

    return Mutant(f"{code} calls back", likely, handle=handle)


def _runs_on() -> Mutant:
    """Answer 429 for the twenty-first create of a key, give back its price, and let its task run all the same."""
    asked: Counter[str] = Counter()

    def handle(door: Door, request: Request, service: Service) -> Response:
        account, key = account_of(request, service), request.headers.get("authorization", "")
        if request.path != CREATE or account is None:
            return door(request)
        before, response = account.credits, door(request)
        asked[key] += decoded(response).get("code") == 200
        if asked[key] == 21:
            account.credits = before
            return replace(response, body=b'{"code":429,"msg":"too often","data":null}')
        return response

    limit = lambda profile: profile["facts"]["create_limit"]["value"].update(count=1000)  # noqa: E731
    return Mutant("429 for a task that runs", "code-429::by-nature", handle=handle, profile=limit)


def _more_than_enough(door: Door, request: Request, service: Service) -> Response:
    """Refuse whoever would have nothing left."""
    account = account_of(request, service)
    if request.path != CREATE or account is None:
        return door(request)
    before, response = account.credits, door(request)
    if decoded(response).get("code") == 200 and account.credits == 0 and before:
        account.credits = before
        return replace(response, body=b'{"code":402,"msg":"Credits insufficient","data":null}')
    return response


def _in_form(form: _Form, *names: str) -> Change:
    """Put the texts of the input into a form of Unicode's: all of them, or those of these names."""

    def change(data: dict[str, Any]) -> None:
        outer = json.loads(data["param"])
        given = outer["input"]
        inner = json.loads(given) if isinstance(given, str) else given
        for name in names or inner:
            if isinstance(inner.get(name), str):
                inner[name] = unicodedata.normalize(form, inner[name])
        outer["input"] = json.dumps(inner) if isinstance(given, str) else inner
        data["param"] = json.dumps(outer)

    return change


def _in_plane_zero(data: dict[str, Any]) -> None:
    """Lose what is no sign of two bytes, each unit of UTF-16 that stands for it."""
    data["param"] = re.sub(r"\\+ud[89a-f]..", "?", json.dumps(json.loads(data["param"])))


def _with_lists(change: Callable[[list[Any]], list[Any]]) -> Change:
    """Change each list of the input."""

    def apply(data: dict[str, Any]) -> None:
        outer = json.loads(data["param"])
        given = json.loads(outer["input"])
        told = {name: change(value) if isinstance(value, list) else value for name, value in given.items()}
        data["param"] = json.dumps({**outer, "input": json.dumps(told)})

    return apply


def _another_callback(data: dict[str, Any]) -> None:
    """Tell of a callback, where none was asked for."""
    data["param"] = json.dumps({"callBackUrl": "https://elsewhere.example/hook", **json.loads(data["param"])})


def _progress(*told: int) -> Mutant:
    """Tell one progress after the other while a task runs, over and over."""
    numbers = cycle(told)
    return Mutant(
        f"progress {told}", "life::", handle=on_data(lambda data: data.update(progress=next(numbers)), *_RUNNING)
    )


def _same_again() -> Mutant:
    """Answer the same create again with the first one's task, as if it were another try of the same one."""
    known: dict[Any, Response] = {}

    def handle(door: Door, request: Request, _: Service) -> Response:
        body, request = sent_so(request)
        if request.path != CREATE or not body:
            return door(request)
        name = request.headers.get("authorization", ""), json.dumps(body, sort_keys=True)
        if name in known:
            return known[name]
        response = door(request)
        if decoded(response).get("code") == 200:
            known[name] = response
        return response

    return Mutant("a retry has the first task", "account::ids-are-new", handle=handle)


def _in_param(name: str, change: Change, likely: str = "life::", **more: Any) -> Mutant:
    return Mutant(f"{name} in param", likely, handle=on_data(change, *_EVER), **more)


_GIVEN = "record.param_input"
_LISTS: tuple[tuple[str, Callable[[list[Any]], list[Any]], str], ...] = (
    ("a list backwards", lambda items: items[::-1], "everything"),
    ("the last item for all", lambda items: items[-1:] * len(items), "everything"),
    ("the second item twice", lambda items: [*items[1:2], *items[1:]], "everything"),
    ("a list backwards of files", lambda items: items[::-1], "google/nano-banana-edit"),
)

# Each with the rule that is broken.
OVERLOOKED = (
    (_unread("beside unknown fields", "unknown-fields", _has_unknown), "request.accepted"),
    (_unread("beside unknown inputs", "unknown-fields", _has_unknown_input, _IMAGE), "request.accepted"),
    (_unread("with a charset", "code-422::by-nature", _tells_charset), "request.accepted"),
    (_unread("of long bodies", "long-text", _is_long), "request.accepted"),
    (_unread("of long prompts", "long-text", _has_long_prompt, _IMAGE), "request.accepted"),
    (_calling(402, "callback::refused"), "callback.count"),
    (_calling(429, "code-429::by-nature"), "callback.count"),
    (_runs_on(), "callback.count"),
    (Mutant("the last credits count for nothing", "code-402", handle=_more_than_enough), "answer.refused"),
    *((_in_param(form, _in_form(form)), "record.param_input") for form in _FORMS),
    (_in_param("NFC of a prompt", _in_form("NFC", "prompt"), "odd-characters", model=_IMAGE), "record.param_input"),
    (_in_param("plane 0 alone", _in_plane_zero), "record.param_input"),
    *((_in_param(how, _with_lists(change), "items-at-maximum", model=m), _GIVEN) for how, change, m in _LISTS),
    (_in_param("a callback of nobody's", _another_callback), "record.param_added"),
    (_progress(101), "shape.range"),
    (_progress(-1), "shape.range"),
    (_progress(60, 30), "task.progress_back"),
    (_same_again(), "task.id_again"),
)
