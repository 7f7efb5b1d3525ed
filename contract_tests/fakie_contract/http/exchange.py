"""One request and its answer, and the request as a curl line without its key."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from msgspec import Struct

from fakie_contract.http.json_values import NOT_JSON, json_or
from fakie_schemas.schema.pointers import escaped
from fakie_schemas.shortening import cut

_SHOWN = 300
_CURL_BODY = 8_000
_DEEPEST = 6
_MOST_FIELDS = 100


@dataclass(frozen=True)
class SentRequest:
    """A request as it was sent: `path` with its query, header names as sent."""

    method: str
    path: str
    # The key stands in them: not in any repr, and so not in any traceback.
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    body: bytes | None = None


class Answer(Struct, frozen=True, dict=True):
    """An answer: header names in lower case; `seconds` from the first byte sent to the last one read, which was `at`.

    That moment is seconds since the epoch.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float = 0.0
    cut: bool = False
    at: float = 0.0

    @cached_property
    def json(self) -> Any:
        """The body as JSON data, or NOT_JSON."""
        return json_or(NOT_JSON, self.body)

    @property
    def code(self) -> Any:
        """The body's `code`, whatever its type; None when there is none."""
        return self.json.get("code") if isinstance(self.json, dict) else None

    @property
    def data(self) -> Any:
        """The body's `data`; None when there is none."""
        return self.json.get("data") if isinstance(self.json, dict) else None

    def shown(self, limit: int = _SHOWN) -> str:
        """Return status and the start of the body, on one line."""
        text = printable(" ".join(self.body.decode("utf-8", "replace").split()))
        return f"HTTP {self.status} {cut(text, limit) or '(empty body)'}"

    def fields(self) -> Iterator[str]:
        """Return each field of the body as JSON pointer and type, such as `/data/costTime integer`; items as `*`."""
        return _fields(self.json, "")


@dataclass(frozen=True)
class LiveExchange:
    """A request to a target and its answer."""

    base: str
    request: SentRequest
    answer: Answer
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    @cached_property
    def sent(self) -> Any:
        """The request's body as JSON data, or NOT_JSON."""
        return json_or(NOT_JSON, self.request.body)

    def curl(self) -> str:
        """Write the request as a curl line that reproduces it."""
        return curl_line(self.base, self.request, self.secrets)


def curl_line(base: str, request: SentRequest, secrets: Mapping[str, str]) -> str:
    """Write a request as a curl line in which each secret is the shell variable that it may be shown as."""
    parts = ["curl -sS", *([] if request.method == "GET" else [f"-X {request.method}"])]
    parts.append(_expanding(shlex.quote(redact(base + request.path, secrets)), "'", secrets))
    # Double quotes, so that the shell puts the variable's value where the key was.
    parts += [f'-H "{name}: {redact(_in_double_quotes(value), secrets)}"' for name, value in request.headers]
    if request.body is not None:
        parts.append(f"--data-binary {_quoted_body(request.body, secrets)}")
    return " ".join(parts)


def _expanding(quoted: str, opening: str, secrets: Mapping[str, str]) -> str:
    """Take the names of secrets out of a word's single quotes, in which the shell would leave them as they are."""
    if not secrets:
        return quoted
    names = "|".join(re.escape(name) for name in sorted(secrets.values(), key=len, reverse=True))
    return re.sub(names, lambda name: f'\'"{name[0]}"{opening}', quoted)


def redact(text: str, secrets: Mapping[str, str]) -> str:
    """Replace each secret by the name under which it may be shown; of two, one in the other, the longer one first."""
    for secret, name in sorted(secrets.items(), key=lambda one: len(one[0]), reverse=True):
        text = text.replace(secret, name)
    return text


def printable(text: str) -> str:
    """Escape what a terminal would obey or hide: control characters and bidirectional marks, not line ends."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() or one == "\n" else repr(one)[1:-1] for one in text)


def shown(value: object, limit: int = _SHOWN) -> str:
    """Write a value as JSON on one line, shortened."""
    return cut(printable(json.dumps(value, ensure_ascii=False, default=str)), limit)


_TYPES: Mapping[type, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    type(None): "null",
    list: "array",
    dict: "object",
}


def _fields(value: Any, pointer: str) -> Iterator[str]:
    if value is NOT_JSON or pointer.count("/") > _DEEPEST:
        return
    if pointer:
        yield f"{pointer} {_TYPES[type(value)]}"
    if isinstance(value, dict):
        for name, inner in list(value.items())[:_MOST_FIELDS]:
            yield from _fields(inner, f"{pointer}/{escaped(cut(name, 80))}")
    elif isinstance(value, list):
        for inner in value[:3]:
            yield from _fields(inner, f"{pointer}/*")


def _in_double_quotes(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`")


def _quoted_body(body: bytes, secrets: Mapping[str, str]) -> str:
    size = len(body)
    body = redact(body.decode("utf-8", "surrogateescape"), secrets).encode("utf-8", "surrogateescape")
    if size > _CURL_BODY:
        return _expanding(shlex.quote(body[:200].decode("utf-8", "replace")), "'", secrets) + f"… # {size} bytes in all"
    try:
        text = body.decode()
    except UnicodeDecodeError:
        text = ""
    if text.isprintable() and (text or not body):
        return _expanding(shlex.quote(text), "'", secrets)
    escaped = "".join(f"\\x{byte:02x}" if not 32 <= byte < 127 or byte in b"'\\" else chr(byte) for byte in body)
    return _expanding(f"$'{escaped}'", "$'", secrets)
