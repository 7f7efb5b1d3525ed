"""OpenAPI documents: the forms in which they come, references between their parts, and those that are refused."""

import json
import time
from pathlib import Path

import pytest

from fakie_schemas.compiler import PageError, derive
from fakie_schemas.compiler.market import derive_folder
from support.pages.openapi import TEXT, Read, Schema, document, fields, given_of, ref, unread


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


def test_an_answer_has_what_is_read_only_and_lacks_what_is_write_only(tmp_path: Path) -> None:
    """Of the fields that the page requires; of a request it is the other way round."""
    made = document(fields(a=TEXT))
    data = fields(state={"type": "string", "readOnly": True}, key={"type": "string", "writeOnly": True})
    answer = {**fields(data={**data, "required": ["state", "key"]}), "required": ["data"]}
    content = {"application/json": {"schema": answer}}
    made["paths"] = {"/api/v1/jobs/recordInfo": {"get": {"responses": {"200": {"content": content}}}}}
    file = tmp_path / "page.json"
    file.write_text(json.dumps(made))
    assert derive(file).facts["answers"]["success"]["properties"]["data"]["required"] == ["state"]


def test_an_answer_of_a_key_that_says_nothing_of_its_values_is_read(tmp_path: Path) -> None:
    """Words alone make no rule of it."""
    made = document(fields(a=TEXT))
    answer = fields(code={"description": "The code"}, data=fields(taskId=TEXT))
    operation = made["paths"]["/api/v1/jobs/createTask"]["post"]
    operation["responses"]["200"]["content"] = {"application/json": {"schema": answer}}
    file = tmp_path / "page.json"
    file.write_text(json.dumps(made))
    assert derive(file).facts["answers"]["success"] == "task-created"


@pytest.mark.parametrize(("form", "listed"), [(fields(a=TEXT), False), (fields(zz=TEXT), True)])
def test_a_request_in_another_content_type_is_listed_where_it_differs(
    tmp_path: Path, form: Schema, listed: bool
) -> None:
    """JSON is read; what a form of the same request has, and JSON has not, is not lost without a word."""
    made = document(fields(a=TEXT))
    content = made["paths"]["/api/v1/jobs/createTask"]["post"]["requestBody"]["content"]
    read = content["application/json"]["schema"]
    content["multipart/form-data"] = {"schema": {**read, "properties": {**read["properties"], "input": form}}}
    file = tmp_path / "page.json"
    file.write_text(json.dumps(made))
    revision = derive(file)
    assert given_of(revision) == fields(a=TEXT)
    assert ("multipart/form-data has another schema" in unread(revision)) is listed


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
    "empty-object": ("{}", r"without an OpenAPI document \(it is empty\)"),
    "another-vendor": ('{"openapi": "3.0.0", "paths": {"/pets": {"get": {}}}}', "it has GET /pets"),
    "swagger": ('{"swagger": "2.0", "paths": {}}', "expected an OpenAPI document of 3.0 or 3.1, found 2.0"),
    "null-schema": ('{"code": 200, "msg": "ok", "data": {"model": "a/b", "openapi": null}}', "without an OpenAPI document"),
    "refused": ('{"code": 429, "msg": "slow down", "data": null}', "the catalogue answered 429: slow down"),
    "climbs": (f'{{"code": 200, "data": {{"model": "../../x", "openapi": {WHOLE}}}}}', "not one that can be"),
    "nan": ('{"openapi": "3.1.0", "x": NaN}', "NaN is not a JSON number"),
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
