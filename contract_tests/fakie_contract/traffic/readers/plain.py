"""The many spellings of recorders brought into one: headers, statuses, times, queries."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from fakie_schemas.schema.equality import is_number

_STATUS = re.compile(r"(?:HTTP/\S+ )?([1-9]\d\d)\b")
# What a status is called, by itself or within an object.
_STATUSES = ("status", "status_code", "statusCode", "code")
_COOKIES = "set-cookie"
_MILLISECONDS = 100_000_000_000
# How mocks write what a value must be; the recorded value stands under it.
_MATCHERS = ("equalTo", "exactMatch", "value", "equalToJson", "contains", "matches", "values")


def mapping(value: Any, key: str | None = None) -> Mapping[str, Any]:
    """Return a value, or what it has under a key, as a mapping; empty when it is none."""
    inner = value if key is None else value.get(key) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else {}


def listed(value: Any) -> list[Any]:
    """Return a value that is a list, else an empty list."""
    return value if isinstance(value, list) else []


def text(value: Any) -> str:
    """Return a text as it is, bytes as text; anything else is an empty one."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else ""


def status_of(*places: Any) -> int:
    """Return the first HTTP status of some places: a number, a text such as `200 OK`, an object or a list with it."""
    for found in places:
        one = next((found[key] for key in _STATUSES if key in found), None) if isinstance(found, dict) else found
        one = one[0] if isinstance(one, list) and one else one
        if is_number(one) and one > 0:
            return int(one)
        match = _STATUS.match(text(one).strip())
        if match:
            return int(match[1])
    return 0


def answered_status(response: Mapping[str, Any], headers: Mapping[str, str]) -> int:
    """Return the HTTP status of an answer, whatever it is called; HTTP/2 has it among the headers."""
    return status_of(*(response.get(key) for key in _STATUSES), headers.get(":status"))


def headers_of(found: Any) -> dict[str, str]:
    """Return headers by their names in lower case: of a mapping, of a list of objects or pairs, of a flat list.

    Of several with one name all are kept, cookies that are set a line each; what is only said twice is said once.
    """
    every: dict[str, dict[str, None]] = {}
    for name, value in _pairs(found):
        if isinstance(name, str | bytes):
            every.setdefault(text(name).lower(), {})[value_of(value)] = None
    return {name: ("\n" if name == _COOKIES else ", ").join(values) for name, values in every.items()}


def value_of(found: Any) -> str:
    """Return a value as text: of a list all, joined; of what a mock must match, the value that was recorded."""
    if isinstance(found, list):
        return ", ".join(map(value_of, found))
    if isinstance(found, dict):
        return next((value_of(found[key]) for key in _MATCHERS if key in found), "")
    if isinstance(found, bytes):
        return text(found)
    return "" if found is None else str(found)


def _pairs(found: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(found, dict):
        yield from found.items()
    every = listed(found)
    if every and all(isinstance(one, str) for one in every):
        yield from zip(every[::2], every[1::2], strict=False)
        return
    for one in every:
        if isinstance(one, dict) and one.get("disabled") is not True:
            yield one.get("name", one.get("key")), one.get("value")
        elif isinstance(one, list) and len(one) > 1:
            yield one[0], one[1]


def with_query(url: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return a URL with the parameters that a recorder keeps apart and that it does not have itself."""
    try:
        parts = urlsplit(url)
        own = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    except ValueError:
        return url
    more = urlencode([(name, value) for name, value in pairs if name and name not in own])
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, more))))) if more else url


def iso_time(found: Any) -> str:
    """Return a time as ISO 8601: of a date, of Unix seconds or milliseconds; a text as it is, and else an empty one."""
    if isinstance(found, date):
        return found.isoformat()
    if is_number(found):
        try:
            return datetime.fromtimestamp(found / 1000 if found >= _MILLISECONDS else found, UTC).isoformat()
        except (ValueError, OverflowError, OSError):
            return ""
    return text(found).strip()
