"""OpenAPI schemas whole: references, parts, alternatives, null, maps; what is not read is listed."""

import json
from typing import Any

import pytest

from fakie_schemas.validator import holds
from support.pages.openapi import TEXT, Read, Schema, fields, given_of, ref, unread


@pytest.mark.parametrize(
    ("schema", "components", "expected"),
    [
        ({"allOf": [fields(a=TEXT), {"required": ["a"]}]}, {}, {**fields(a=TEXT), "required": ["a"]}),
        ({"allOf": [{"required": ["a"]}, ref("B")]}, {"B": fields(a=TEXT)}, {**fields(a=TEXT), "required": ["a"]}),
        (
            fields(a={"type": "array", "items": {"allOf": [fields(b=TEXT), {"required": ["b"]}]}}),
            {},
            fields(a={"type": "array", "items": {"type": "object", "required": ["b"], "properties": {"b": TEXT}}}),
        ),
        (
            {"allOf": [fields(a={"type": "string", "maxLength": 9}), fields(a={"maxLength": 5, "minLength": 2})]},
            {},
            fields(a={"type": "string", "minLength": 2, "maxLength": 5}),
        ),
        (
            fields(a={"allOf": [{"type": "number", "minimum": 1}, {"type": "integer", "minimum": 3}]}),
            {},
            fields(a={"type": "integer", "minimum": 3}),
        ),
        (
            fields(a={"allOf": [{"enum": ["x", "y"]}, {"enum": ["y", "z"], "type": "string"}]}),
            {},
            fields(a={"type": "string", "enum": ["y"]}),
        ),
        (fields(a={"anyOf": [TEXT, {"type": "null"}]}), {}, fields(a={"type": ["string", "null"]})),
        (
            fields(a={"oneOf": [{"type": "string", "enum": ["x"]}, {"enum": [None]}]}),
            {},
            fields(a={"type": ["string", "null"], "enum": ["x", None]}),
        ),
        (fields(a={"oneOf": [{"type": "integer"}]}), {}, fields(a={"type": "integer"})),
        (fields(a={"anyOf": [{"type": "null"}]}), {}, fields(a={"type": "null"})),
        (fields(a={"oneOf": [{"const": None}]}), {}, fields(a={"const": None})),
        (fields(a={"type": ["string", "string"]}), {}, fields(a=TEXT)),
        (fields(a={"enum": [2.0**53]}), {}, fields(a={"enum": [2**53]})),
        (
            fields(a={"type": "integer", "nullable": True, "description": "Seed."}),
            {},
            fields(a={"type": ["integer", "null"]}),
        ),
        (
            fields(a={"type": ["string", "null"], "description": "Max length: 500 characters"}),
            {},
            fields(a={"type": ["string", "null"], "maxLength": 500}),
        ),
        (fields(a={"type": ["string", "integer"]}), {}, fields(a={"type": ["string", "integer"]})),
        (
            fields(a={"type": "array", "items": {"type": ["string", "integer"]}, "description": "At most 5 items"}),
            {},
            fields(a={"type": "array", "maxItems": 5, "items": {"type": ["string", "integer"]}}),
        ),
        (fields(a={"const": 5}), {}, fields(a={"const": 5})),
        (
            fields(a={"type": "number", "minimum": 0, "exclusiveMinimum": True}),
            {},
            fields(a={"type": "number", "exclusiveMinimum": 0}),
        ),
        (
            fields(a={"type": "number", "maximum": 1, "exclusiveMaximum": False}),
            {},
            fields(a={"type": "number", "maximum": 1}),
        ),
        (
            fields(a={"type": "number", "exclusiveMinimum": 0.5}),
            {},
            fields(a={"type": "number", "exclusiveMinimum": 0.5}),
        ),
        (
            fields(a={"type": "integer", "maximum": 10**40, "enum": [2**64]}),
            {},
            fields(a={"type": "integer", "enum": [2**64], "maximum": 10**40}),
        ),
        (fields(a={"type": "number", "maximum": 1e3}), {}, fields(a={"type": "number", "maximum": 1000})),
        (
            fields(a={"type": "object", "additionalProperties": {"type": "integer", "maximum": 5}}),
            {},
            fields(a={"type": "object", "additionalProperties": {"type": "integer", "maximum": 5}}),
        ),
        (ref("My%20Input%20"), {"My Input ": fields(a=ref("x~1y"))} | {"x/y": TEXT}, fields(a=TEXT)),
        (ref("My%20Input%20"), {"My Input": fields(a=TEXT)}, fields(a=TEXT)),
        (ref("A/properties/b"), {"A": fields(b=fields(a=TEXT))}, fields(a=TEXT)),
        (ref("A/allOf/0"), {"A": {"allOf": [fields(a=TEXT)]}}, fields(a=TEXT)),
    ],
)
def test_a_schema_is_read_as_it_is_meant(read: Read, schema: Schema, components: Schema, expected: Schema) -> None:
    """All parts hold, references lead where they say, and nothing is left in doubt."""
    revision = read(schema, components)
    assert given_of(revision) == expected
    assert revision.facts["unread"] == []


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        *(
            (fields(a={"type": "string", keyword: value}), f"the keyword {keyword} is not read")
            for keyword, value in {
                "not": {}, "if": {}, "then": {}, "else": {}, "prefixItems": [], "patternProperties": {},
                "discriminator": {}, "contains": {}, "dependentRequired": {}, "made-up": 1,
            }.items()
        ),
        (fields(a={"type": "string", "required": True}), "a: whether it is required was not read"),
        ({**fields(a=TEXT), "required": "a"}, "input: whether it is required was not read"),
        ({**fields(a=TEXT), "required": ["b"]}, "b is required but not described"),
        ({**fields(a=TEXT), "additionalProperties": False}, "input: other keys than the described ones are not refused"),
        (fields(a={"allOf": [{"enum": ["x"]}, {"enum": ["y"]}]}), "a: enum is stated differently"),
        (fields(a={"allOf": [{"type": "string"}, {"type": "integer"}]}), "a: the type is another one"),
        (fields(a={"allOf": [{"minimum": 5}, {"maximum": 3}]}), "a: minimum 5 is more than maximum 3 allows"),
        (fields(a={"minimum": 3, "exclusiveMaximum": 3}), "a: minimum 3 is more than exclusiveMaximum 3 allows"),
        (fields(a={"exclusiveMinimum": True}), "a: exclusiveMinimum stands beside no bound"),
        (fields(a={"type": "strange"}), "a: the type is not one that is known"),
        (fields(a={"type": ""}), "a: the type is not one that is known"),
        (fields(a={"type": []}), "a: the type is not one that is known"),
        (fields(a={"enum": []}), "a: the list of values is none"),
        (fields(a={"enum": "x"}), "a: the list of values is none"),
        (fields(a={"maxLength": 1.5}), "a: maxLength has no value that it can have"),
        (fields(a={"oneOf": []}), "a: oneOf lists no schemas"),
        (fields(a={"allOf": "x"}), "a: allOf lists no schemas"),
        (fields(a={"type": "array", "items": [TEXT]}), "a: what its items are is not read"),
        (fields(a={"properties": [1]}), "a: its properties are not read"),
        ({**fields(a=TEXT), "anyOf": [TEXT, TEXT]}, "input: what anyOf lists is of another type"),
        ({**fields(a=TEXT), "allOf": [TEXT]}, "input: the type is another one"),
        (fields(a=False), "a: that it must not be there is not read"),
        (fields(a=ref("None")), "a reference to nothing"),
        (fields(a={"$ref": "other.yaml#/A"}), "a reference to another document"),
        (fields(a={"type": "array", "items": ref("T")}), "a schema inside of itself is not read"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_listed(read: Read, schema: Schema, why: str) -> None:
    """No keyword is passed over in silence, and the page is read all the same."""
    revision = read(schema, {"T": fields(more=ref("T"))})
    assert why in unread(revision)


@pytest.mark.parametrize(
    ("schema", "fits", "breaks"),
    [
        (
            {"oneOf": [{**fields(a=TEXT), "required": ["a"]}, {**fields(b=TEXT), "required": ["b"]}]},
            [{"a": "x"}, {"b": "x"}],
            [{}, {"a": "x", "b": "x"}, {"a": 1}],
        ),
        (
            {**fields(a=TEXT, b=TEXT), "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
            [{"a": "x"}, {"a": "x", "b": "x"}],
            [{}, {"c": 1}, {"a": 1}],
        ),
        (
            {"oneOf": [{**fields(a=TEXT), "additionalProperties": False}, {**fields(b=TEXT), "additionalProperties": False}]},
            [{"a": "x"}, {"b": "x"}],
            [{"a": 1, "b": 1}],
        ),
        (
            fields(a={"anyOf": [TEXT, {"type": "array", "items": TEXT}, {"type": "null"}]}),
            [{"a": "x"}, {"a": ["x"]}, {"a": None}],
            [{"a": 1}, {"a": [1]}],
        ),
        (
            {"allOf": [{"anyOf": [{"required": ["a"]}, {"required": ["b"]}]}, {"anyOf": [{"required": ["c"]}, {"required": ["d"]}]},
                       fields(a=TEXT, b=TEXT, c=TEXT, d=TEXT)]},
            [{"a": "x", "c": "x"}],
            [{"a": "x"}, {"c": "x"}],
        ),
    ],
)  # fmt: skip
def test_alternatives_are_kept(read: Read, schema: Schema, fits: list[Any], breaks: list[Any]) -> None:
    """A request must satisfy one of them, beside what holds for all."""
    revision = read(schema)
    assert [value for value in fits if not holds(given_of(revision), value)] == []
    assert [value for value in breaks if holds(given_of(revision), value)] == []
    assert "required but" not in unread(revision)


@pytest.mark.parametrize(
    "branch",
    [
        {**fields(a={"type": "string", "readOnly": True}), "required": ["a"]},
        {**fields(a=TEXT), "not": {"required": ["b"]}},
    ],
)
def test_branches_that_are_not_read_whole_do_not_exclude_each_other(read: Read, branch: Schema) -> None:
    """A request of one branch would else fit what is left of the other too, and be refused."""
    revision = read({"oneOf": [branch, {**fields(b=TEXT), "required": ["b"]}]})
    assert holds(given_of(revision), {"b": "x"})
    assert "anyOf" in given_of(revision)


@pytest.mark.parametrize("forbidden", [{"required": ["a"]}, {"anyOf": [{"required": ["c"]}, {"required": ["a"]}]}])
def test_a_branch_asks_for_no_field_that_it_forbids(read: Read, forbidden: Schema) -> None:
    """No body could fit it: the field is optional there, which is listed, and what else it asks for holds."""
    branch = {**fields(a=TEXT, b=TEXT), "required": ["a", "b"], "not": forbidden}
    revision = read({"oneOf": [branch, {**fields(d=TEXT), "required": ["d"]}]})
    assert holds(given_of(revision), {"b": "x"})
    assert not holds(given_of(revision), {"a": "x"})
    assert "a: one branch requires it and forbids it" in unread(revision)


@pytest.mark.parametrize(
    "allowed", [{"required": ["a", "c"]}, {"required": ["a"], "properties": {"a": {"const": "z"}}}, {"anyOf": []}]
)
def test_a_branch_that_forbids_only_some_bodies_with_a_field_asks_for_it(read: Read, allowed: Schema) -> None:
    """With another field beside it, or of one value: a body of the others fits."""
    branch = {**fields(a=TEXT, c=TEXT), "required": ["a"], "not": allowed}
    revision = read({"oneOf": [branch, {**fields(d=TEXT), "required": ["d"]}]})
    assert not holds(given_of(revision), {"c": "x"})


def test_null_that_two_branches_allow_is_allowed(read: Read) -> None:
    """Exactly one of them then says so."""
    revision = read(fields(a={"oneOf": [{"type": "string", "nullable": True}, {"type": "integer"}, {"type": "null"}]}))
    assert holds(given_of(revision), {"a": None})


def test_a_read_only_field_is_not_asked_where_another_part_requires_it(read: Read) -> None:
    """Whatever part marks it."""
    parts = [fields(a={"type": "string", "readOnly": True}), {"required": ["a"], "properties": {"a": {"maxLength": 4}}}]
    assert "required" not in given_of(read({"allOf": parts}))


@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_a_read_only_field_is_not_asked_by_a_branch(read: Read, keyword: str) -> None:
    """Though the schema around the branch describes it: what holds without it is not refused."""
    branches = [{"required": ["id"]}, {"required": ["b"]}]
    given = given_of(read({**fields(id={"type": "string", "readOnly": True}, b=TEXT), keyword: branches}))
    assert [value for value in ({}, {"b": "x"}) if not holds(given, value)] == []


def test_a_read_only_field_is_not_asked_of_a_request(read: Read) -> None:
    """Though it is required; that is noted."""
    revision = read({**fields(a=TEXT, id={"type": "string", "readOnly": True}), "required": ["a", "id"]})
    assert given_of(revision)["required"] == ["a"]
    assert any(
        note["field"] == "id" and "read-only" in note["text"] for note in revision.facts["notes"] if "field" in note
    )


@pytest.mark.parametrize(
    "style",
    [
        {"nullable": True, "allOf": [ref("Style")]},
        {"allOf": [ref("Style"), {"nullable": True}]},
        {"$ref": "#/components/schemas/Style", "nullable": True},
        {"type": "string", "enum": ["oil", "ink"], "nullable": True},
    ],
)
def test_null_is_allowed_where_the_mark_stands_beside_a_reference_or_values(read: Read, style: Schema) -> None:
    """OpenAPI 3.0 leaves it open; null is allowed, and that is noted."""
    revision = read(fields(style=style), {"Style": {"type": "string", "enum": ["oil", "ink"]}})
    assert given_of(revision)["properties"]["style"] == {"type": ["string", "null"], "enum": ["oil", "ink", None]}
    assert "null is allowed" in json.dumps(revision.facts["notes"])
