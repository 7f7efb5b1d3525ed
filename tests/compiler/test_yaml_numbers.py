"""Values that YAML has several spellings for, or that its versions read differently: never one for the other."""

from pathlib import Path

import pytest

from fakie_schemas.compiler.errors import PageError
from support.pages.openapi import given_of, unread
from support.pages.yaml_lines import from_yaml, of_lines


def test_a_mark_of_null_that_is_no_truth_value_is_listed(tmp_path: Path) -> None:
    """YAML 1.1 takes it for one, and null stays allowed."""
    revision = of_lines(tmp_path, "a: {type: string, nullable: yes}")
    assert given_of(revision)["properties"]["a"]["type"] == ["string", "null"]
    assert unread(revision) == "a: whether null is allowed is not read: 'yes' is no truth value"


@pytest.mark.parametrize("value", ["010", "0x10", "0o10", "1_000", "-010"])
@pytest.mark.parametrize("rule", ["enum: [{}]", "const: {}", "type: integer, enum: [{}]", "type: integer, default: {}"])
def test_a_number_that_versions_of_yaml_read_differently_is_listed(tmp_path: Path, rule: str, value: str) -> None:
    """Neither of its values is kept; where it is a text it is one."""
    revision = of_lines(tmp_path, f"a: {{{rule.format(value)}}}", f"b: {{type: string, enum: [{value}]}}")
    found = given_of(revision)["properties"]
    assert found["a"].keys() <= {"type"}
    assert found["b"]["enum"] == [value]
    assert unread(revision).startswith("a: the ")


def test_a_number_may_begin_or_end_with_its_point(tmp_path: Path) -> None:
    """In each version of YAML."""
    lines = ["a: {enum: [.5, 5., -.5]}", "b: {maximum: .5}", "c: {minimum: 5.}"]
    assert from_yaml(tmp_path, *lines) == {"a": {"enum": [0.5, 5, -0.5]}, "b": {"maximum": 0.5}, "c": {"minimum": 5}}


def test_a_list_in_the_place_of_a_key_is_told(tmp_path: Path) -> None:
    """It has no name."""
    with pytest.raises(PageError, match="in the place of a key"):
        of_lines(tmp_path, "? [a, b]", ": {type: string}")
