"""What documents say in ways of other tools and dialects: read as they mean it, or doubted, and never too strict."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.catalog.leniency import without_rules
from fakie_schemas.compiler import DerivedRevision, derive
from fakie_schemas.compiler.facts import Log
from fakie_schemas.compiler.field_tree import note_mentions
from fakie_schemas.validator import holds
from support.pages.openapi import TEXT, Read, Schema, document, fields, given_of, ref, unread
from support.pages.yaml_lines import from_yaml, of_lines


def judged(revision: DerivedRevision) -> Any:
    """Return the schema of the input that requests are judged by."""
    pointers = (rule["pointer"] for rule in revision.facts.get("contradicted", ()))
    return without_rules(revision.request, pointers)["properties"]["input"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["b: {<<: *a, maximum: 20}"], {"type": "integer", "maximum": 20}),
        (["b: {maximum: 20, <<: *a}"], {"type": "integer", "maximum": 20}),
        (["c: &c {maximum: 5, minimum: 1}", "b: {<<: [*a, *c]}"], {"type": "integer", "minimum": 1, "maximum": 10}),
    ],
)
def test_a_mapping_goes_before_what_is_merged_into_it(tmp_path: Path, lines: list[str], expected: Schema) -> None:
    """A key of its own wherever it stands, and of several mappings the first."""
    assert from_yaml(tmp_path, "a: &a {type: integer, maximum: 10}", *lines)["b"] == expected


@pytest.mark.parametrize("mark", ["nullable: true", "nullable: True", "nullable: 'true'", "x-nullable: true"])
def test_null_is_allowed_in_each_spelling(tmp_path: Path, mark: str) -> None:
    """Of OpenAPI 2 and 3.0, and of YAML."""
    assert from_yaml(tmp_path, f"a: {{type: string, {mark}}}")["a"]["type"] == ["string", "null"]


def test_branches_that_a_discriminator_tells_apart_may_overlap(read: Read) -> None:
    """A request that fits two of them as they are written is right, and the discriminator is listed."""
    branch = {**fields(kind=TEXT, n={"type": "integer"}), "required": ["kind"]}
    given = {"oneOf": [ref("A"), ref("B")], "discriminator": {"propertyName": "kind"}}
    revision = read(given, {"A": branch, "B": {**branch, "required": ["kind", "n"]}})
    assert holds(given_of(revision), {"kind": "a", "n": 1})
    assert not holds(given_of(revision), {"n": 1})
    assert "discriminator is not read" in unread(revision)


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        ("/^[a-z]+$/", "abc"),
        ("/^[a-z]+$/gi", "ABC"),
        ("^[[:alpha:]]+$", "abc"),
        ("^[a-z&&[^b]]+$", "acd"),
        ("^[\\w--b]+$", "acd"),
        ("[[[[a", "b"),
        ("^[]a$]+$", "a]"),
        ("^[^]a]+$", "bc"),
        ("^a{1,99999999999}$", "b"),
        ("^[\\uD83C-\\uDBFF\\uDC00-\\uDFFF]+$", "😀"),
        ("^\\Aabc\\Z$", "AabcZ"),
        ("^a{,3}$", "a{,3}"),
        ("(?i)^abc$", "ABC"),
        ("^(?P<year>\\d{4})$", "2026"),
        ("^a++b$", "aab"),
    ],
)
def test_a_pattern_of_another_dialect_refuses_nothing(
    read: Read, recwarn: pytest.WarningsRecorder, pattern: str, value: str
) -> None:
    """It is listed as unread, and nothing is printed of it."""
    revision = read(fields(a={"type": "string", "pattern": pattern}))
    assert holds(given_of(revision), {"a": value})
    assert "a: pattern is none that ECMA-262 and Python read alike" in unread(revision)
    assert not recwarn.list


@pytest.mark.parametrize(
    "pattern",
    ["^[a-z-]+$", "^https?://.+/x", "^[^\\[]+$", "^[\\u4e00-\\u9fa5]+$", "^\\[\\[$", "^\\++[*++]+\\(?A(?!b)(?<=A)$"],
)
def test_patterns_of_every_dialect_are_kept(read: Read, pattern: str) -> None:
    """Slashes, brackets and dashes that mean themselves are no other dialect."""
    assert given_of(read(fields(a={"type": "string", "pattern": pattern})))["properties"]["a"]["pattern"] == pattern


@pytest.mark.parametrize(
    ("schema", "rule", "value"),
    [
        ({"type": "integer", "maximum": 10, "default": 20}, "maximum", 20),
        ({"type": "integer", "description": "At most 10.", "default": 20}, "maximum", 20),
        ({"type": "string", "maxLength": 2, "default": "abc"}, "maxLength", "abc"),
        ({"type": "string", "pattern": "^[a-z]+$", "default": "A"}, "pattern", "A"),
        ({"type": "array", "items": TEXT, "minItems": 2, "default": ["a"]}, "minItems", ["a"]),
        ({"type": "integer", "enum": [5, 10], "maximum": 7}, "maximum", 10),
    ],
)
def test_a_limit_that_the_fields_own_values_break_refuses_nothing(
    read: Read, schema: Schema, rule: str, value: Any
) -> None:
    """It is contradicted: the limit or the value is wrong on the page, which is noted with the rule."""
    revision = read(fields(a=schema))
    assert [one["pointer"].rpartition("/")[2] for one in revision.facts["contradicted"]] == [rule]
    assert holds(judged(revision), {"a": value})
    assert "a value that the field lists" in str(revision.facts) or "the field's own default" in str(revision.facts)


@pytest.mark.parametrize(
    ("schema", "is_noted"),
    [
        ({"type": "integer", "default": None}, True),
        ({"type": "array", "items": TEXT, "default": None}, True),
        ({"type": ["integer", "null"], "default": None}, False),
        ({"type": "integer", "nullable": True, "default": None}, False),
        ({"default": None}, False),
    ],
)
def test_a_default_of_null_that_its_field_refuses_is_noted(read: Read, schema: Schema, is_noted: bool) -> None:
    """It is left out; where null is allowed there is nothing to say, since it is what is there without a default."""
    notes = [note["text"] for note in read(fields(a=schema)).facts["notes"] if note.get("field") == "a"]
    assert notes == (["the default null, which the field refuses, is left out"] if is_noted else [])


def test_an_empty_default_contradicts_nothing(read: Read) -> None:
    """Editors put an empty text where nothing was said."""
    revision = read(fields(a={"type": "array", "items": {"type": "string", "format": "uri"}, "default": [""]}))
    assert "contradicted" not in revision.facts


@pytest.mark.parametrize("keyword", ["x-max-length", "x-minLength", "x-limit", "x-required", "x-enum-values"])
def test_a_mark_of_a_tool_that_names_a_limit_is_listed(read: Read, keyword: str) -> None:
    """No number of a page is dropped in silence; marks of other things are of no meaning here."""
    revision = read(fields(a={"type": "string", keyword: 5, "x-order": 3, "x-apidog-enum": [1]}))
    assert re.fullmatch(f"a: the keyword {keyword} is not read .its content is [0-9a-f]{{8}}.", unread(revision))


@pytest.mark.parametrize("before", ["x" * 5_000, "X.\n" * 600, "X.\n" + "x" * 5_000])
def test_no_default_is_taken_from_words_that_are_not_read(read: Read, before: str) -> None:
    """A line that is too long, or comes after too many, is listed as unread, and nothing is taken from it."""
    revision = read(fields(a={"type": "integer", "description": f"{before} default 5"}))
    assert "default" not in given_of(revision)["properties"]["a"]
    assert "is not read" in unread(revision)


@pytest.mark.parametrize("words", ['Default: "{}"', "默认值：`{}`。"])
def test_a_long_text_is_no_default_wherever_it_stands(read: Read, words: str) -> None:
    """Pages' own sentences are not taken over, also out of the words about a field."""
    long = "a quiet street in the rain, with lanterns above the doors, filmed from a window at night"
    revision = read(fields(a={"type": "string", "description": words.format(long)}))
    assert given_of(revision)["properties"]["a"] == {"type": "string"}
    assert unread(revision).startswith("a: the default is a long text, which is not taken over (its content is")


@pytest.mark.parametrize("words", ["default 5 x\n", "enabled by default\n"])
def test_endless_words_take_no_endless_time(read: Read, words: str) -> None:
    """What stands in them again and again is looked for once, and not from the start each time."""
    revision = read(fields(a={"type": "string", "description": words * 150_000}))
    assert "is not read" in unread(revision)


@pytest.mark.parametrize("words", ["Required if mode=pro", "当模式为专业版时必填", "If mode is pro, this is required."])
def test_what_is_required_at_times_is_noted(read: Read, words: str) -> None:
    """Though the words name no field of the page."""
    revision = read(fields(a={"type": "string", "description": words}))
    assert "required" not in given_of(revision)
    assert any(note["kind"] == "depends" and note["field"] == "a" for note in revision.facts["notes"])
    assert json.dumps(revision.facts["notes"]).count("depends") == 1


def test_a_page_of_thousands_of_fields_is_read_for_mentions_once() -> None:
    """Each text for the names in it, not for those of all fields."""
    log, names = Log(), [f"field_{number}" for number in range(4000)]
    texts = [(name, f"Goes with field_{number + 1}.", number) for number, name in enumerate(names)]
    note_mentions(texts, set(names), log)
    assert [remark.text for remark in log.remarks] == [f"its words name {name}" for name in names[1:]]


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("end_frame", "Beside end_frame.", True),
        ("endFrame", "Beside endFrame.", True),
        ("end_frame", "Beside my/end_frame.", False),
        ("image", "An image.", False),
        ("image", "Beside `image`.", True),
        ("image", "Beside `input.image`.", True),
        ("x-y", "Beside `x-y`.", True),
    ],
)
def test_words_name_a_field(name: str, text: str, found: bool) -> None:
    """As it is written; a plain word only in backticks."""
    log = Log()
    note_mentions([("other", text, 1)], {name, "other"}, log)
    assert bool(log.remarks) is found


@pytest.mark.parametrize("schema", [[], None, "text", 5, ["a"], {"allOf": [None]}, {"anyOf": [[], TEXT]}], ids=str)
def test_what_is_no_schema_is_listed(read: Read, schema: Any) -> None:
    """A list, null or a text in the place of a schema allows everything, and is told as unread."""
    assert "x: expected a schema, which is a mapping" in unread(read(fields(x=schema)))


def test_a_schema_that_allows_everything_is_no_doubt(read: Read) -> None:
    """True and a mapping without a key say so themselves."""
    assert unread(read(fields(x=True, y={}))) == ""


@pytest.mark.parametrize(
    ("schema", "noted"),
    [
        ({"type": "integer", "enum": ["1", "2"]}, "integer"),
        ({"type": "integer", "const": "5"}, "integer"),
        ({"type": "boolean", "enum": ["true"]}, "boolean"),
        ({"type": "string", "enum": [1, 2]}, "string"),
        ({"type": "array", "items": {"type": "integer"}, "enum": ["1"]}, "integer"),
        ({"type": "integer", "enum": [1, 2]}, None),
        ({"type": "string", "enum": ["1", "2"]}, None),
        ({"type": "string", "nullable": True, "enum": ["1", None]}, None),
    ],
    ids=str,
)
def test_listed_values_that_are_written_as_another_type_are_noted(
    read: Read, schema: Schema, noted: str | None
) -> None:
    """They are taken for what the field's type says, which is an assumption."""
    notes = [note["text"] for note in read(fields(x=schema)).facts["notes"] if note["kind"] == "assumed"]
    wanted = f"the listed values are not written as {noted}, which they are taken for"
    assert (wanted in notes) == (noted is not None)


@pytest.mark.parametrize(
    ("rule", "keyword"),
    [
        ("type: number, maximum: 9007199254740993.5", "maximum"),
        ("type: number, multipleOf: 0.1000000000000000055511151231257827", "multipleOf"),
        ("type: number, const: 0.12345678901234567890123", "const"),
        ("enum: [9007199254740993.25]", "enum"),
        ("enum: [[9007199254740993.25]]", "enum"),
        ("const: {b: [9007199254740993.25]}", "const"),
        ("type: object, properties: {b: {type: number}}, enum: [{b: 0.12345678901234567890123}]", "enum"),
    ],
)
def test_a_number_with_more_digits_than_a_float_keeps_is_listed(tmp_path: Path, rule: str, keyword: str) -> None:
    """Another one would stand for it."""
    revision = of_lines(tmp_path, f"a: {{{rule}}}")
    assert keyword not in given_of(revision)["properties"]["a"]
    assert f"a: {keyword} is not read: it has more digits" in unread(revision)


@pytest.mark.parametrize(
    "rule",
    ["type: number, default: 0.12345678901234567890123", "default: 9007199254740993.25", "default: [9007199254740993.25]",
     "type: array, items: {type: number}, default: [0.12345678901234567890123]"],
)  # fmt: skip
def test_a_default_with_more_digits_than_a_float_keeps_is_listed(tmp_path: Path, rule: str) -> None:
    """A text of such digits is kept."""
    revision = of_lines(tmp_path, f"a: {{{rule}}}", "b: {type: string, default: '0.12345678901234567890123'}")
    found = given_of(revision)["properties"]
    assert "default" not in found["a"]
    assert found["b"]["default"] == "0.12345678901234567890123"
    assert "a: the default has more digits than a number keeps" in unread(revision)


def test_a_number_beyond_all_floats_is_no_text(tmp_path: Path) -> None:
    """Nor is a field without a type whose type was left empty one that is null."""
    revision = of_lines(tmp_path, "a: {enum: [1e400]}", "b: {type: , maxLength: 3}")
    assert given_of(revision)["properties"] == {"a": {}, "b": {"maxLength": 3}}
    assert "a: the listed values are not of its type" in unread(revision)
    assert "b: the type is not one that is known" in unread(revision)


_MODEL = "paths/~1api~1v1~1jobs~1createTask/post/requestBody/content/application~1json/schema/properties/model"


@pytest.mark.parametrize(("rule", "noted"), [("maxLength: 3", True), ("description: A name.", False)])
def test_a_rule_beside_a_reference_is_noted_where_openapi_passes_it_over(
    tmp_path: Path, rule: str, noted: bool
) -> None:
    """As 3.0 does; it is read all the same, as of 3.1."""
    revision = of_lines(tmp_path, f"a: {{$ref: '#/{_MODEL}', {rule}}}")
    assert ("beside a reference" in json.dumps(revision.facts["notes"])) is noted


def test_a_rule_that_any_example_breaks_is_contradicted(tmp_path: Path) -> None:
    """Not by the first example alone: the page shows each as a right request."""
    page = document(fields(a={**TEXT, "maxLength": 3}))
    content = page["paths"]["/api/v1/jobs/createTask"]["post"]["requestBody"]["content"]["application/json"]
    content["examples"] = {text: {"value": {"model": "acme/y", "input": {"a": text}}} for text in ("one", "longer")}
    file = tmp_path / "page.json"
    file.write_text(json.dumps(page), encoding="utf-8")
    revision = derive(file)
    assert revision.facts["examples"]["request"]["input"] == {"a": "one"}
    assert holds(judged(revision), {"a": "longest"})
