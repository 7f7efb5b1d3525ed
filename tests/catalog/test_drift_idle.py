"""Schemas that anything fits, within a keyword: one that comes or goes is no change, unless something counts on it."""

from typing import Any

import pytest

from support.drift_contracts import contract, found

IDLE: tuple[dict[str, Any], ...] = (
    {"allOf": [{}, True]},
    {"anyOf": [True, {"type": "string"}]},
    {"not": False},
    {"if": {"required": ["a"]}},
    {"if": {"required": ["a"]}, "then": {}, "else": True},
    {"propertyNames": True},
    {"patternProperties": {"^x": {}}},
    {"dependentSchemas": {"a": {}}},
    {"prefixItems": []},
)


@pytest.mark.parametrize("idle", IDLE, ids=str)
def test_what_anything_fits_is_the_same_as_nothing(idle: dict[str, Any]) -> None:
    """Whether a page writes it or leaves it out."""
    one, other = contract(idle), contract({})
    assert (found(one, other), found(other, one)) == ([], [])


@pytest.mark.parametrize(
    ("describing", "counting"),
    [
        ({"patternProperties": {"^x": {}}}, {"additionalProperties": False}),
        ({"if": {"properties": {"a": {"const": 1}}}}, {"unevaluatedProperties": False}),
    ],
)
def test_what_describes_stays_where_the_rest_is_refused(describing: dict[str, Any], counting: dict[str, Any]) -> None:
    """Without it more is refused."""
    one, other = contract({**counting, **describing}), contract(counting)
    assert ("breaking", "input.f") in {(severity, place) for severity, place, _ in found(one, other)}
