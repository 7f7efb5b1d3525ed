"""Fractions of what pages call a number: sent to be accepted only where something shows that they are meant."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import pytest

from fakie_contract.cases.body.valid import valid
from fakie_contract.cases.body.variants import variants
from fakie_schemas.validator import holds


def accepted(schema: Mapping[str, Any]) -> list[Any]:
    """Return the numbers that are sent to be accepted, by rules and by choices."""
    by_rules = [one.value for one in variants(schema) if one.situation is None]
    return by_rules + [valid(schema, partial(quarters, part)) for part in range(5)]


def quarters(part: int, count: int) -> int:
    return part * (count - 1) // 4


def is_fraction(value: Any) -> bool:
    return isinstance(value, float) and not value.is_integer()


@pytest.mark.parametrize(
    "limits",
    [
        {},
        {"examples": [0]},
        {"minimum": 10_000, "maximum": 1_000_000},
        {"minimum": 4, "maximum": 12, "default": 8.0},
        {"exclusiveMinimum": 0, "exclusiveMaximum": 60},
    ],
)
def test_a_number_that_is_shown_as_a_whole_one_is_sent_as_one(limits: Mapping[str, Any]) -> None:
    """A seed or seconds: the page says number, and a target that takes whole ones alone is not blamed."""
    sent = accepted({"type": "number", **limits})
    assert [value for value in sent if is_fraction(value)] == []
    assert len({value for value in sent if type(value) is int}) > 1


@pytest.mark.parametrize(
    "limits",
    [
        {"examples": [7.5]},
        {"default": 0.5},
        {"minimum": 0.1, "maximum": 15},
        {"minimum": 0, "maximum": 2},
        {"exclusiveMinimum": 0, "exclusiveMaximum": 1},
        {"minimum": 0, "maximum": 20, "multipleOf": 0.1},
    ],
)
def test_a_number_that_is_shown_with_a_fraction_is_sent_with_one(limits: Mapping[str, Any]) -> None:
    """By the page's own values, its step, or a range with next to no whole number in it."""
    assert any(map(is_fraction, accepted({"type": "number", **limits})))


def test_a_number_beyond_its_limit_is_as_near_as_a_fraction_comes() -> None:
    """Whatever it is meant as, that is too much."""
    beyond = [one.value for one in variants({"type": "number", "minimum": 4, "maximum": 12}) if one.situation]
    assert {3.99, 12.01} <= {value for value in beyond if isinstance(value, float)}


@pytest.mark.parametrize(
    "limits",
    [
        {"minimum": 0.5, "maximum": 0.9},
        {"exclusiveMinimum": 0, "exclusiveMaximum": 1},
        {"exclusiveMinimum": -5, "exclusiveMaximum": -3},
        {"exclusiveMinimum": 1.5, "exclusiveMaximum": 2},
        {"minimum": 5, "maximum": 5},
        {"exclusiveMinimum": 0.5},
        {"exclusiveMaximum": -0.5},
    ],
)
def test_what_is_sent_to_be_accepted_is_within_the_limits(limits: Mapping[str, Any]) -> None:
    """However narrow they are, and whether they are in themselves accepted or not."""
    schema = {"type": "number", **limits}
    assert [value for value in accepted(schema) if not holds(schema, value)] == []


@pytest.mark.parametrize("limits", [{"minimum": 5, "maximum": 5}, {"minimum": 0, "maximum": 1}])
def test_an_integer_is_refused_with_a_fraction(limits: Mapping[str, Any]) -> None:
    """Though its limits leave room for none."""
    refused = [one.value for one in variants({"type": "integer", **limits}) if one.situation]
    assert any(map(is_fraction, refused))
