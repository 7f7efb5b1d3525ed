"""Texts read as JSON, in bounds: what cannot be read is a value of its own."""

import json
from typing import Any

NOT_JSON = object()
TOO_DEEP = object()
_MOST_DIGITS = 1000


def loads(text: bytes | str) -> Any:
    """Return JSON data, integers of any length included; raises ValueError or RecursionError for anything else."""
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        raise
    except ValueError:
        # A number of more digits than Python takes for an integer is JSON all the same.
        return json.loads(text, parse_int=_any_integer)


def as_json(body: bytes | str | None) -> Any:
    """Return a body as JSON data; NOT_JSON or TOO_DEEP when it cannot be read, None when there is no body."""
    if body is None:
        return None
    try:
        return loads(body)
    except ValueError:
        return NOT_JSON
    except RecursionError:
        return TOO_DEEP


def json_or(default: Any, body: bytes | str | None) -> Any:
    """Return a body as JSON data, or `default` when there is none or it cannot be read, for whatever reason."""
    value = as_json(body or b"")
    return default if value is NOT_JSON or value is TOO_DEEP else value


def _any_integer(text: str) -> int | float:
    """Return an integer; one of more digits than Python takes is infinite."""
    return int(text) if len(text) <= _MOST_DIGITS else float(text)
