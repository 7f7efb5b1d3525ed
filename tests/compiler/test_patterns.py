"""Patterns that could keep a judge busy for ever are told from those that cannot."""

import json
from pathlib import Path

import pytest

from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.compiler import derive
from fakie_schemas.compiler.patterns import may_take_for_ever
from fakie_schemas.schema.fields import fields
from support.servers.catalogues import document
from support.some import some


@pytest.mark.parametrize(
    "pattern",
    ["^(a+)+$", "((a+))*", "(?:a*)+", "(a|aa)+$", "([a-z]+)*\\d", "(x(y+)z){2,}", "(?P<n>a+)+", "(.*)*", "((a|b)c)+"],
)
def test_repetitions_of_repetitions_may_take_for_ever(pattern: str) -> None:
    """Within groups of any kind and depth, by any quantifier without end; a repeated choice as well."""
    assert may_take_for_ever(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "^[a-z]+$",
        "(ab)+",
        "(a+)?",
        "(a+){3}",
        "[(a+)]+",
        "\\(a+\\)+",
        "^\\d{1,3}(\\.\\d{1,3}){3}$",
        "a|b",
        "",
        "((((",
        "[]+*]+",
    ],
)
def test_others_do_not(pattern: str) -> None:
    """Bounded ones, signs that are escaped or within a set, and a choice that is not repeated."""
    assert not may_take_for_ever(pattern)


def test_no_shipped_pattern_is_one_of_them() -> None:
    """Nothing that pages say today is lost."""
    catalog = Catalog.shipped()
    revisions = (revision for model in catalog.models for revision in catalog.revisions(model))
    stated = [
        field.schema["pattern"] for one in revisions for field in fields(one.stated_schema) if "pattern" in field.schema
    ]
    assert [pattern for pattern in some(stated) if may_take_for_ever(pattern)] == []


def test_such_a_pattern_is_listed_and_the_page_is_read(tmp_path: Path) -> None:
    """Also where the page's own example would never have been judged."""
    made = document("bytedance/seedream")
    body = made["paths"]["/api/v1/jobs/createTask"]["post"]["requestBody"]["content"]["application/json"]
    body["schema"]["properties"]["input"] = {
        "type": "object",
        "properties": {"x": {"type": "string", "pattern": "^(a+)+$"}},
    }
    body["example"] = {"model": "bytedance/seedream", "input": {"x": "a" * 40 + "!"}}
    page = tmp_path / "page.openapi.json"
    page.write_text(json.dumps(made))
    revision = derive(page)
    assert revision.request["properties"]["input"]["properties"]["x"] == {"type": "string"}
    assert [entry["why"] for entry in revision.facts["unread"]] == [
        "x: the pattern is not read: some texts would take it for ever (its content is 096d5cad)"
    ]
