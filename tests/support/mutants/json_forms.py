"""Faults in how JSON is written, and keys in answers."""

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from msgspec.structs import replace

from fakie.core.http.messages import Request, Response
from fakie.core.ports import Outgoing
from fakie.core.service import Service
from support.mutants.edits import CREATE, RECORD, on_answer, on_data
from support.servers.broken import Door, Mutant

Bytes = Callable[[bytes], bytes]


def _written(path: str, change: Bytes) -> Callable[[Door, Request, Service], Response]:
    """Write the answers of one path (`*`: all of the API) in another way."""

    def handle(door: Door, request: Request, _: Service) -> Response:
        response = door(request)
        if path not in ("*", request.path) or not response.body.startswith(b"{"):
            return response
        return replace(response, body=change(response.body))

    return handle


def _other(old: str, new: str) -> Bytes:
    return lambda body: body.replace(old.encode(), new.encode(), 1)


def _with(more: str) -> Bytes:
    """Put more members before the first one of an object."""
    return lambda body: b"{" + more.encode() + body[1:]


def _in_texts(name: str, more: str, state: str) -> Callable[[Door, Request, Service], Response]:
    """Put more members into the JSON that stands in a text of a record."""

    def change(data: dict[str, Any]) -> None:
        data[name] = "{" + more + data[name][1:]

    return on_data(change, state)


def _shown(where: str, write: Callable[[str], str]) -> Callable[[Door, Request, Service], Response]:
    """Show the key of a request in the answers of one path: in the body, or in the header of that name."""

    def handle(door: Door, request: Request, _: Service) -> Response:
        response, key = door(request), request.headers.get("authorization", "").rpartition(" ")[2]
        if request.path != CREATE or len(key) < 7:
            return response
        if where != "body":
            return replace(response, headers=(*response.headers, (where, write(key))))
        body = json.loads(response.body)
        return replace(response, body=json.dumps({**body, "msg": f"{body['msg']} {write(key)}"}).encode())

    return handle


def _of_callback(change: Bytes) -> Callable[[Outgoing], list[Outgoing]]:
    return lambda outgoing: [replace(outgoing, body=change(outgoing.body))]


def _numbers(*names: str) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        data.update({name: float(data[name]) for name in names if isinstance(data.get(name), int)})

    return change


def _json(name: str, change: Bytes, path: str = CREATE, likely: str = "code-200") -> Mutant:
    return Mutant(name, likely, handle=_written(path, change))


JSON_FORMS = (
    _json("a byte order mark", lambda body: b"\xef\xbb\xbf" + body),
    _json("a mark on recordInfo alone", lambda body: b"\xef\xbb\xbf" + body, RECORD, "recordInfo"),
    _json("UTF-16", lambda body: body.decode().encode("utf-16")),
    _json("UTF-16 without a mark", lambda body: body.decode().encode("utf-16-le")),
    _json("UTF-32", lambda body: body.decode().encode("utf-32")),
    _json("latin-1", lambda body: body.replace(b'"success"', '"fertig für heute"'.encode("latin-1"))),
    _json("the code twice", _with('"code":500,')),
    _json("the taskId twice", _other('"taskId":', '"taskId":"","taskId":')),
    _json("an unknown key twice", _with('"x":1,"x":1,')),
    _json("NaN in an answer", _with('"took":NaN,')),
    _json("-Infinity in an answer", _with('"took":-Infinity,')),
    _json("a number beyond all", _with('"took":1e999,')),
    _json("half a character", _other('"msg":"success"', '"msg":"success \\ud83c"')),
    _json("a comment in the JSON", lambda body: body + b"// done"),
    _json("single quotes", lambda body: body.replace(b'"', b"'")),
    _json("a comma too many", lambda body: body[:-1] + b",}"),
    _json("two answers in one", lambda body: body + body),
    _json("a guard before the JSON", lambda body: b")]}',\n" + body),
    _json("JSON in a text", lambda body: json.dumps(body.decode()).encode()),
    _json("a bare line end in a text", _other('"msg":"success"', '"msg":"suc\ncess"')),
    _json("a refusal with a mark", lambda body: b"\xef\xbb\xbf" + body, "*", "api::key"),
    Mutant("code 200.0", "code-200", handle=_written(CREATE, _other('"code":200', '"code":200.0'))),
    Mutant("createTime as 1.7E12", "life", handle=on_data(_numbers("createTime"), "waiting", "success")),
    Mutant("costTime 6.0", "life", handle=on_data(_numbers("costTime"), "success", "fail")),
    Mutant("successFlag 1.0", "life", handle=on_data(_numbers("successFlag"), "success")),
    Mutant("a key twice in resultJson", "life", handle=_in_texts("resultJson", '"resultUrls":[],', "success")),
    Mutant("NaN in resultJson", "life", handle=_in_texts("resultJson", '"seed":NaN,', "success")),
    Mutant("a key twice in param", "life", handle=_in_texts("param", '"model":"",', "waiting")),
    Mutant("a callback with a mark", "callback", outgoing=_of_callback(lambda body: b"\xef\xbb\xbf" + body)),
    Mutant("a callback in UTF-16", "callback", outgoing=_of_callback(lambda body: body.decode().encode("utf-16"))),
    Mutant("a callback with the code twice", "callback", outgoing=_of_callback(_with('"code":500,'))),
    Mutant("a callback with code 200.0", "callback", outgoing=_of_callback(_other('"code":200', '"code":200.0'))),
)
KEYS_SHOWN = (
    Mutant("the key in msg", "code-422", handle=_shown("body", str)),
    Mutant("the key in capitals", "code-422", handle=_shown("body", str.upper)),
    Mutant("the key reversed", "code-422", handle=_shown("body", lambda key: key[::-1])),
    Mutant("most of the key", "code-422", handle=_shown("body", lambda key: key[: len(key) * 4 // 5])),
    Mutant("the key in base64", "code-422", handle=_shown("body", lambda key: base64.b64encode(key.encode()).decode())),
    Mutant("the key in hex", "code-422", handle=_shown("body", lambda key: key.encode().hex())),
    Mutant(
        "the key percent-encoded",
        "code-422",
        handle=_shown("body", lambda key: "".join(f"%{ord(one):02X}" for one in key)),
    ),
    Mutant(
        "the key in JSON escapes",
        "code-422",
        handle=_shown("body", lambda key: "".join(f"\\u{ord(one):04x}" for one in key)),
    ),
    Mutant("the key in a header", "code-200", handle=_shown("X-Account", str)),
    Mutant("the key in a cookie", "code-200", handle=_shown("Set-Cookie", lambda key: f"session={quote(key)}; Path=/")),
    Mutant(
        "the key as a basic login",
        "code-200",
        handle=_shown("X-Upstream-Auth", lambda key: "Basic " + base64.b64encode(f"user:{key}".encode()).decode()),
    ),
    Mutant(
        "the key in a record",
        "life",
        handle=lambda door, request, service: on_answer(
            RECORD,
            lambda body: (body["data"] or {}).update(account=request.headers.get("authorization", "")),
        )(door, request, service),
    ),
)
