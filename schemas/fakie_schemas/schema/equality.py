"""Equality and numbers of JSON, which are not Python's: it takes true for 1."""

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, TypeGuard


def is_number(value: object) -> TypeGuard[int | float]:
    """Tell whether a value is a JSON number."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def same_json(one: Any, other: Any) -> bool:
    """Tell whether two values are the same as JSON, at any depth: true is not 1, and 1.0 is."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_json, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_json(one[key], other[key]) for key in one)
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def json_key(value: Any) -> Hashable:
    """Return what values that are the same as JSON share, and no others, so that one is found among many at once."""
    if isinstance(value, list):
        return (list, *map(json_key, value))
    if isinstance(value, Mapping):
        return dict, frozenset((name, json_key(part)) for name, part in value.items())
    return isinstance(value, bool), value


def distinct(values: Iterable[Any]) -> list[Any]:
    """Return values once each, in their order: of those that are the same as JSON, the first."""
    first: dict[Hashable, Any] = {}
    for value in values:
        first.setdefault(json_key(value), value)
    return [*first.values()]
