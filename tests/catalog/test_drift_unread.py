"""Changes of rules that a page has and no revision holds: told of, though nobody can say what they do."""

import json
from pathlib import Path
from typing import Any

import pytest

from fakie.commands.contracts import contract_of
from fakie_schemas.catalog.drift import Contract, compare
from fakie_schemas.compiler import derive
from support.pages.openapi import TEXT, Schema, document, fields, ref

_AT = "#/components/schemas/Other"


def page(folder: Path, given: Schema, other: Schema | None = None) -> Contract:
    """Read a page whose input has a field of this schema."""
    file = folder / "page.json"
    file.write_text(json.dumps(document(fields(a=given, b=TEXT), {"Other": other or TEXT})))
    return contract_of(derive(file))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"not": {"enum": ["x"]}}, {"not": {"enum": ["y"]}}),
        ({"dependentRequired": {"title": ["b"]}}, {"dependentRequired": {"title": ["c"]}}),
        ({"patternProperties": {"^x": TEXT}}, {"patternProperties": {"^x": {"type": "integer"}}}),
        ({"discriminator": {"propertyName": "k"}}, {"discriminator": {"propertyName": "j"}}),
        ({"x-min-length": 1}, {"x-min-length": 2}),
        ({"pattern": "^\\p{L}$"}, {"pattern": "^\\p{N}$"}),
        ({"maximum": "10"}, {"maximum": "20"}),
        ({"minimum": 9, "maximum": 5}, {"minimum": 9, "maximum": 6}),
        ({"enum": "x, y"}, {"enum": "x"}),
        ({"enum": ["x"], "default": "y"}, {"enum": ["x"], "default": "z"}),
        ({"type": "integer", "default": "y"}, {"type": "integer", "default": "z"}),
        ({"type": "integer", "description": "Default: `y`"}, {"type": "integer", "description": "Default: `z`"}),
        ({**TEXT, "description": "One of: x, y"}, {**TEXT, "description": "One of: x, y, z"}),
        ({**TEXT, "description": "One of `x`, `y`"}, {**TEXT, "description": "One of `x`, `z`"}),
        ({**TEXT, "description": "`x` is deprecated"}, {**TEXT, "description": "`y` is deprecated"}),
        (
            {**TEXT, "oneOf": [TEXT, {"type": "integer"}]},
            {**TEXT, "oneOf": [TEXT, {"type": "boolean"}]},
        ),
        ({"type": "int"}, {"type": "float"}),
        ({"type": "array", "items": [TEXT]}, {"type": "array", "items": [{"type": "integer"}]}),
        ({"type": "integer", "enum": ["x"]}, {"type": "integer", "enum": ["y"]}),
        (
            {"allOf": [{"additionalProperties": TEXT}, {"type": "object"}]},
            {"allOf": [{"additionalProperties": {"type": "integer"}}, {"type": "object"}]},
        ),
        ({"allOf": [{"format": "uri"}, {"format": "x"}]}, {"allOf": [{"format": "uri"}, {"format": "y"}]}),
        ({"$ref": "#anchor"}, {"$ref": "#other"}),
        ({"allOf": [{"enum": [1]}, {"enum": [2]}]}, {"allOf": [{"enum": [3]}, {"enum": [2]}]}),
        (
            {"allOf": [{"format": "x"}, {"format": "y"}, {"format": "z"}]},
            {"allOf": [{"format": "x"}, {"format": "y"}, {"format": "w"}]},
        ),
    ],
)
def test_another_value_of_a_rule_that_is_not_read_is_told_of(old: Schema, new: Schema, tmp_path: Path) -> None:
    """As one that goes and one that comes; the same value is no change."""
    before, after = page(tmp_path, old), page(tmp_path, new)
    assert {one.rule for one in compare(before, after)} == {"drift.unread_added", "drift.unread_removed"}
    assert compare(before, page(tmp_path, old)) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ({}, {"const": None}, "drift.limit_added"),
        ({"const": None}, {}, "drift.limit_removed"),
        ({"const": None}, {"const": 1}, "drift.keyword_changed"),
    ],
)
def test_a_constant_that_is_null_is_a_rule(tmp_path: Path, old: Schema, new: Schema, rule: str) -> None:
    """It comes, goes and changes as any other."""
    assert [change.rule for change in compare(page(tmp_path, old), page(tmp_path, new))] == [rule]


def test_what_such_a_rule_refers_to_counts_too(tmp_path: Path) -> None:
    """And its words do not."""
    rule = {"not": ref("Other")}
    before = page(tmp_path, rule, {"const": "x"})
    assert compare(before, page(tmp_path, rule, {"const": "x", "description": "No more."})) == []
    assert compare(before, page(tmp_path, rule, {"const": "y"})) != []


def test_a_rule_that_is_not_read_takes_no_endless_time(tmp_path: Path) -> None:
    """Though it leads back to itself in many places."""
    loop = {"properties": {f"p{number}": {"$ref": _AT} for number in range(9)}}
    assert "the keyword not is not read" in json.dumps(page(tmp_path, {"not": loop}, loop).facts["unread"])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"enum": [1, 2]}, {"enum": [True, 2]}),
        ({"anyOf": [{"const": 0}, TEXT]}, {"anyOf": [{"const": False}, TEXT]}),
    ],
)
def test_a_truth_is_no_number(old: Any, new: Any, tmp_path: Path) -> None:
    """Within lists and alternatives as by itself."""
    assert "breaking" in {one.severity for one in compare(page(tmp_path, old), page(tmp_path, new))}


def test_a_whole_number_is_the_same_however_it_is_written(tmp_path: Path) -> None:
    """As JSON Schema has it."""
    assert compare(page(tmp_path, {"enum": [1, 2]}), page(tmp_path, {"enum": [1.0, 2]})) == []
