"""Strictness of data: no key twice, no NaN and Infinity, which Python reads, and no dates, which TOML has."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any, NoReturn


def parse_strict(text: str) -> Any:
    """Return the value of a JSON text; raises ValueError for what is none, or RecursionError where it is too deep."""
    return json.loads(text, object_pairs_hook=unique_keys, parse_constant=no_constant)


def unique_keys(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object's members (`object_pairs_hook`); raises ValueError when a key occurs twice."""
    unique = dict(pairs)
    if len(unique) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        raise ValueError(f"the key {twice[:40]!r} occurs twice in one object")
    return unique


def no_constant(name: str) -> NoReturn:
    """Raise ValueError (`parse_constant`): NaN and Infinity are no numbers of JSON."""
    raise ValueError(f"{name} is not a JSON number")


def foreign_values(value: Any, place: str = "") -> Iterator[str]:
    """Yield the place and kind of each value within data that JSON has not, such as `steps[0].from: a date`."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from foreign_values(inner, f"{place}.{name}" if place else str(name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from foreign_values(inner, f"{place}[{number}]")
    elif isinstance(value, float) and not isfinite(value):
        yield f"{place}: {value}, which is no finite number"
    elif not isinstance(value, str | int | float | None):
        yield f"{place}: a {type(value).__name__}, {value}"
