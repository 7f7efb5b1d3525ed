"""Reading a request's body: bounded, complete, strict JSON."""

import json
import re
from collections.abc import Sequence
from typing import Any

from fakie.core.http.messages import Request
from fakie.core.situations import Refused
from fakie_schemas.strict_json import no_constant, unique_keys

_EXPECTED = 'expected an object such as {"model": "elevenlabs/audio-isolation", "input": {}}'

# A few bytes become an object of a hundred: so many values are made in under a second, within a hundred megabytes.
_MOST_VALUES = 500_000
# Without a way back, so that what is never closed is read once; it ends with the body.
_TEXT = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)


def read_body(request: Request, limit: int) -> bytes:
    """Read the whole body, at most `limit` bytes; raises Refused for a larger or a broken-off one, unread."""
    if request.length is not None and request.length > limit:
        raise too_large(f"{request.length} bytes", limit)
    wanted = limit + 1 if request.length is None else request.length
    try:
        data = request.body.read(wanted) if wanted else b""
    except (OSError, ValueError) as error:
        raise Refused("body_malformed", reason=f"the body broke off ({error})") from error
    if len(data) > limit:
        raise too_large(f"more than {limit} bytes", limit)
    if request.length is not None and len(data) < request.length:
        reason = f"the body broke off: {request.length} bytes were announced, {len(data)} came"
        raise Refused("body_malformed", reason=reason)
    return data


def require_json_type(request: Request) -> None:
    """Raise Refused unless the Content-Type header says application/json."""
    header = request.headers.get("content-type", "")
    if header.partition(";")[0].strip().lower() != "application/json":
        raise Refused("content_type_wrong", got=repr(header[:80]) if header else "no such header")


def parse_object(data: bytes, depth: int) -> dict[str, Any]:
    """Parse strict JSON (UTF-8, no duplicate keys, finite numbers, at most `depth` levels) into an object."""
    if len(data) > _MOST_VALUES and _has_more_values(data):
        raise Refused("body_malformed", reason=f"the body has more than {_MOST_VALUES} values; {_EXPECTED}")
    try:
        value = _decoded(data.decode())
    except UnicodeError as error:
        raise Refused("body_malformed", reason=f"the body is not UTF-8 ({error})") from error
    except RecursionError:
        raise _too_deep(depth) from None
    except ValueError as error:
        reason = f"not JSON: {error}" if data.strip() else "empty"
        raise Refused("body_malformed", reason=f"the body is {reason}; {_EXPECTED}") from error
    if not isinstance(value, dict):
        raise Refused("body_malformed", reason=f"the body is {_kind(value)}; {_EXPECTED}")
    # With few brackets it cannot be deep.
    if data.count(b"{") + data.count(b"[") >= depth and _deeper_than(value, depth):
        raise _too_deep(depth)
    return value


def _decoded(text: str) -> Any:
    value = _whole(text)
    if "\\u" in text:
        # Half a character, which only an escape can write.
        json.dumps(value, ensure_ascii=False).encode()
    return value


def _whole(text: str) -> Any:
    if text.startswith("{"):
        # Without a look for blanks around it, which are rare; what has some, or is no JSON, is read anew.
        try:
            value, end = _STRICT.raw_decode(text)
        except ValueError:
            end = -1
        if end == len(text):
            return value
    if text.startswith("\ufeff"):
        # Refused here, in the standard library's words.
        json.loads(text)
    return _STRICT.decode(text)


def _has_more_values(data: bytes) -> bool:
    """Tell whether a body would become more values than are taken, without making one of them."""
    if _signs(data) <= _MOST_VALUES:
        return False
    # What stands in a text is no value; the text is one itself, or the name of one.
    within = 0
    for number, text in enumerate(_TEXT.finditer(data)):
        if number == _MOST_VALUES:
            return True
        within += _signs(text[0])
    return _signs(data) - within > _MOST_VALUES


def _signs(data: bytes) -> int:
    return data.count(b",") + data.count(b"{") + data.count(b"[")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"the number {text[:20]}… is too large")
    return number


def _bounded(text: str) -> int:
    digits = len(text.removeprefix("-"))
    if digits > 100:
        raise ValueError(f"a number of {digits} digits is too long")
    return int(text)


def _deeper_than(value: object, depth: int) -> bool:
    level: list[object] = [value]
    for _ in range(depth):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return False
    return True


def _children(value: object) -> Sequence[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else ()


def _kind(value: object) -> str:
    names = {list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def _too_deep(depth: int) -> Refused:
    return Refused("body_malformed", reason=f"the body is nested more than {depth} levels deep")


def too_large(got: str, limit: int) -> Refused:
    """Return the refusal of a body that is larger than `limit` bytes."""
    return Refused("body_too_large", got=got, rule=f"{limit} bytes")


# Made once: the standard library's scanner in C, which calls these only for objects, numbers and words that are none.
_STRICT = json.JSONDecoder(
    object_pairs_hook=unique_keys, parse_constant=no_constant, parse_float=_finite, parse_int=_bounded
)
