"""Changes that refuse nothing though they are stated by other keywords, and those beside them that do."""

from typing import Any

import pytest

from fakie_schemas.catalog.drift import compare
from support.drift_contracts import answering, contract

Rule = dict[str, Any]
TEXT, NUMBER = {"type": "string"}, {"type": "number"}
TEXTS = {"type": "array", "items": TEXT}
KIND = {"type": "object", "required": ["k"], "properties": {"k": {"const": "a"}}}
OTHER = {"type": "object", "required": ["k"], "properties": {"k": {"const": "b"}}}
SECONDS, NAMES = {"type": "integer", "enum": [5, 10]}, {"type": "string", "enum": ["5", "10"]}


def severities(old: Rule, new: Rule) -> set[str]:
    return {change.severity for change in compare(contract(old), contract(new))}


@pytest.mark.parametrize(
    ("listed", "limits", "refused"),
    [
        (SECONDS, {"type": "integer", "minimum": 4, "maximum": 15}, {"type": "integer", "minimum": 6}),
        (SECONDS, {"type": "number", "exclusiveMaximum": 11, "multipleOf": 5}, {"type": "number", "multipleOf": 10}),
        (NAMES, {"type": "string", "maxLength": 500}, {"type": "string", "maxLength": 1}),
        (NAMES, NAMES | {"minLength": 1}, NAMES | {"pattern": "^(1|5)+$", "minLength": 2}),
        (SECONDS | {"minimum": 6}, {"type": "integer", "minimum": 10}, {"type": "integer", "minimum": 11}),
        (NAMES | {"const": "5"}, {"type": "string", "minLength": 1}, {"type": "string", "minLength": 2}),
    ],
)
def test_a_limit_that_refuses_no_listed_value_breaks_nothing(listed: Rule, limits: Rule, refused: Rule) -> None:
    """One that refuses a value does, and so does the list where there was none."""
    assert "breaking" not in severities(listed, limits)
    assert "breaking" in severities(listed, refused)
    assert ("breaking" in severities(limits, listed)) == ("enum" not in limits)


def test_a_pattern_of_a_revision_written_by_hand_is_tried_on_no_listed_value() -> None:
    """It may take for ever on it, and is told of as of one that refuses some."""
    listed = {"type": "string", "enum": ["a" * 40 + "b"]}
    assert "breaking" in severities(listed, {"type": "string", "pattern": "^(a+)+$"})


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (TEXT | {"maxLength": 3}, TEXT | {"maxLength": 5}),
        (TEXT | {"enum": ["a"]}, TEXT | {"enum": ["a", "b"]}),
        (KIND, {**KIND, "properties": {"k": {"const": "a"}, "n": NUMBER}}),
        (TEXT | {"enum": ["a"], "maxLength": 1}, TEXT | {"maxLength": 1}),
    ],
)
def test_an_alternative_that_takes_more_breaks_nothing(keyword: str, old: Rule, new: Rule) -> None:
    """Less does break, and so does more in one with less in another."""
    one, other = ({keyword: [OTHER, each]} for each in (old, new))
    assert (severities(one, other), severities(other, one)) == ({"compatible"}, {"breaking"})
    lower, higher = ({"type": "boolean", "enum": [True]}, {"type": "boolean"})
    assert "breaking" in severities({keyword: [old, higher]}, {keyword: [new, lower]})


def test_branches_that_a_value_fits_both_are_not_weighed_one_by_one() -> None:
    """What one of them takes more, both may, which exactly one must."""
    old, new = ({"oneOf": [TEXT | {"minLength": 3}, TEXT | {"maxLength": most}]} for most in (2, 3))
    assert severities(old, new) == {"breaking"}


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
@pytest.mark.parametrize("words", ["title", "description"])
def test_other_words_in_an_alternative_are_words(keyword: str, words: str) -> None:
    """They are told of as such; a default is more than words."""
    old, new = ({keyword: [TEXT | {"maxLength": 3, words: said}, NUMBER]} for said in ("a", "b"))
    assert severities(old, new) == {"editorial"}
    old, new = ({keyword: [TEXT | {"maxLength": 3, "default": said}, NUMBER]} for said in ("a", "b"))
    assert severities(old, new) == {"compatible"}


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
def test_a_rule_that_becomes_one_alternative_and_takes_more_breaks_nothing(keyword: str) -> None:
    """One that takes less does, and so does the way back."""
    old = TEXT | {"maxLength": 5}
    for most, severity in ((8, "compatible"), (3, "breaking")):
        new = {keyword: [TEXT | {"maxLength": most}, TEXTS]}
        assert severity in severities(old, new)
        assert ("breaking" in severities(old, new)) == (severity == "breaking")
        assert "breaking" in severities(new, old)


@pytest.mark.parametrize(
    ("union", "plain"),
    [
        ([TEXT | {"type": ["string", "integer"], "maxLength": 5}, {"type": "null"}], {"type": ["integer", "null"]}),
        ([{"type": "array", "default": [1]}, {}], {"type": ["array", "boolean"]}),
    ],
)
def test_a_rule_that_takes_less_than_the_alternatives_it_replaces_breaks(union: list[Rule], plain: Rule) -> None:
    """It does too where each of its types is within one of them, and none of them is left over."""
    assert "breaking" in severities({"anyOf": union}, plain)
    assert "breaking" in severities({"oneOf": union}, plain)
    assert "breaking" not in severities(plain, {"anyOf": union})


@pytest.mark.parametrize("keyword", ["oneOf", "anyOf"])
def test_a_field_that_an_alternative_loses_is_told_as_one_of_the_body(keyword: str) -> None:
    """A receiver misses it, and can ignore a new one; what `not` refuses of the one refuses more of the other."""
    more = {**KIND, "properties": {"k": {"const": "a"}, "n": NUMBER}}
    with_it, without = ({keyword: [OTHER, each]} for each in (more, KIND))
    for make in (contract, answering):
        assert {change.severity for change in compare(make(with_it), make(without))} == {"breaking"}
        assert {change.severity for change in compare(make(without), make(with_it))} == {"compatible"}
    assert severities({"not": with_it}, {"not": without}) == {"breaking"}
    assert severities({"not": without}, {"not": with_it}) == {"compatible"}
