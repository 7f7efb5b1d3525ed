"""Contracts with thousands of values, branches or rules: each is found at once, and held against few others."""

from collections.abc import Callable
from typing import Any

import pytest

from support.drift_contracts import contract, found

MANY = 400


def counting(told: list[None]) -> Callable[[int], str]:
    """Return what makes texts that tell each time they are compared."""

    class Text(str):
        __slots__ = ()
        __hash__ = str.__hash__

        def __eq__(self, other: object) -> bool:
            told.append(None)
            return str.__eq__(self, other)

        def __ne__(self, other: object) -> bool:
            return not self == other

    return lambda number: Text(f"v{number}")


SHAPES: dict[str, Callable[[list[str]], dict[str, Any]]] = {
    "listed": lambda values: {"enum": values},
    "media types": lambda values: {"x-media-types": values},
    "constants": lambda values: {"oneOf": [{"const": value} for value in values]},
    "kinds": lambda values: {
        "oneOf": [{"type": "object", "required": ["k"], "properties": {"k": {"const": value}}} for value in values]
    },
    "conditions": lambda values: {"allOf": [{"if": {"const": value}, "then": {"maxLength": 5}} for value in values]},
    "any": lambda values: {"anyOf": [{"pattern": value} for value in values]},
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_each_of_many_values_is_compared_with_few(shape: Callable[[list[str]], dict[str, Any]]) -> None:
    """Whatever the values are within: with all others, two long lists would never end."""
    told: list[None] = []
    make = counting(told)
    old, new = (contract(shape([make(start + number) for number in range(MANY)])) for start in (0, 1))
    assert found(old, new)
    assert len(told) < 40 * MANY
