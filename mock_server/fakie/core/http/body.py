"""Reading a request's body: bounded, complete, strict JSON; and, once it was kept, whatever it is."""

from collections.abc import Callable
from json import loads
from typing import Any

from fakie.core.http.messages import Request
from fakie.core.situations import Refused
from fakie_schemas.strict_json import StrictJson, TooManyValuesError

A_JOB = 'an object such as {"model": "elevenlabs/audio-isolation", "input": {}}'

# A few bytes become an object of a hundred: so many values are made in under a second, within a hundred megabytes.
_MOST_VALUES = 500_000
_STRICT = StrictJson(whole=True, most_digits=100, most_values=_MOST_VALUES)


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
    if request.headers.media_type != "application/json":
        header = request.headers.get("content-type", "")
        raise Refused("content_type_wrong", got=repr(header[:80]) if header else "no such header")


def parse_object(data: bytes, depth: int, expected: Callable[[], str] = lambda: "an object") -> dict[str, Any]:
    """Parse strict JSON (UTF-8, no duplicate keys, finite numbers, at most `depth` levels) into an object.

    Raises Refused for anything else, which says what was `expected`.
    """
    try:
        value = _STRICT.read(data, depth)
    except TooManyValuesError:
        reason = f"the body has more than {_MOST_VALUES} values; expected {expected()}"
        raise Refused("body_malformed", reason=reason) from None
    except UnicodeError as error:
        reason = f"the body is not UTF-8 ({error}); expected {expected()}, as UTF-8 and without compression"
        raise Refused("body_malformed", reason=reason) from error
    except RecursionError:
        raise Refused("body_malformed", reason=f"the body is nested more than {depth} levels deep") from None
    except ValueError as error:
        reason = f"not JSON: {error}" if data.strip() else "empty"
        raise Refused("body_malformed", reason=f"the body is {reason}; expected {expected()}") from error
    if not isinstance(value, dict):
        raise Refused("body_malformed", reason=f"the body is {_kind(value)}; expected {expected()}")
    return value


def object_in(text: str) -> dict[str, Any] | None:
    """Return the JSON object that a text is, however lax; None for any other."""
    try:
        value = loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _kind(value: object) -> str:
    names = {list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def too_large(got: str, limit: int) -> Refused:
    """Return the refusal of a body that is larger than `limit` bytes."""
    return Refused("body_too_large", got=got, rule=f"{limit} bytes")
