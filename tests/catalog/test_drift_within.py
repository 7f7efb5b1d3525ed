"""Schemas within a keyword: a change there is judged by what it lets through, as one of a field is."""

from typing import Any

import pytest

from support.drift_contracts import contract, found

NARROW = ({"maximum": 5}, {"type": "string"}, {"properties": {"a": {"enum": [1]}}}, {"required": ["a"]})
KEYWORDS = ("then", "else", "propertyNames", "prefixItems", "dependentSchemas", "patternProperties")


def holding(keyword: str, inner: dict[str, Any]) -> dict[str, Any]:
    """Return a schema that has another one within a keyword, of the form that the keyword has."""
    value: Any = [inner] if keyword == "prefixItems" else {"k": inner} if keyword in KEYWORDS[-2:] else inner
    return {"if": {"required": ["k"]}, keyword: value} if keyword in {"then", "else"} else {keyword: value}


@pytest.mark.parametrize("narrow", NARROW, ids=str)
@pytest.mark.parametrize("keyword", KEYWORDS)
def test_what_refuses_less_within_a_keyword_does_not_break(keyword: str, narrow: dict[str, Any]) -> None:
    """And what refuses more there does."""
    one, other = (contract(holding(keyword, inner)) for inner in (narrow, {"title": "anything"}))
    assert found(one, other) == [("compatible", "input.f", f"{keyword} widened")]
    assert found(other, one) == [("breaking", "input.f", f"{keyword} narrowed")]


@pytest.mark.parametrize("narrow", NARROW, ids=str)
def test_what_a_schema_must_not_fit_is_judged_the_other_way_round(narrow: dict[str, Any]) -> None:
    """The less fits it, the more is let through."""
    one, other = (contract({"not": inner}) for inner in (narrow, {"title": "anything"}))
    assert found(one, other) == [("breaking", "input.f", "not narrowed")]
    assert found(other, one) == [("compatible", "input.f", "not widened")]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # A field that is no longer described is one of those that are refused.
        (
            {"then": {"properties": {"a": {}, "b": {}}, "additionalProperties": False}},
            {"then": {"properties": {"a": {}}, "additionalProperties": False}},
        ),
        ({"then": {"maximum": 5, "minimum": 1}}, {"then": {"maximum": 6, "minimum": 2}}),
        ({"then": {"pattern": "a"}}, {"then": {"pattern": "b"}}),
        ({"prefixItems": [{"maximum": 5}]}, {"prefixItems": [{"maximum": 6}, {}]}),
        ({"patternProperties": {"a": {"maximum": 5}}}, {"patternProperties": {"b": {"maximum": 6}}}),
    ],
)
def test_a_change_within_a_keyword_that_is_not_certain_breaks(old: dict[str, Any], new: dict[str, Any]) -> None:
    """One that refuses some values more and others less, too."""
    for one, other in ((old, new), (new, old)):
        ((severity, _, what),) = found(contract({"if": {}, **one}), contract({"if": {}, **other}))
        assert (severity, what) == ("breaking", f"{next(iter(old))} changed")


@pytest.mark.parametrize(
    ("keyword", "named", "closed"),
    [
        ("patternProperties", {"^x": {}}, {"additionalProperties": False}),
        ("prefixItems", [{}], {"items": {"type": "string"}}),
        ("contains", {"type": "string"}, {"unevaluatedItems": False}),
        ("if", {"properties": {"a": {}}}, {"unevaluatedProperties": False}),
    ],
)
def test_a_keyword_that_goes_beside_one_that_refuses_what_is_not_named_breaks(
    keyword: str, named: Any, closed: dict[str, Any]
) -> None:
    """What it named is then refused; beside one that lets all through, nothing is."""
    for beside, severity in ((closed, "breaking"), (dict.fromkeys(closed, True), "compatible")):
        changes = found(contract({keyword: named} | beside), contract(beside))
        assert changes == [(severity, "input.f", f"{keyword} removed")]


@pytest.mark.parametrize("keyword", ["patternProperties", "prefixItems"])
def test_what_is_widened_under_the_same_name_does_not_break(keyword: str) -> None:
    """Even beside a keyword that refuses all others."""
    closed = {"additionalProperties": False, "items": False}
    one, other = (contract(holding(keyword, {"maximum": limit}) | closed) for limit in (5, 6))
    assert found(one, other) == [("compatible", "input.f", f"{keyword} widened")]


@pytest.mark.parametrize("inner", ["items", "properties"])
def test_what_nothing_fits_any_more_breaks(inner: str) -> None:
    """A schema may be a bare `false` for a field, and for items, also within another keyword."""
    one, other = (
        contract({"if": {}, "then": {inner: {"a": fits} if inner == "properties" else fits}}) for fits in (True, False)
    )
    assert found(one, other) == [("breaking", "input.f", "then narrowed")]
    assert found(other, one) == [("compatible", "input.f", "then widened")]
    fields = [contract({inner: {"a": fits} if inner == "properties" else fits}) for fits in (True, False)]
    assert [severity for severity, *_ in found(*fields)] == ["breaking"]


def test_a_field_within_a_keyword_is_not_the_model_of_the_body() -> None:
    """What a field of that name lost there breaks, whatever else is wider."""
    old, new = ({"a": {"maximum": most}, "model": {"enum": names}} for most, names in ((3, ["x", "y"]), (4, ["x"])))
    one, other = (contract({"if": {}, "then": {"properties": given}}) for given in (old, new))
    assert found(one, other) == [("breaking", "input.f", "then changed")]


@pytest.mark.parametrize(
    ("keyword", "left", "place"),
    [("items", "unevaluatedItems", "input.f[]"), ("additionalProperties", "unevaluatedProperties", "input.f{}")],
)
def test_what_is_no_longer_described_is_what_the_page_leaves_over(keyword: str, left: str, place: str) -> None:
    """Nothing beside `false`, what the schema beside it says, anything where nothing stands beside it."""
    of_text: dict[str, Any] = {"type": "string"}
    closed = contract({left: False})
    assert found(contract({left: False, keyword: {}}), closed) == [("breaking", place, "not added")]
    assert found(closed, contract({left: False, keyword: {}})) == [("compatible", place, "not removed")]
    told = found(contract({left: of_text, keyword: of_text}), contract({left: of_text}))
    assert [one for one in told if one[1] == place] == []
    told = found(contract({keyword: of_text}), contract({}))
    assert [one for one in told if one[1] == place] == [("compatible", place, "type removed")]
