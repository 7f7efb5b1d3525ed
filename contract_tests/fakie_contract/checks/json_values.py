"""Texts read as JSON, in bounds: what cannot be read is a value of its own."""

import json
from typing import Any

from fakie_contract.http.exchange import NOT_JSON

__all__ = ["NOT_JSON", "TOO_DEEP", "any_integer", "as_json"]

TOO_DEEP = object()
_MOST_DIGITS = 1000


def any_integer(text: str) -> int | float:
    """Read an integer; one of more digits than Python takes is infinite."""
    return int(text) if len(text) <= _MOST_DIGITS else float(text)


def as_json(body: bytes | str | None) -> Any:
    """Read a body as JSON data; NOT_JSON or TOO_DEEP when it cannot be, None when there is no body."""
    if body is None:
        return None
    try:
        return json.loads(body)
    except ValueError as error:
        # A number of more digits than Python takes for an integer is JSON all the same.
        return json.loads(body, parse_int=any_integer) if "digits" in str(error) else NOT_JSON
    except RecursionError:
        return TOO_DEEP
