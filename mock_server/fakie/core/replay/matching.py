"""Which recorded exchange a request asks for again, and why another is not it."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from msgspec import Struct

from fakie_schemas.families.family import endpoints
from fakie_schemas.recordings.bodies import json_value
from fakie_schemas.recordings.exchange import RecordedExchange
from fakie_schemas.recordings.multipart import boundary_of
from fakie_schemas.recordings.redaction import redacted
from fakie_schemas.shortening import short

_SHOWN = 80


class RequestKey(Struct, frozen=True):
    """A request without the parts that differ from day to day: keys, callback, signatures, files."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: str

    @classmethod
    def of(cls, exchange: RecordedExchange) -> "RequestKey":
        """Read the question of an exchange, as it is recorded or about to be answered."""
        safe = redacted(exchange)
        parts = urlsplit(safe.url)
        path = "/" + unquote(parts.path).lstrip("/")
        query = tuple(sorted(parse_qsl(parts.query, keep_blank_values=True)))
        return cls(safe.method, path, query, _body(path, safe.request_body, safe.request_headers))

    def difference(self, other: "RequestKey") -> str:
        """Say, as briefly as it can be said, why the `other` question, a recorded one, is another."""
        if self.method != other.method:
            return f"its method is {other.method}"
        if self.path != other.path:
            return f"its path is {other.path[:_SHOWN]}"
        if self.query != other.query:
            return _apart("query", dict(self.query), dict(other.query))
        return _apart("body", _data(self.body), _data(other.body))

    def similarity(self, other: "RequestKey") -> tuple[bool, bool, int]:
        """Return how near the `other` question comes: same path, same method, number of equal values."""
        mine, theirs = _flat(self._data()), _flat(other._data())
        same = sum(1 for name, value in mine.items() if theirs.get(name) == value)
        return self.path == other.path, self.method == other.method, same

    def _data(self) -> Any:
        return {"query": dict(self.query), "body": _data(self.body)}


def _body(path: str, body: bytes | None, headers: Mapping[str, str]) -> str:
    value = json_value(body)
    if value is not None:
        if isinstance(value, dict):
            value = {name: inner for name, inner in value.items() if name != _hooks().get(path)}
        return json.dumps(value, sort_keys=True)
    boundary = boundary_of(headers.get("content-type", ""))
    plain = body or b""
    # A client makes up a new one each time.
    return (plain.replace(boundary, b"boundary") if boundary else plain).decode("latin-1")


@cache
def _hooks() -> Mapping[str, str]:
    """Return the field with the callback's URL of each path whose requests make tasks."""
    return {one.path: one.callback for one in endpoints().values() if one.job and one.method == "POST"}


def _data(body: str) -> Any:
    value = json_value(body.encode())
    return body if value is None else value


def _apart(what: str, asked: Any, recorded: Any) -> str:
    mine, theirs = _flat(asked), _flat(recorded)
    for name in sorted(mine.keys() | theirs.keys()):
        if mine.get(name) != theirs.get(name):
            place = ".".join(part for part in (what, name) if part)
            return f"{place} is {_shown(theirs.get(name))} there, {_shown(mine.get(name))} here"
    return f"its {what} differs"


def _flat(value: Any, name: str = "") -> dict[str, str]:
    """Return every leaf of JSON data as text, by its dotted place; an empty body has none."""
    if value == "" and not name:
        return {}
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if not inner:
        return {name: json.dumps(value, ensure_ascii=False)}
    found: dict[str, str] = {}
    for key, one in inner:
        found |= _flat(one, f"{name}.{key}" if name else str(key))
    return found


def _shown(text: str | None) -> str:
    return "absent" if text is None else short(text, _SHOWN)
