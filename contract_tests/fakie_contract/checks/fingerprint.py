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
