"""Faults of targets that are too obliging: values turned into right ones, keys and names taken by their likeness."""

import base64
import json
from collections.abc import Callable
from fnmatch import fnmatchcase
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlencode

from fakie.core.http.headers import Headers
from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from support.mutants.edits import RECORD, Handle, on_answer, on_body
from support.pages.synthetic import MODEL
from support.servers.broken import Door, Mutant

Turn = Callable[[Any], Any]


def _turned(name: str, likely: str, turn: Turn, *fields: str) -> Mutant:
    """Turn the values of some fields of the made-up model's input before they are judged."""

    def change(body: dict[str, Any]) -> None:
        given = body.get("input")
        if not isinstance(given, dict):
            return
        for field in fields:
            if field in given:
                given[field] = turn(given[field])

    return Mutant(name, likely, "everything", on_body(change))


def _top(name: str, likely: str, field: str, turn: Turn) -> Mutant:
    """Turn a field of the body itself; one of `model` for both catalogs."""

    def change(body: dict[str, Any]) -> None:
        if field in body:
            body[field] = turn(body[field])

    return Mutant(name, likely, "everything", on_body(change))


def _of(kind: type | tuple[type, ...], turn: Turn) -> Turn:
    return lambda value: turn(value) if isinstance(value, kind) else value


def _as_json(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _choice(test: Callable[[str, str], bool], *choices: str) -> Turn:
    """Turn a text into the first choice that it is like."""
    return lambda value: (
        next((one for one in choices if test(one, value)), value) if isinstance(value, str) and value else value
    )


def _first_alone(value: list[Any]) -> list[Any]:
    """Judge a list by its first item."""
    return [value[0] for _ in value]


def _counted(value: str) -> str:
    """Count units of UTF-16."""
    return "x" * (len(value.encode("utf-16-le")) // 2)


def _composed(value: str) -> str:
    return value.replace("e\u0301", "é")


_TRUTHS = {"true": True, "false": False, "yes": True, "1": True}
VOICES = ("Alice", "Bob", "Carol")
COERCIONS = (
    _turned("a number for a text", "prompt::type", _of((int, float), lambda _: "7.50"), "prompt"),
    _turned("a boolean for a text", "prompt::type", _of(bool, lambda _: "true"), "prompt"),
    _turned("an object for a text", "prompt::type", _of(dict, lambda _: "[object Object]"), "prompt"),
    _turned("a list of one for a text", "prompt::type", _of(list, lambda value: (value or [""])[0]), "prompt"),
    _turned("null for an empty list", "image_urls::null", lambda value: value or ["https://a.test/b"], "image_urls"),
    _turned("0 for false", "loop::type", lambda value: False if value == 0 else value, "loop"),
    _turned("1 for true", "loop::type", lambda value: True if value == 1 else value, "loop"),
    _turned("words for booleans", "loop::type", _of(str, lambda value: _TRUTHS.get(value, value)), "loop"),
    _turned("an empty text for false", "loop::type", lambda value: False if value == "" else value, "loop"),
    _turned("an empty text for 0", "seed::type", lambda value: 0 if value == "" else value, "seed"),
    _turned("any value for a boolean", "loop::type", bool, "loop"),
    _turned("a text of digits for an integer", "seed::type", _of(str, _as_json), "seed"),
    _turned("a text for a choice of numbers", "size::type", _of(str, _as_json), "size"),
    _turned("true for 1", "seed::type", _of(bool, int), "seed"),
    _turned("a fraction cut to an integer", "seed::type", _of(float, int), "seed"),
    _turned("a number rounded to its step", "speed::off-step", _of(float, lambda value: round(value, 1)), "speed"),
    _turned("a number held within its limits", "seed::", _of(int, lambda value: min(max(value, 0), 100)), "seed"),
    _turned("a lone item for a list", "image_urls::type", _of(str, lambda value: [value]), "image_urls"),
    _turned("a list in a text", "image_urls::type", _of(str, _as_json), "image_urls"),
    _turned("an object for a list", "image_urls::type", _of(dict, lambda one: [*one.values()] or one), "image_urls"),
    _turned("an object in a text", "camera::type", _of(str, _as_json), "camera"),
    _turned("a list of one for an object", "camera::type", _of(list, lambda value: (value or [0])[0]), "camera"),
    _top("the input in a text", "input::type", "input", _of(str, _as_json)),
    _turned("texts trimmed before their length", "prompt::length", _of(str, str.strip), "prompt"),
    _turned("texts cut to their length", "prompt::length", _of(str, lambda value: value[:20]), "prompt"),
    _turned("a length in units of UTF-16", "prompt::length", _of(str, _counted), "prompt"),
    _turned("a length of composed letters", "prompt::length", _of(str, _composed), "prompt"),
    _turned("a choice by its start", "voice::", _choice(str.startswith, *VOICES), "voice"),
    _turned(
        "a choice that a text begins with", "voice::", _choice(lambda one, text: text.startswith(one), *VOICES), "voice"
    ),
    _turned("a choice after a blank", "voice::", _of(str, str.lstrip), "voice"),
    _turned("a choice before a line end", "voice::", _of(str, lambda value: value.rstrip("\n")), "voice"),
    _turned("a blank for no choice", "voice::", _of(str, lambda value: value if value.strip() else "Alice"), "voice"),
    _turned(
        "items after the first unread",
        "image_urls::last",
        _of(list, lambda one: one and _first_alone(one)),
        "image_urls",
    ),
    _turned("later turns unread", "turns::last", _of(list, lambda one: one and _first_alone(one)), "turns"),
    _turned(
        "wrong items left out",
        "image_urls::last",
        _of(list, lambda value: [x for x in value if "://" in str(x)]),
        "image_urls",
    ),
    _top("a URL trimmed", "callBackUrl::", "callBackUrl", _of(str, str.strip)),
    _top(
        "a blank URL for none",
        "callBackUrl::",
        "callBackUrl",
        lambda value: value if str(value).strip() else "http://a.test",
    ),
    _top("a model by its start", "model::", "model", _choice(str.startswith, MODEL)),
    _top("a model that a name begins with", "model::", "model", _choice(lambda one, text: text.startswith(one), MODEL)),
    _top("a model by its last part", "model::", "model", _choice(lambda one, text: one.endswith(f"/{text}"), MODEL)),
    _top("a model with blanks around it", "model::", "model", _of(str, str.strip)),
    _top("a model in a list", "model::", "model", _of(list, lambda value: (value or [""])[0])),
)


def _authorised(find: Callable[[Request], str | None]) -> Handle:
    """Take the key from where a function finds it."""

    def handle(door: Door, request: Request, _: Service) -> Response:
        key = find(request)
        if not key:
            return door(request)
        return door(request.replaced(headers=Headers({**request.headers, "authorization": f"Bearer {key}"})))

    return handle


def _in_query(name: str) -> Callable[[Request], str | None]:
    return lambda request: parse_qs(request.query).get(name, [None])[0]


def _in_header(name: str, before: str = "") -> Callable[[Request], str | None]:
    return lambda request: request.headers.get(name, "").partition(before)[2 if before else 0] or None


def _basic(request: Request) -> str | None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    return base64.b64decode(value).decode().strip(":") if scheme == "Basic" and value.endswith("=") else None


def _in_cookie(request: Request) -> str | None:
    return SimpleCookie(request.headers.get("cookie", ""))["token"].value if "cookie" in request.headers else None


def _like(test: Callable[[str, str], bool]) -> Handle:
    """Take a key for the one that it is like, of those that were good before."""
    good: set[str] = set()

    def handle(door: Door, request: Request, _: Service) -> Response:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        like = next((key for key in good if given and test(key, given)), given)
        response = door(request.replaced(headers=Headers({**request.headers, "authorization": f"Bearer {like}"})))
        if json.loads(response.body or b"{}").get("code") == 200:
            good.add(like)
        return response

    return handle


def _in_body(request: Request) -> str | None:
    content = request.body.read(request.length or 0)
    request.body.seek(0)
    body = json.loads(content) if content else None
    return body.get("apiKey") if isinstance(body, dict) else None


KEYS_TAKEN = tuple(
    Mutant(name, "api::key", handle=_authorised(find))
    for name, find in (
        ("the key in the query", _in_query("key")),
        ("the key as api_key in the query", _in_query("api_key")),
        ("the key as access_token in the query", _in_query("access_token")),
        ("the key in X-Api-Key", _in_header("x-api-key")),
        ("the key in Api-Key", _in_header("api-key")),
        ("the key in X-Authorization", _in_header("x-authorization", "Bearer ")),
        ("the key in a cookie taken", _in_cookie),
        ("the key as a password", _basic),
        ("the key in the body", _in_body),
        ("the key after Token", _in_header("authorization", "Token ")),
        ("the key after Key", _in_header("authorization", "Key ")),
        ("the key after a colon", _in_header("authorization", "Bearer:")),
        (
            "the key in quotes",
            lambda request: (
                request.headers.get("authorization", "")[8:-1] or None
                if '"' in request.headers.get("authorization", "")
                else None
            ),
        ),
    )
)

KEYS_LIKE = tuple(
    Mutant(name, "api::key::unknown", handle=_like(test))
    for name, test in (
        ("a key in another case", lambda key, given: key.lower() == given.lower()),
        ("a key by its start", str.startswith),
        ("a key by all but its end", lambda key, given: key[:-1] == given[:-1]),
        ("a key by all but its start", lambda key, given: key[1:] == given[1:]),
        ("a key that a text begins with", lambda key, given: given.startswith(key)),
    )
)


def _strict_scheme(door: Door, request: Request, _: Service) -> Response:
    given = request.headers.get("authorization", "")
    headers = Headers({**request.headers, "authorization": given if given.startswith("Bearer ") else ""})
    return door(request.replaced(headers=headers))


SCHEMES = (Mutant("the scheme in one case alone", "api::key", handle=_strict_scheme),)


def given_back(change: Callable[[dict[str, Any]], None]) -> Handle:
    """Change the input that `param` gives back."""

    def apply(body: dict[str, Any]) -> None:
        data = body["data"] if isinstance(body.get("data"), dict) else {}
        if not data:
            return
        outer = json.loads(data["param"])
        inner = json.loads(outer["input"])
        change(inner)
        data["param"] = data["paramJson"] = json.dumps({**outer, "input": json.dumps(inner)})

    return on_answer(RECORD, apply)


def _each(turn: Turn) -> Callable[[dict[str, Any]], None]:
    return lambda inner: inner.update({name: turn(value) for name, value in inner.items()})


def _filled(name: str, value: object) -> Callable[[dict[str, Any]], None]:
    return lambda inner: inner.update({name: inner.get(name, value)})


GIVEN_BACK = tuple(
    Mutant(name, likely, "everything", given_back(change))
    for name, likely, change in (
        ("param: another default", "optional::none", _filled("loop", True)),
        ("param: a default of the target's own", "optional::none", _filled("style", "vivid")),
        ("param: booleans as numbers", "loop::absent", _each(_of(bool, int))),
        ("param: numbers as texts", "seed::at", _each(lambda value: str(value) if type(value) is int else value)),
        ("param: texts trimmed", "prompt::length", _each(_of(str, lambda value: value.strip("t ") or value))),
        ("param: texts cut", "prompt::length-at-maximum", _each(_of(str, lambda value: value[:19]))),
        (
            "param: no wide characters",
            "prompt::length",
            _each(_of(str, lambda value: value.encode("ascii", "replace").decode())),
        ),
        ("param: lists of one item", "image_urls::items", _each(_of(list, lambda value: value[:1]))),
        (
            "param: null left out",
            "note::null",
            lambda inner: inner.pop("note", 0) if not inner.get("note", 1) else None,
        ),
        ("param: an optional field left out", "seed::at", lambda inner: inner.pop("seed", None)),
    )
)


def by_likeness(test: Callable[[str, str], bool], path: str = RECORD) -> Handle:
    """Show the task whose id is like the one that is asked for, at a path."""

    def handle(door: Door, request: Request, service: Service) -> Response:
        asked = parse_qs(request.query).get("taskId", [""])[0]
        if request.path == path and asked and service.state.store.task(asked) is None:
            found = next((task.id for task in service.state.store.tasks() if test(task.id, asked)), asked)
            return door(request.replaced(query=urlencode({"taskId": found})))
        return door(request)

    return handle


def _by_name(name: str) -> Handle:
    """Show the task whose id is asked for under another name, or the last one where none is asked for."""

    def handle(door: Door, request: Request, service: Service) -> Response:
        asked = parse_qs(request.query)
        if request.path == RECORD and "taskId" not in asked:
            found = asked.get(name) if name else [task.id for task in service.state.store.tasks()][-1:]
            request = request.replaced(query=urlencode({"taskId": found[0]}) if found else request.query)
        return door(request)

    return handle


_LIKE_IDS = tuple(
    Mutant(name, "ids-are-new", handle=by_likeness(test))
    for name, test in (
        ("a task by its start", str.startswith),
        ("a task by its end", str.endswith),
        ("a task that a text begins with", lambda task_id, asked: asked.startswith(task_id)),
        ("a task in another case", lambda task_id, asked: task_id == asked.lower()),
        ("a task with dashes", lambda task_id, asked: task_id == asked.replace("-", "")),
        ("a task with blanks around it", lambda task_id, asked: task_id == asked.strip(" ")),
        ("a task before a line end", lambda task_id, asked: task_id == asked.rstrip("\n")),
        ("a task in quotes", lambda task_id, asked: asked == f'"{task_id}"'),
        ("a task before a zero byte", lambda task_id, asked: task_id == asked.partition("\0")[0]),
        ("a task before a slash", lambda task_id, asked: task_id == asked.rstrip("/")),
        ("a task by a wildcard", lambda task_id, asked: "%" in asked and fnmatchcase(task_id, asked.replace("%", "*"))),
    )
)

NEAR_IDS = (
    *(Mutant(f"a task as {name}", "ids-are-new", handle=_by_name(name)) for name in ("id", "task_id", "recordId")),
    Mutant("the last task for no id", "ids-are-new", handle=_by_name("")),
    *_LIKE_IDS,
)
