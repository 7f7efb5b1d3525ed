"""Parts of one schema: what several say of one field holds together, and what none holds of null is listed."""

from typing import Any

import pytest

from fakie_schemas.validator import holds
from support.pages.openapi import TEXT, Read, Schema, fields, given_of, ref, unread

ASKS = {"required": ["x"]}
HAS = {"type": "object", "properties": {"x": TEXT}}


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize(
    ("wrap", "body"),
    [
        (lambda said: {"properties": {"o": said}}, {"o": {}}),
        (lambda said: {"properties": {"o": {"type": "array", "items": said}}}, {"o": [{}]}),
        (lambda said: {"properties": {"o": {"properties": {"p": said}}}}, {"o": {"p": {}}}),
        (lambda said: {"properties": {"o": {"allOf": [said]}}}, {"o": {}}),
    ],
)
def test_a_name_is_required_by_another_part_at_any_depth(read: Read, wrap: Any, body: Any, turned: bool) -> None:
    """Whichever part stands first."""
    parts = [wrap(ASKS), wrap(HAS)]
    revision = read({"allOf": parts[::-1] if turned else parts})
    assert not holds(given_of(revision), body)
    assert unread(revision) == ""


def test_a_branch_requires_what_is_described_around_it_at_any_depth(read: Read) -> None:
    """The names of a field below it too."""
    revision = read({"properties": {"o": HAS, "k": TEXT}, "anyOf": [{"properties": {"o": ASKS}}, {"required": ["k"]}]})
    bodies: list[Schema] = [{"o": {}}, {"o": {}, "k": ""}]
    assert [holds(given_of(revision), body) for body in bodies] == [False, True]
    assert unread(revision) == ""


NULL = {"type": "null"}
EITHER: Schema = {"oneOf": [TEXT, {"type": "integer"}]}


@pytest.mark.parametrize(
    "schema",
    [
        {"nullable": True, **EITHER},
        {"anyOf": [EITHER, NULL]},
        {"oneOf": [ref("Either"), NULL]},
        {"oneOf": [{"anyOf": [fields(x=TEXT), fields(y=TEXT)]}, NULL]},
        {"allOf": [ref("Either")], "nullable": True},
        {"type": "array", "items": {"nullable": True, **EITHER}},
    ],
)
def test_null_is_allowed_beside_alternatives_that_lack_it(read: Read, schema: Schema) -> None:
    """As a mark or as a branch around them."""
    given = given_of(read(fields(a=schema), {"Either": EITHER}))
    value = [None] if "items" in schema else None
    assert [holds(given, {"a": each}) for each in (value, True)] == [True, False]


@pytest.mark.parametrize("beside", [TEXT, {"enum": ["a"]}, {"allOf": [TEXT]}])
def test_null_of_a_branch_beside_what_lacks_it_is_noted(read: Read, beside: Schema) -> None:
    """It is allowed, since pages mean it so; a type within the branch is no word against it."""
    revision = read(fields(a={**beside, "anyOf": [{"maxLength": 3}, NULL]}, b={"anyOf": [{"allOf": [TEXT]}, NULL]}))
    assert holds(given_of(revision), {"a": None, "b": None})
    assert [one["field"] for one in revision.facts["notes"] if "a branch says so" in one["text"]] == ["a"]


@pytest.mark.parametrize(
    ("branches", "twice"),
    [
        ([{}, NULL], True),
        ([{"maxLength": 3}, NULL], True),
        ([{"type": ["string", "null"]}, NULL], True),
        ([{"type": ["string", "null"]}, {"type": "integer"}, NULL], True),
        ([{"enum": ["a", None]}, NULL], True),
        ([ref("Maybe"), NULL], True),
        ([{"anyOf": [ref("Text"), NULL]}, NULL], True),
        ([{"anyOf": [TEXT, NULL]}, NULL], True),
        ([TEXT, NULL], False),
        ([{"enum": ["a"]}, NULL], False),
        ([{"anyOf": [TEXT, {"type": "integer"}]}, NULL], False),
        ([{"allOf": [{"maxLength": 3}, TEXT]}, NULL], False),
    ],
)
def test_null_that_two_of_one_of_allow_is_listed(read: Read, branches: list[Schema], twice: bool) -> None:
    """One may hold, and null is kept as allowed."""
    revision = read(fields(a={"oneOf": branches}), {"Maybe": {"type": ["string", "null"]}, "Text": TEXT})
    assert holds(given_of(revision), {"a": None})
    assert ("that null is refused is not read" in unread(revision)) is twice


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
@pytest.mark.parametrize("null", [{"nullable": True}, {"type": ["integer", "null"]}, {"allOf": [{"nullable": True}]}])
def test_null_that_one_of_several_branches_of_a_type_allows_is_allowed(read: Read, null: Schema, keyword: str) -> None:
    """Though the type that they share is read as the field's own."""
    whole: Schema = {"type": "integer"}
    revision = read(fields(a={keyword: [{**whole, "maximum": 5}, {**whole, "minimum": 9, **null}]}))
    assert [holds(given_of(revision), {"a": value}) for value in (None, 1, 9, "x")] == [True, True, True, False]
    assert unread(revision) == ""


@pytest.mark.parametrize(
    "branch",
    [
        {"type": "file"},
        ref("Nowhere"),
        {"type": "string", "enum": []},
        {"type": "string", "minLength": 9, "maxLength": 2},
        {"type": "string", "description": "Max 5 words"},
        {"allOf": [{"format": "uri"}, {"format": "date"}]},
    ],
)
def test_a_branch_that_is_not_read_whole_makes_no_other_one_refuse(read: Read, branch: Schema) -> None:
    """What is left of it may let more through than the page's own, so that one branch at least has to hold."""
    revision = read(fields(a={"oneOf": [branch, TEXT]}, b={"oneOf": [branch, TEXT]}))
    assert unread(revision) != ""
    for name in "ab":
        assert holds(given_of(revision), {name: "x"})


@pytest.mark.parametrize(
    ("branch", "value"), [({"type": "string", "enum": [1, 2]}, "1"), ({"enum": ["y"], "nullable": True}, None)]
)
def test_a_branch_that_is_assumed_to_allow_more_makes_no_other_one_refuse(
    read: Read, branch: Schema, value: object
) -> None:
    """A number as a text, and null where the mark stands beside no type: one branch at least has to hold."""
    revision = read(fields(a={"oneOf": [branch, {"type": ["string", "null"]}]}))
    assert holds(given_of(revision), {"a": value})
