"""Whether two values say the same, however they are encoded."""

import json
from typing import Any

from fakie_contract.http.json_values import NOT_JSON, TOO_DEEP, as_json

# How deep texts are read as JSON, and how deep URLs are looked for.
_DEEPEST, _MOST_NESTED = 4, 50
# What a text begins with that may be JSON.
_JSON = frozenset('{["-0123456789tfn')


def fingerprint(value: Any, *, signed: bool = True) -> int:
    """Return a value's hash: 5 and "5" are one, and JSON and a string of it.

    Where URLs may be `signed` anew each time, their queries are no part; what was sent comes back with the same ones.
    """
    return hash(json.dumps(_plain(value, signed=signed), sort_keys=True))


def same(one: Any, other: Any) -> bool:
    """Tell whether two values say the same."""
    return one == other or fingerprint(one) == fingerprint(other)


def same_twice(one: Any, other: Any, *, signed: bool = True) -> bool:
    """Tell whether two values say the same in the same encoding: what is JSON in a text in one is so in the other."""
    if one == other:
        return True
    return fingerprint(one, signed=signed) == fingerprint(other, signed=signed) and _encoded_alike(one, other)


def _encoded_alike(one: Any, other: Any, depth: int = 0) -> bool:
    if depth > _DEEPEST:
        # From there on fingerprints tell encodings apart.
        return True
    if isinstance(one, dict) and isinstance(other, dict):
        return all(_encoded_alike(value, other[name], depth + 1) for name, value in one.items() if name in other)
    if isinstance(one, list) and isinstance(other, list):
        return all(_encoded_alike(*both, depth + 1) for both in zip(one, other, strict=False))
    if isinstance(one, str) and isinstance(other, str):
        read = [as_json(text) if text[:1] in _JSON else NOT_JSON for text in (one, other)]
        is_json = any(isinstance(inner, dict | list | str) for inner in read)
        return not is_json or _encoded_alike(read[0], read[1], depth + 1)
    return _kind(one) is _kind(other)


def _kind(value: Any) -> type:
    """Return the type of a value of JSON, of which 1 and 1.0 are one."""
    return float if type(value) is int else type(value)


def _plain(value: Any, depth: int = 0, *, signed: bool) -> Any:
    if isinstance(value, str):
        read = _read(value) if depth <= _DEEPEST else value
        if read is not value:
            return _plain(read, depth + 1, signed=signed)
        return value.partition("?")[0] if signed and value.startswith("http") else value
    if isinstance(value, dict | list) and depth > _MOST_NESTED:
        return value
    if isinstance(value, dict):
        return {key: _plain(inner, depth + 1, signed=signed) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner, depth + 1, signed=signed) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _read(text: str) -> Any:
    """Return the JSON that a text is, else the text; blanks around a number or a word make it another text."""
    read = as_json(text) if text[:1] in _JSON else NOT_JSON
    if read is NOT_JSON or read is TOO_DEEP or not (isinstance(read, dict | list) or text[-1:].strip()):
        return text
    return read
