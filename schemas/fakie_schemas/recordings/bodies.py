"""Bodies as they stand in a recording: JSON as itself, other text as text, the rest as base64."""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from json import dumps
from typing import Any

from fakie_schemas.strict_json import StrictJson

# A few bytes become an object of a hundred: no exchange with the API comes near, and what has more is read as text.
_MOST_VALUES = 100_000
_STRICT = StrictJson(most_values=_MOST_VALUES)
_SEARCHED = StrictJson(finite=False, most_values=_MOST_VALUES)


def json_value(body: bytes | None) -> Any:
    """Parse a body that is strict JSON; None for anything else, and for `null`."""
    return _value(body, _STRICT)


def searched_value(body: bytes | None) -> Any:
    """Parse a body to look for secrets in it: numbers that JSON has not keep none of its names from being seen."""
    return _value(body, _SEARCHED)


def _value(body: bytes | None, reader: StrictJson) -> Any:
    if not body:
        return None
    try:
        return reader.read(body)
    except (ValueError, RecursionError):
        return None


def compact(value: Any) -> bytes:
    """Write JSON as the wire has it."""
    try:
        return dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:
        # Half of a surrogate pair, which only an escape can carry.
        return dumps(value, separators=(",", ":")).encode()


def shown_body(body: bytes | None, limit: int) -> tuple[dict[str, Any], bool]:
    """Return the keys that a body gets in a recording, and whether only its first `limit` bytes are kept."""
    if not body:
        return {}, False
    if len(body) > limit:
        return _plain(body[:limit], cut=True), True
    value = json_value(body)
    return (_plain(body), False) if value is None else ({"body": value}, False)


def body_bytes(part: Mapping[str, Any]) -> bytes | None:
    """Read a body from a recording; raises ValueError when it cannot be one."""
    if part.get("body") is not None:
        try:
            return compact(part["body"])
        except RecursionError:
            raise ValueError("its body is nested too deep") from None
    if "text" in part:
        return str(part["text"]).encode("utf-8", "surrogatepass")
    return b64decode(part["base64"], validate=True) if "base64" in part else None


def _plain(body: bytes, *, cut: bool = False) -> dict[str, Any]:
    for end in range(len(body), len(body) - (4 if cut else 1), -1):
        # A character that the cut went through takes at most three bytes with it.
        try:
            return {"text": body[:end].decode()}
        except UnicodeDecodeError:
            continue
    return {"base64": b64encode(body).decode()}
