"""Drift: what changed between two pages, revisions or folders, and whether the shipped revisions still hold."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import fakie_schemas
from fakie_fixtures import sample_pages
from fakie_schemas.catalog.drift import compare_all
from fakie_schemas.compiler import derive, write
from fakie_schemas.validator import contract_validator
from support.clients.program import fakie
from support.drift_contracts import contract, found

OLD, NEW = sample_pages("old") / "voice-cleaner.md", sample_pages("new") / "voice-cleaner.md"
SHIPPED = fakie_schemas.data_folder("revisions")
AUDIO = SHIPPED / "elevenlabs" / "audio-isolation"


def squeezed(text: str) -> str:
    """Return a table without the spaces that align it."""
    return re.sub(" +", " ", text)


@pytest.mark.parametrize(
    ("old", "new", "severity", "what"),
    [
        ({"type": "string"}, {"type": "integer"}, "breaking", "type changed"),
        ({"type": "string"}, {"type": ["string", "null"]}, "compatible", "type widened"),
        ({"type": "integer"}, {"type": "number"}, "compatible", "type widened"),
        ({"type": "number"}, {"type": "integer"}, "breaking", "type narrowed"),
        ({}, {"type": "string"}, "breaking", "type added"),
        ({"type": "string"}, {}, "compatible", "type removed"),
        ({"enum": ["a", "b"]}, {"enum": ["b"]}, "breaking", "enum lost a"),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}, "compatible", "enum gained b"),
        ({}, {"enum": ["a"]}, "breaking", "enum added"),
        ({"enum": ["a"]}, {}, "compatible", "enum removed"),
        ({"maxLength": 9}, {"maxLength": 8}, "breaking", "maxLength lowered"),
        ({"maxLength": 9}, {"maxLength": 10}, "compatible", "maxLength raised"),
        ({}, {"maximum": 1}, "breaking", "maximum added"),
        ({"minimum": 0}, {"minimum": 1}, "breaking", "minimum raised"),
        ({"minItems": 1}, {"minItems": 0}, "compatible", "minItems lowered"),
        ({"exclusiveMinimum": 0}, {"minimum": 0}, "compatible", "exclusiveMinimum, now minimum, lowered"),
        ({"maximum": 5}, {"exclusiveMaximum": 5}, "breaking", "maximum, now exclusiveMaximum, lowered"),
        ({"minimum": 1}, {"exclusiveMinimum": 0}, "compatible", "minimum, now exclusiveMinimum, lowered"),
        ({"const": "a"}, {"enum": ["a", "b"]}, "compatible", "const, now enum, gained b"),
        ({"enum": ["a", "b"]}, {"const": "a"}, "breaking", "enum, now const, lost b"),
        ({"multipleOf": 0.1}, {"multipleOf": 0.05}, "compatible", "multipleOf finer"),
        ({"multipleOf": 0.1}, {"multipleOf": 0.3}, "breaking", "multipleOf coarser"),
        ({"multipleOf": 0.2}, {"multipleOf": 0.3}, "breaking", "multipleOf changed"),
        ({}, {"additionalProperties": False}, "breaking", "additionalProperties narrowed"),
        ({"additionalProperties": False}, {"additionalProperties": True}, "compatible", "additionalProperties widened"),
        ({}, {"uniqueItems": True}, "breaking", "uniqueItems added"),
        (
            {"oneOf": [{"type": "boolean"}, {"type": "string", "maxLength": 3}]},
            {"oneOf": [{"type": "string", "maxLength": 3}]},
            "breaking",
            "oneOf lost an alternative",
        ),
        (
            {"minimum": 1, "allOf": [{"minimum": 2}, {"minimum": 3}]},
            {"minimum": 1, "allOf": [{"minimum": 2}]},
            "compatible",
            "allOf lost a part",
        ),
        (
            {"dependentRequired": {"a": ["b"]}},
            {"dependentRequired": {"a": ["c"]}},
            "breaking",
            "dependentRequired changed",
        ),
        (
            {"dependentRequired": {"a": ["b", "c"]}},
            {"dependentRequired": {"a": ["b"]}},
            "compatible",
            "dependentRequired widened",
        ),
        ({}, {"unevaluatedProperties": False}, "breaking", "unevaluatedProperties added"),
        ({"unevaluatedItems": False}, {}, "compatible", "unevaluatedItems removed"),
        ({"contains": {}}, {"contains": {}, "minContains": 2}, "breaking", "minContains raised"),
        ({"contains": {}, "minContains": 0}, {"contains": {}}, "breaking", "minContains raised"),
        ({"contains": {}, "maxContains": 2}, {"contains": {}, "maxContains": 3}, "compatible", "maxContains raised"),
        ({}, {"format": "uri"}, "breaking", "format added"),
        ({"pattern": "a"}, {"pattern": "b"}, "breaking", "pattern changed"),
        ({"x-max-bytes": 10}, {"x-max-bytes": 20}, "compatible", "x-max-bytes raised"),
        ({"x-media-types": ["a/b", "c/d"]}, {"x-media-types": ["a/b"]}, "breaking", "x-media-types lost c/d"),
        ({"default": 1}, {"default": True}, "compatible", "default changed"),
        ({}, {"default": 1}, "compatible", "default changed"),
        ({}, {"deprecated": True}, "compatible", "deprecated changed"),
        ({}, {"readOnly": True}, "compatible", "readOnly changed"),
        ({"writeOnly": True}, {}, "compatible", "writeOnly changed"),
        ({"examples": [1]}, {"examples": [2]}, "editorial", "examples changed"),
    ],
)
def test_each_change_of_a_rule_has_its_severity(
    old: dict[str, Any], new: dict[str, Any], severity: str, what: str
) -> None:
    """What refuses more breaks, what lets more through does not, and words are words."""
    assert found(contract(old), contract(new)) == [(severity, "input.f", what)]
    assert found(contract(old), contract(old)) == []


def test_fields_that_come_go_or_become_required() -> None:
    """A new required field breaks, a new optional one does not; a removed one breaks."""
    none, optional, required = contract(), contract({}), contract({}, required=True)
    assert found(none, optional) == [("compatible", "input.f", "optional field added")]
    assert found(none, required) == [("breaking", "input.f", "required field added")]
    assert found(optional, none) == [("breaking", "input.f", "field removed")]
    assert found(optional, required) == [("breaking", "input.f", "now required")]
    assert found(required, optional) == [("compatible", "input.f", "no longer required")]


def test_a_field_that_is_only_required_counts_too() -> None:
    """Without a description of it, as where only its siblings are described; to describe it alone changes nothing."""
    left_open, asked = contract({}), contract({"required": ["g"]})
    assert found(left_open, asked) == [("breaking", "input.f.g", "required field added")]
    assert found(asked, left_open) == [("breaking", "input.f.g", "field removed")]
    assert found(asked, contract({"properties": {"g": {}}, "required": ["g"]})) == []
    assert found(asked, contract({"properties": {"g": {}}})) == [("compatible", "input.f.g", "no longer required")]


def test_what_lies_within_a_new_or_removed_field_is_not_told_again() -> None:
    """One finding for the field, none for what stands below it; items are fields of their own."""
    nested = {"type": "array", "items": {"properties": {"g": {}}, "required": ["g"]}}
    assert found(contract(), contract(nested)) == [("compatible", "input.f", "optional field added")]
    assert found(contract(nested), contract()) == [("breaking", "input.f", "field removed")]
    other = {"type": "array", "items": {"properties": {"g": {"type": "string"}}, "required": ["g"]}}
    assert found(contract(nested), contract(other)) == [("breaking", "input.f[].g", "type added")]


def test_codes_answers_endpoints_and_titles_count_too() -> None:
    """A lost code and a lost answer field break, new ones do not, labels are words."""
    codes = [{"code": 422, "label": "Invalid"}]
    more = [*codes, {"code": 433, "label": "Limit"}]
    assert found(contract(codes=codes), contract(codes=more)) == [("compatible", "codes", "433 added")]
    assert found(contract(codes=more), contract(codes=codes)) == [("breaking", "codes", "433 removed")]
    renamed = [{"code": 422, "label": "Wrong"}]
    assert found(contract(codes=codes), contract(codes=renamed)) == [("editorial", "codes", "label of 422 changed")]
    inherited = [{"code": 401, "label": "Unauthorized", "inherited": True}]
    assert found(contract(codes=codes), contract(codes=inherited))[0][0] == "editorial"
    moved = {"method": "POST", "path": "/api/v2/jobs/createTask"}
    assert found(contract(), contract(endpoint=moved)) == [("breaking", "endpoint.path", "changed")]
    titled = contract(provenance={"title": "Another"})
    assert found(contract(), titled) == [("editorial", "title", "changed")]


def test_models_that_come_and_go() -> None:
    """In sets of contracts a removed model breaks and an added one does not."""
    one = {"a": contract(), "b": contract()}
    two = {"b": contract(), "c": contract()}
    assert [(finding.severity, finding.name, finding.what) for finding in compare_all(one, two)] == [
        ("breaking", "a", "removed"),
        ("compatible", "c", "added"),
    ]


def test_diff_of_two_pages_names_every_change() -> None:
    """The sample page and its successor, with exit code 1, as text and as JSON."""
    done = fakie("diff", OLD, NEW)
    assert (done.returncode, done.stderr) == (1, "")
    assert "maxLength lowered: 500 → 400" in done.stdout
    assert done.stdout.endswith("5 breaking, 6 compatible, 2 editorial\n")
    data = json.loads(fakie("diff", OLD, NEW, "--json").stdout)
    contract_validator(fakie_schemas.format_schema("drift")).validate(data)
    breaking = {(one["place"], one["what"]) for one in data["findings"] if one["severity"] == "breaking"}
    assert breaking == {
        ("input.prompt", "maxLength lowered"),
        ("input.quality", "enum lost draft"),
        ("input.seed", "field removed"),
        ("input.language", "required field added"),
        ("codes", "429 removed"),
    }


def test_diff_takes_revisions_schemas_and_folders_alike(tmp_path: Path) -> None:
    """A page equals its own revision, given by either of its files or by a folder."""
    facts = write(derive(OLD, date="2026-01"), tmp_path / "out")[1]
    schema = facts.with_name("2026-01.request.schema.json")
    for one in (OLD, facts, schema, OLD.parent, tmp_path):
        for other in (OLD, schema, tmp_path / "out"):
            done = fakie("diff", one, other)
            assert (done.returncode, done.stdout) == (0, "0 breaking, 0 compatible, 0 editorial\n"), done
    done = fakie("diff", AUDIO / "2025-12.revision.json", AUDIO / "2026-04.revision.json")
    assert done.returncode == 1
    assert "input.audio_url required field added" in squeezed(done.stdout)


def test_diff_of_folders_tells_of_models(tmp_path: Path) -> None:
    """The sample page's model is not among the shipped, so that it was removed, and 189 contracts were added."""
    data = json.loads(fakie("diff", OLD.parent, SHIPPED, "--json").stdout)
    assert data["counts"] == {"breaking": 1, "compatible": 189, "editorial": 0}


def test_diff_of_two_folders_of_endpoints_keeps_their_families_apart(tmp_path: Path) -> None:
    """Endpoints of one name in two families are two, wherever the folders lie."""
    for day, folder in (("2026-04", "old"), ("2026-08-19", "new")):
        for file in SHIPPED.glob(f"endpoints/*/generate/{day}.*"):
            place = tmp_path / folder / file.relative_to(SHIPPED / "endpoints")
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(file.read_bytes())
    out = squeezed(fakie("diff", str(tmp_path / "old"), str(tmp_path / "new")).stdout)
    assert "compatible endpoints/veo/generate duration optional field added" in out
    assert "breaking endpoints/4o-image/generate maskUrl field removed" in out


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [
        ("<!doctype html>", "page.md", "page.md:1: this is HTML"),
        ("{", "2026-01.revision.json", "Expecting property name"),
        ('{"format_version": 1}', "2026-01.revision.json", "model is required"),
        ("{}", "2026-01.request.schema.json", "2026-01.revision.json: cannot be read: No such file"),
        (None, "empty", "expected doc pages (*.md), OpenAPI documents (*.json, *.yaml) or revisions"),
        (None, "absent/page.md", "does not exist"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_exit_2(tmp_path: Path, content: str | None, name: str, word: str) -> None:
    """The file and the reason; nothing on stdout."""
    path = tmp_path / name
    if content is not None:
        path.write_text(content if content != "{}" else "{}")
        path.with_name("2026-01.request.schema.json").write_text("{}")
    elif name == "empty":
        path.mkdir()
    done = fakie("diff", path, OLD)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done
    assert word in done.stderr


@pytest.mark.parametrize(
    "schema", ['{"properties": {"input": true}}', '{"$ref": "#"}', '{"$ref": "http://127.0.0.1:1/a"}']
)
def test_a_schema_that_no_reader_can_follow_is_one_line(tmp_path: Path, schema: str) -> None:
    """A part that is no object, a reference to itself or to elsewhere: its place is named."""
    write(derive(OLD, date="2026-01"), tmp_path)
    [file] = tmp_path.rglob("*.request.schema.json")
    file.write_text(schema)
    done = fakie("diff", OLD, file)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1), done
    assert "request schema." in done.stderr


def test_one_unreadable_page_of_a_folder_stops_the_comparison(tmp_path: Path) -> None:
    """Its model would look removed; the line says how many there are."""
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("<html>")
    (tmp_path / "c.md").write_bytes(OLD.read_bytes())
    done = fakie("diff", tmp_path, OLD.parent)
    assert done.returncode == 2
    assert "a.md:1: this is HTML" in done.stderr
    assert "(and 1 more)" in done.stderr


def test_pages_that_say_the_same_confirm_the_shipped_revisions(shared: Path) -> None:
    """All official pages hold, and the user's page is compared with its own revision."""
    done = fakie("verify-pages", shared / "pages" / "official")
    assert (done.returncode, done.stdout) == (0, "115 pages: 115 hold, 0 suspect, 0 new\n")
    user = json.loads(fakie("verify-pages", shared / "pages" / "user", "--json").stdout)
    assert {one["revision"] for one in user["verdicts"] if one["name"] == "elevenlabs/audio-isolation"} == {"2025-12"}


def changed_page(folder: Path, *changes: tuple[str, str]) -> None:
    """Write the sample page into a folder, with these words replaced."""
    text = OLD.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "page.md").write_text(text)


def test_a_page_of_a_shipped_model_that_says_something_else_makes_it_suspect(tmp_path: Path) -> None:
    """Exit code 1, with the revision's date and the findings; a guide beside it does not matter."""
    changed_page(tmp_path, ("acme/voice-cleaner", "nano-banana-2"))
    (tmp_path / "guide.md").write_text("# Read me\n")
    done = fakie("verify-pages", tmp_path)
    assert done.returncode == 1
    assert "suspect nano-banana-2 2026-08-19 page.md" in squeezed(done.stdout)
    assert "breaking nano-banana-2 input.audio_url required field added" in squeezed(done.stdout)
    assert done.stdout.endswith("1 page: 0 hold, 1 suspect, 0 new\n")
    data = json.loads(fakie("verify-pages", tmp_path, "--json").stdout)
    contract_validator(fakie_schemas.format_schema("verdicts")).validate(data)
    assert data["counts"] == {"holds": 0, "suspect": 1, "new": 0}
    assert data["guides"] == 1


def test_a_page_of_an_unknown_model_is_new(tmp_path: Path) -> None:
    """Exit code 0: nothing shipped is wrong."""
    changed_page(tmp_path)
    done = fakie("verify-pages", tmp_path)
    assert done.returncode == 0
    assert done.stdout.endswith("1 page: 0 hold, 0 suspect, 1 new\n")


def test_an_unreadable_page_is_told_of_beside_the_verdicts(tmp_path: Path) -> None:
    """Exit code 2, the others are judged all the same; a folder without pages is one line."""
    changed_page(tmp_path)
    (tmp_path / "bad.md").write_bytes(b"\0")
    done = fakie("verify-pages", tmp_path)
    assert done.returncode == 2
    assert "1 new" in done.stdout
    assert "bad.md:1: the file is binary" in done.stderr
    (tmp_path / "none").mkdir()
    done = fakie("verify-pages", tmp_path / "none")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
