"""OpenAPI whole: references, parts, alternatives, null, constants, maps; what is not read is listed."""

import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.compiler import PageError, Revision, derive
from fakie_schemas.compiler.market import derive_folder
from fakie_schemas.validator import holds

TEXT = {"type": "string"}
Schema = Mapping[str, Any]


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def document(given: Schema, components: Schema | None = None, model: Schema | None = None) -> dict[str, Any]:
    """Make a document of createTask whose input is `given`."""
    body = {
        "type": "object",
        "required": ["model", "input"],
        "properties": {"model": model or {"type": "string", "enum": ["acme/y"]}, "input": given},
    }
    operation = {
        "requestBody": {"content": {"application/json": {"schema": body}}},
        "responses": {"200": {"description": "ok"}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Acme Y", "version": "1"},
        "paths": {"/api/v1/jobs/createTask": {"post": operation}},
        "components": {"schemas": components or {}},
    }


Read = Callable[..., Revision]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Derive a document from its JSON."""

    def derived(given: Schema, components: Schema | None = None, **more: Any) -> Revision:
        file = tmp_path / "page.json"
        file.write_text(json.dumps(document(given, components, **more)), encoding="utf-8")
        return derive(file)

    return derived


def given_of(revision: Revision) -> dict[str, Any]:
    found: dict[str, Any] = revision.request["properties"]["input"]
    return found


def fields(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def unread(revision: Revision) -> str:
    return "\n".join(entry["why"] for entry in revision.facts["unread"])


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
        (fields(a={"allOf": [{"minimum": 5}, {"maximum": 3}]}), "a: minimum is more than maximum allows"),
        (fields(a={"minimum": 3, "exclusiveMaximum": 3}), "a: minimum is more than exclusiveMaximum allows"),
        (fields(a={"exclusiveMinimum": True}), "a: exclusiveMinimum stands beside no bound"),
        (fields(a={"type": "strange"}), "a: the type is not one that is known"),
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


def test_null_that_two_branches_allow_is_allowed(read: Read) -> None:
    """Exactly one of them then says so."""
    revision = read(fields(a={"oneOf": [{"type": "string", "nullable": True}, {"type": "integer"}, {"type": "null"}]}))
    assert holds(given_of(revision), {"a": None})


def test_a_read_only_field_is_not_asked_where_another_part_requires_it(read: Read) -> None:
    """Whatever part marks it."""
    parts = [fields(a={"type": "string", "readOnly": True}), {"required": ["a"], "properties": {"a": {"maxLength": 4}}}]
    assert "required" not in given_of(read({"allOf": parts}))


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
    ],
)
def test_null_is_allowed_where_the_mark_stands_beside_a_reference(read: Read, style: Schema) -> None:
    """OpenAPI 3.0 leaves it open; null is allowed, and that is noted."""
    revision = read(fields(style=style), {"Style": {"type": "string", "enum": ["oil", "ink"]}})
    assert given_of(revision)["properties"]["style"] == {"type": ["string", "null"], "enum": ["oil", "ink", None]}
    assert "null is allowed" in json.dumps(revision.facts["notes"])


@pytest.mark.parametrize("model", [{"const": "acme/z"}, {"type": "string", "const": "acme/z"}, {"enum": ["acme/z"]}])
def test_a_constant_names_the_model(read: Read, model: Schema) -> None:
    """As a list of one does."""
    revision = read(fields(a=TEXT), model=model)
    assert revision.name == "acme/z"
    assert revision.request["properties"]["model"]["enum"] == ["acme/z"]


@pytest.mark.parametrize(
    ("schema", "components", "reason"),
    [
        (ref("A"), {"A": ref("B"), "B": ref("A")}, "references lead in a circle"),
        (ref("A"), {"A": {"allOf": [ref("A")]}}, "references lead in a circle"),
        (ref("A0"), {f"A{n}": {"allOf": [ref(f"A{n + 1}")] * 10} for n in range(11)}, "references that never end"),
        (ref("A0"), {f"A{n}": fields(**{f"p{m}": ref(f"A{n + 1}") for m in range(10)}) for n in range(11)}, "expand"),
        (ref("A0"), {f"A{n}": {"anyOf": [ref(f"A{n + 1}"), TEXT] * 5} for n in range(11)}, "expand"),
    ],
)
def test_loops_and_bombs_are_refused(read: Read, schema: Schema, components: Schema, reason: str) -> None:
    """In one line, and soon."""
    started = time.monotonic()
    with pytest.raises(PageError, match=reason) as caught:
        read(schema, components)
    assert "\n" not in str(caught.value)
    assert time.monotonic() - started < 20


def test_references_are_followed_in_bodies_responses_and_parameters(tmp_path: Path) -> None:
    """Whatever a reference stands for."""
    made = document(fields(a=TEXT))
    operation = made["paths"]["/api/v1/jobs/createTask"]["post"]
    answer = fields(code={"type": "integer", "enum": [200, 401, 422]}, data=ref("Data"))
    made["components"] |= {
        "requestBodies": {"Body ": operation["requestBody"]},
        "responses": {"ok": {"content": {"application/json": {"schema": answer}}}},
    }
    made["components"]["schemas"]["Data"] = fields(taskId=TEXT, recordId=TEXT)
    operation["requestBody"] = {"$ref": "#/components/requestBodies/Body%20"}
    operation["responses"] = {"200": {"$ref": "#/components/responses/ok"}}
    file = tmp_path / "page.json"
    file.write_text(json.dumps(made))
    revision = derive(file)
    assert given_of(revision) == fields(a=TEXT)
    assert revision.facts["answers"]["success"] == "task-created-with-record-id"
    assert [entry["code"] for entry in revision.facts["codes"]] == [200, 401, 422]


def test_create_task_counts_wherever_it_stands_on_the_page(tmp_path: Path) -> None:
    """Another endpoint before it is passed over, and listed."""
    made = document(fields(a=TEXT))
    made["paths"] = {"/api/v1/jobs/recordInfo": {"get": {"responses": {}}}, **made["paths"]}
    file = tmp_path / "page.json"
    file.write_text(json.dumps(made))
    revision = derive(file)
    assert revision.name == "acme/y"
    assert "GET /api/v1/jobs/recordInfo is another endpoint" in unread(revision)


def forms() -> dict[str, tuple[str, str]]:
    """Return one document in every form in which it may come: name of the file, text."""
    made = document(fields(a={"type": "string", "description": "tab\there, \\/ and 😀"}))
    plain = json.dumps(made)
    answer = json.dumps({"code": 200, "msg": "success", "data": {"model": "acme/y", "openapi": made}})
    return {
        "bare": ("page.json", plain),
        "indented": ("page.json", json.dumps(made, indent="\t")),
        "escaped": ("page.json", plain.replace("/", "\\/")),
        "answer": ("page.json", answer),
        "json-block": ("page.md", f"# Acme Y\n\n```json\n{json.dumps(made, indent=2)}\n```\n"),
        "yaml-block-of-json": ("page.md", f"# Acme Y\n\n```yaml\n{plain}\n```\n"),
    }


@pytest.mark.parametrize("form", forms())
def test_a_document_is_read_in_every_form(tmp_path: Path, form: str) -> None:
    """As a file, in a catalogue's answer, in a block of a page."""
    name, text = forms()[form]
    (tmp_path / name).write_text(text, encoding="utf-8")
    revision = derive(tmp_path / name)
    assert (revision.name, revision.facts["provenance"]["title"]) == ("acme/y", "Acme Y")
    assert given_of(revision) == fields(a=TEXT)


def test_a_yaml_document_is_read_as_a_file(tmp_path: Path) -> None:
    """Without a page around it."""
    file = tmp_path / "page.yaml"
    file.write_text(
        "openapi: 3.0.3\npaths:\n  /api/v1/jobs/createTask:\n    post:\n      requestBody:\n        content:\n"
        "          application/json:\n            schema:\n              properties:\n"
        "                model: {type: string, enum: [acme/y]}\n                input: {type: object}\n"
    )
    assert derive(file).name == "acme/y"


def test_lines_of_json_are_those_of_the_file(tmp_path: Path) -> None:
    """As a reader finds them."""
    file = tmp_path / "page.json"
    text = json.dumps(document(fields(a={"type": "string", "maxLength": 77})), indent=1)
    file.write_text(text)
    pointer = "/request/properties/input/properties/a/maxLength"
    line = derive(file).facts["sources"][pointer]
    assert "77" in text.split("\n")[line - 1]


WHOLE = json.dumps(document(fields(a=TEXT)))
BAD = {
    "half": (WHOLE[:300], "is it cut off"),
    "empty-object": ("{}", "without an OpenAPI document"),
    "another-vendor": ('{"openapi": "3.0.0", "paths": {"/pets": {"get": {}}}}', "it has GET /pets"),
    "swagger": ('{"swagger": "2.0", "paths": {}}', "expected an OpenAPI document of 3.0 or 3.1, found 2.0"),
    "null-schema": ('{"code": 200, "msg": "ok", "data": {"model": "a/b", "openapi": null}}', "without an OpenAPI document"),
    "refused": ('{"code": 429, "msg": "slow down", "data": null}', "the catalogue answered 429: slow down"),
    "climbs": (f'{{"code": 200, "data": {{"model": "../../x", "openapi": {WHOLE}}}}}', "not one that can be"),
    "nan": ('{"openapi": "3.1.0", "x": NaN}', "NaN is no JSON"),
    "key-twice": ('{"openapi": "3.1.0", "a": 1, "a": 2}', "stands twice"),
    "deep": ('{"openapi": "3.1.0", "a": ' + "[" * 3000 + "]" * 3000 + "}", "nested too deeply"),
    "huge": ("{" + " " * 10_000_000 + "}", "larger than 5 MB"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_document_that_cannot_be_read_says_why(tmp_path: Path, name: str) -> None:
    """In one line."""
    text, reason = BAD[name]
    file = tmp_path / "page.json"
    file.write_text(text)
    with pytest.raises(PageError, match=reason) as caught:
        derive(file)
    assert "\n" not in str(caught.value)


def test_one_bad_document_stops_no_folder(tmp_path: Path) -> None:
    """The others are derived, revisions beside them are no pages, and each failure is listed."""
    for name in BAD:
        (tmp_path / f"{name}.json").write_text(BAD[name][0])
    (tmp_path / "good.json").write_text(WHOLE)
    (tmp_path / "good.revision.json").write_text("{}")
    market = derive_folder(tmp_path)
    assert [path.name for path in market.revisions] == ["good.json"]
    assert len(market.failed) + len(market.guides) == len(BAD)
