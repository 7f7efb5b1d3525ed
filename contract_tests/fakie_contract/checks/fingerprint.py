"""Whether two values say the same, however they are encoded."""

import json
from typing import Any

from fakie_contract.http.json_values import NOT_JSON, TOO_DEEP, as_json

_DEEPEST = 4
# What a text begins with that may be JSON.
_JSON = frozenset('{["-0123456789tfn')


def fingerprint(value: Any) -> int:
    """Return a value's hash: 5 and "5" are one, and JSON and a string of it; the query that signs a URL is no part."""
    plain = _plain(value)
    # Keys come back in another order.
    text = json.dumps(plain, sort_keys=True) if isinstance(plain, dict | list) else " ".join(str(plain).split())
    return hash("".join(part.partition("?")[0] if part.startswith("http") else part for part in text.split('"')))


def same(one: Any, other: Any) -> bool:
    """Tell whether two values say the same."""
    return one == other or fingerprint(one) == fingerprint(other)


def same_twice(one: Any, other: Any) -> bool:
    """Tell whether two values say the same in the same encoding: what is JSON in a text in one is so in the other."""
    return one == other or (fingerprint(one) == fingerprint(other) and _encoded_alike(one, other))


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


def _plain(value: Any, depth: int = 0) -> Any:
    if depth > _DEEPEST:
        return value
    if isinstance(value, str):
        parsed = as_json(value) if value[:1] in _JSON else NOT_JSON
        return value if parsed is NOT_JSON or parsed is TOO_DEEP or parsed == value else _plain(parsed, depth + 1)
    if isinstance(value, dict):
        return {key: _plain(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner, depth + 1) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
