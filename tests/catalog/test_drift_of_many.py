"""Contracts with thousands of values, branches or rules: each is found at once, and held against few others."""

from collections.abc import Callable
from typing import Any

import pytest

from support.counting import Comparisons
from support.drift_contracts import contract, found

MANY = 400
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
    made = Comparisons()
    old, new = (contract(shape([made.text(f"v{start + number}") for number in range(MANY)])) for start in (0, 1))
    assert found(old, new)
    assert made.count < 40 * MANY


def test_of_many_values_that_are_lost_some_are_named_and_the_rest_counted() -> None:
    """A table with a cell of thousands of values tells nobody anything."""
    values = [f"v{number}" for number in range(120)]
    ((severity, place, what),) = found(contract({"enum": ["x", *values]}), contract({"enum": ["x"]}))
    assert (severity, place) == ("breaking", "input.f")
    assert what == f"enum lost {', '.join(values[:50])} and 70 more"
