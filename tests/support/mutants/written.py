"""Faults of a server that takes a create in forms, or by methods, in which it must be refused."""

import ast
import io
import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl

from fakie.core.http.headers import Headers
from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from support.mutants.edits import CREATE, Handle, on_body
from support.servers.broken import Door, Mutant

_VEO = "veo/generate"
_JSON = "application/json"


def _read(lenient: Callable[[bytes], object], path: str = CREATE) -> Handle:
    """Take a body for what a lenient reader makes of it; what that cannot read is left alone."""

    def handle(door: Door, request: Request, _: Service) -> Response:
        if request.path != path or not request.length:
            return door(request)
        content = request.body.read(request.length)
        with suppress(ValueError, SyntaxError, LookupError, TypeError):
            content = json.dumps(lenient(content)).encode()
        return door(request.replaced(body=io.BytesIO(content), length=len(content)))

    return handle


def _typed(content_type: str, inner: Handle | None = None) -> Handle:
    """Take bodies of another type for JSON, after another fault where there is one."""

    def handle(door: Door, request: Request, service: Service) -> Response:
        if request.headers.get("content-type") != content_type:
            return door(request)
        typed = request.replaced(headers=Headers({**request.headers, "content-type": _JSON}))
        return inner(door, typed, service) if inner else door(typed)

    return handle


def _as_post(method: str, path: str = CREATE) -> Handle:
    def handle(door: Door, request: Request, _: Service) -> Response:
        is_meant = (request.path, request.method) == (path, method)
        return door(request.replaced(method="POST") if is_meant else request)

    return handle


def _first(content: bytes) -> object:
    return json.JSONDecoder().raw_decode(content.decode())[0]


def _fields(content: bytes) -> object:
    return {
        name: json.loads(text) if text.startswith("{") else text
        for name, text in parse_qsl(content.decode(), strict_parsing=True)
    }


def _without_trailing(content: bytes) -> object:
    return json.loads(content.replace(b",}", b"}"))


def _unlisted(content: bytes) -> object:
    body = json.loads(content)
    return body[0] if isinstance(body, list) else body


def _untexted(content: bytes) -> object:
    body = json.loads(content)
    return json.loads(body) if isinstance(body, str) else body


def _written(form: str, handle: Handle, model: str = "shipped") -> Mutant:
    return Mutant(
        f"a create as {form}" + ("" if model == "shipped" else f" at {model}"), f"written::{form}", model, handle
    )


def _in_any_case(*path: str) -> Handle:
    """Take a field by its name in any case."""

    def change(body: dict[str, Any]) -> None:
        place = body
        for step in path[:-1]:
            place = place.get(step, {})
        for name in [one for one in place if one.lower() == path[-1]]:
            place[path[-1]] = place.pop(name)

    return on_body(change)


def _in_query(door: Door, request: Request, _: Service) -> Response:
    """Take a create whose fields stand in the query."""
    if request.path != CREATE or not request.query:
        return door(request)
    content = json.dumps(_fields(request.query.encode())).encode()
    return door(request.replaced(body=io.BytesIO(content), length=len(content)))


def _by_get(door: Door, request: Request, service: Service) -> Response:
    """Take a GET with the fields of a create for one."""
    is_meant = (request.path, request.method) == (CREATE, "GET")
    headers = Headers({**request.headers, "content-type": "application/json"})
    return _in_query(door, request.replaced(method="POST", headers=headers) if is_meant else request, service)


def _in_parts(door: Door, request: Request, service: Service) -> Response:
    """Take a form of parts."""
    given = request.headers.get("content-type", "")

    def read(content: bytes) -> object:
        parts = re.findall('name="([^"]+)"\r\n\r\n(.*?)\r\n--', content.decode(), re.DOTALL)
        return {name: json.loads(text) if text.startswith("{") else text for name, text in parts}

    return _typed(given, _read(read))(door, request, service) if "multipart" in given else door(request)


def _plain_type_alone(door: Door, request: Request, _: Service) -> Response:
    """Take JSON for nothing where its type says more than that."""
    typed = request.headers.get("content-type", "").replace("application/json;", "text/json;")
    return door(request.replaced(headers=Headers({**request.headers, "content-type": typed})) if typed else request)


def _flat(body: dict[str, Any]) -> None:
    body.setdefault("input", {name: value for name, value in body.items() if name != "model"})


def _renamed(body: dict[str, Any]) -> None:
    if "params" in body:
        body["input"] = body.pop("params")


def _in_camel_case(body: dict[str, Any]) -> None:
    place = body.get("input")
    if isinstance(place, dict) and "imageUrls" in place:
        place["image_urls"] = place.pop("imageUrls")


# What lenient readers take, which no page rules out: told of, and no finding that fails a run.
READ_ANYWAY = (
    _written("not-a-number", _read(lambda content: json.loads(content.replace(b"NaN", b"null")))),
    _written("json-under-form", _typed("application/x-www-form-urlencoded")),
    _written("json-under-text", _typed("text/plain")),
)

WRITTEN = (
    Mutant("the model under a name in another case", "model::in-other-case", handle=_in_any_case("model")),
    Mutant(
        "a field under a name in another case",
        "in-other-case",
        "everything",
        handle=_in_any_case("input", "prompt"),
    ),
    Mutant("a field under a name in camel case", "in-camel-case", "google/nano-banana-edit", on_body(_in_camel_case)),
    Mutant("params read as input", "input::under-another-name", "everything", on_body(_renamed)),
    Mutant("fields beside the input", "input::its-fields-beside-it", "everything", on_body(_flat)),
    _written("in-the-query", _in_query),
    _written("form-of-parts", _in_parts),
    _written("with-a-charset", _plain_type_alone),
    _written("trailing-comma", _read(_without_trailing)),
    _written("trailing-comma", _read(_without_trailing, f"/api/v1/{_VEO}"), _VEO),
    _written("single-quotes", _read(lambda content: ast.literal_eval(content.decode()))),
    _written("comment", _read(lambda content: json.loads(content.partition(b" //")[0]))),
    _written("two-documents", _read(_first)),
    _written("list-of-one", _read(_unlisted)),
    _written("json-in-a-text", _read(_untexted)),
    _written("form-under-json", _read(_fields)),
    _written("form", _typed("application/x-www-form-urlencoded", _read(_fields))),
    *(
        Mutant(f"{method} taken for POST", f"method::{method}", handle=_as_post(method))
        for method in ("PUT", "PATCH", "DELETE")
    ),
    Mutant("GET with a create's fields taken for POST", "method::GET", handle=_by_get),
    Mutant("PUT taken for POST at a family", "method::PUT", _VEO, _as_post("PUT", f"/api/v1/{_VEO}")),
)
