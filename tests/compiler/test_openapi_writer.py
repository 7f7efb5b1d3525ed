"""A revision written as an OpenAPI document says the same as before."""

import json
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.compiler import DerivedRevision as Derived
from fakie_schemas.compiler import derive
from fakie_schemas.openapi.model import model_document
from fakie_schemas.openapi.parts import component_names
from support.some import some

SERVER = "https://api.kie.ai"
SHIPPED = Catalog.shipped()


def all_revisions() -> list[Revision]:
    return [revision for model in some(SHIPPED.models) for revision in SHIPPED.revisions(model)]


def read_back(document: dict[str, Any], folder: Path, date: str | None = None) -> Derived:
    """Derive a document as the live catalogue answers it."""
    page = folder / "page.openapi.json"
    answer = {"code": 200, "msg": "success", "data": {"openapi": document}}
    page.write_text(json.dumps(answer), encoding="utf-8")
    return derive(page, date=date)


def test_every_shipped_revision_reads_back_as_itself(tmp_path: Path) -> None:
    """Over all models and dates: the request, the answers, the examples and the contradicted rules are equal."""
    for revision in all_revisions():
        document = model_document(revision.facts, revision.stated_schema, SERVER)
        back = read_back(document, tmp_path, revision.date)
        assert back.request == revision.stated_schema, revision.file
        for fact in ("model", "endpoint", "auth", "answers", "examples", "contradicted"):
            assert back.facts.get(fact) == revision.facts.get(fact), (revision.file, fact)
        codes = [
            [(entry["code"], entry["label"]) for entry in facts["codes"]] for facts in (back.facts, revision.facts)
        ]
        assert codes[0] == codes[1], revision.file
        # What the page's own reading left unread is unread again, and nothing else.
        assert len(back.facts["unread"]) <= len(revision.facts["unread"]), revision.file


def test_every_document_is_valid() -> None:
    """The documents of all models keep to the schema of OpenAPI 3.1 itself."""
    for revision in all_revisions():
        validate(model_document(revision.facts, revision.stated_schema, SERVER))


TRICKY: dict[str, Any] = {
    "size": {"type": "string", "x-max-bytes": 10485760, "x-media-types": ["image/png"], "format": "uri"},
    "wait": {"type": "integer", "x-unit": "ms", "minimum": 0, "exclusiveMaximum": 9007199254740993},
    "either": {"type": ["string", "null"], "enum": ["a", None]},
    "mode": {"const": "fast", "type": "string"},
    "step": {"type": "number", "multipleOf": 0.01, "default": 0.5},
    "map": {"type": "object", "additionalProperties": {"type": "integer", "maximum": 3}},
    "branch": {
        "type": "object",
        "oneOf": [{"type": "object", "required": ["a"]}, {"type": "object", "required": ["b"]}],
        "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
    },
    "a/b~c d": {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"type": "string", "pattern": "^x$"}},
}


@pytest.mark.parametrize("name", TRICKY)
def test_every_kind_of_rule_reads_back(name: str, tmp_path: Path) -> None:
    """Rules that few models have stand in the document so that they are read as they were."""
    request = {
        "type": "object",
        "required": ["model", "input"],
        "properties": {
            "model": {"type": "string", "enum": ["acme/one"]},
            "input": {"type": "object", "required": [name], "properties": {name: TRICKY[name]}},
        },
    }
    revision = SHIPPED.pinned("z-image")
    assert revision is not None
    document = model_document({**revision.facts, "model": "acme/one", "examples": {}}, request, SERVER)
    validate(document)
    back = read_back(document, tmp_path)
    assert {key: value for key, value in back.request.items() if key not in {"$schema", "$id"}} == request
    assert back.facts["unread"] == []


def test_rules_that_no_keyword_holds_are_doubted_when_they_are_none(tmp_path: Path) -> None:
    """A limit of bytes that is no number, or media types that are no list of texts, are listed and not kept."""
    revision = SHIPPED.pinned("z-image")
    assert revision is not None
    broken = {"type": "string", "x-max-bytes": "10 MB", "x-media-types": [5], "x-unit": 3}
    request = {**revision.stated_schema, "properties": dict(revision.stated_schema["properties"])}
    request["properties"]["input"] = {"type": "object", "properties": {"file": broken}}
    back = read_back(model_document({**revision.facts, "examples": {}}, request, SERVER), tmp_path)
    assert back.request["properties"]["input"]["properties"]["file"] == {"type": "string"}
    assert len(back.facts["unread"]) == 3


def test_names_of_components_are_legal_and_differ() -> None:
    """Models whose names differ in signs alone get different components."""
    made = component_names(["a/b", "a_b", "a b", "a.b"])
    assert len(set(made.values())) == 4
    assert all(set(name) <= set("ab._-2345") for name in made.values())
