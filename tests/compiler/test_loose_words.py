"""Words that stand by no field for certain: titles around a name, bullets without a type, lines below a table."""

from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.compiler import DerivedRevision, derive
from fakie_schemas.validator import holds
from support.pages.openapi import TEXT, Read, fields, given_of, unread

HEAD = "# acme/y\n\n`POST https://api.kie.ai/api/v1/jobs/createTask`\n\n## Body\n\n"
ROWS = "| Parameter | Type | Required | Description |\n|---|---|---|---|\n"
TABLE = (
    ROWS
    + "| model | string | Yes | Must be `acme/y` |\n| input | object | Yes | It. |\n| input.shots | array | No | It. |\n"
)
BULLETS = "- `model` (string): Must be `acme/y`\n- `input` (object)\n"
WORDED = "a: a pattern in words is not read"
OUTSIDE = "what is said outside of any field is not read"


def page(folder: Path, text: str) -> DerivedRevision:
    file = folder / "page.md"
    file.write_text(HEAD + text, encoding="utf-8")
    return derive(file)


def properties(revision: DerivedRevision) -> Any:
    return given_of(revision)["properties"]


@pytest.mark.parametrize("title", ["The `input` object", "Contents of `input`", "Object (`input`)"])
def test_words_before_the_name_of_an_object_name_no_field(tmp_path: Path, title: str) -> None:
    """The fields below the title are the object's."""
    revision = page(tmp_path, f"{TABLE}\n#### {title}\n\n{ROWS}| prompt | string | Yes | It. |\n")
    assert properties(revision).keys() == {"shots", "prompt"}
    assert given_of(revision)["required"] == ["prompt"]


@pytest.mark.parametrize("title", ["Object `shots`", "`shots` items", "The `shots` array"])
def test_a_table_below_the_title_of_an_array_describes_its_items(tmp_path: Path, title: str) -> None:
    """No request needs their fields beside the array."""
    revision = page(tmp_path, f"{TABLE}\n#### {title}\n\n{ROWS}| scene | string | Yes | It. |\n")
    assert properties(revision).keys() == {"shots"}
    assert properties(revision)["shots"]["items"]["required"] == ["scene"]


@pytest.mark.parametrize("title", ["Field `prompt`", "Prompt (`prompt`)", "`prompt`", "prompt `string`"])
def test_words_around_the_name_of_a_field_name_no_other(tmp_path: Path, title: str) -> None:
    """Whether they stand before it or behind."""
    assert properties(page(tmp_path, f"{TABLE}\n#### {title}\n\n- Type: string\n")).keys() == {"shots", "prompt"}


@pytest.mark.parametrize("bullet", ["`a`: the style", "**a** — the style", "`a` ('x' | 'y')", "`a`"])
def test_a_bullet_below_an_object_is_a_field_without_a_type(tmp_path: Path, bullet: str) -> None:
    """That it has no type is said."""
    revision = page(tmp_path, f"{BULLETS}  - {bullet}\n")
    assert properties(revision)["a"] == {}
    assert "a: no type is given that is known" in unread(revision)


@pytest.mark.parametrize("bullet", ["**a** *enum* — `x` | `y`", "`a` enum: `x`, `y`", "`a` (enum): options: `x`, `y`"])
def test_a_bullet_that_says_enum_lists_the_values(tmp_path: Path, bullet: str) -> None:
    """Which tell the type."""
    assert properties(page(tmp_path, f"{BULLETS}  - {bullet}\n"))["a"] == {"type": "string", "enum": ["x", "y"]}


@pytest.mark.parametrize(
    "line",
    [
        "Prompts must not exceed 500 characters.",
        "Either `shots` or nothing must be given.",
        "> **Note**: at most 3 shots.",
    ],
)
def test_what_is_said_below_the_fields_is_listed(tmp_path: Path, line: str) -> None:
    """A limit, or words about a field; a change within them shows."""
    told = [
        unread(page(tmp_path, f"{TABLE}\n{one}\n")) for one in (line, line.replace("must", "should").replace("3", "4"))
    ]
    assert all(OUTSIDE in one for one in told)
    assert told[0] != told[1]


@pytest.mark.parametrize("line", ["The body is JSON.", "Send `input` as an object."])
def test_words_without_a_limit_or_a_field_are_no_doubt(tmp_path: Path, line: str) -> None:
    """They say nothing that a request could break."""
    assert OUTSIDE not in unread(page(tmp_path, f"{TABLE}\n{line}\n"))


@pytest.mark.parametrize("words", ["Allowed: `x`, `y`", "Range: low, high", "取值范围：低、高"])
def test_a_choice_behind_other_labels_is_listed(tmp_path: Path, words: str) -> None:
    """As behind "values"."""
    revision = page(tmp_path, f"{TABLE}| input.a | string | No | {words} |\n")
    assert "a: a choice of values in words was not read" in unread(revision)


def component(folder: Path, text: str) -> DerivedRevision:
    file = folder / "page.mdx"
    model = '<ParamField body="model" type="string" required>Must be `acme/y`</ParamField>'
    file.write_text(
        f'{HEAD}{model}\n<ParamField body="input" type="object">\n{text}\n</ParamField>\n', encoding="utf-8"
    )
    return derive(file)


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('type="integer" min={1} max={10} step="2"', {"type": "integer", "minimum": 1, "maximum": 10, "multipleOf": 2}),
        ('type="string" maxLength={500}', {"type": "string", "maxLength": 500}),
        ('type="string" enum={["x","y"]}', {"type": "string", "enum": ["x", "y"]}),
        ('type="array" maxItems="3"', {"type": "array", "maxItems": 3}),
        ('type="string" format="uri" deprecated', {"type": "string", "format": "uri", "deprecated": True}),
        ('type="string" deprecated={false} placeholder="max 3"', {"type": "string"}),
    ],
)
def test_the_attributes_of_a_component_are_read(tmp_path: Path, attributes: str, expected: dict[str, Any]) -> None:
    """As words in brackets behind a name are."""
    assert properties(component(tmp_path, f'<ParamField body="a" {attributes}>It.</ParamField>'))["a"] == expected


@pytest.mark.parametrize(
    "field", ['<ParamField body="a">It.</ParamField>', '<ParamField body="a" type=\'"x" | "y"\' />']
)
def test_a_component_is_a_field_without_a_type_that_is_known(tmp_path: Path, field: str) -> None:
    """Also within another component."""
    for text in (field, f"<Expandable>\n{field}\n</Expandable>"):
        assert "a: no type is given that is known" in unread(component(tmp_path, text))


def test_a_component_beside_the_input_is_a_field_too(tmp_path: Path) -> None:
    """It stands below no object, and names no type."""
    revision = component(tmp_path, '<ParamField body="a" type="string" />\n</ParamField>\n<ParamField body="tags">It.')
    assert "tags: no type is given that is known" in unread(revision)
    assert properties(revision).keys() == {"a", "tags"}


@pytest.mark.parametrize(
    ("kind", "words", "values"),
    [
        ("string", "Can be null.", [None, "x"]),
        ("enum<string>", "Nullable. Options: `x`, `y`", [None, "x"]),
        ("string<uri>", "The file, or base64.", ["https://a.example/b", "aGk="]),
    ],
)
def test_words_of_a_table_allow_what_those_of_a_document_do(
    tmp_path: Path, kind: str, words: str, values: list[Any]
) -> None:
    """Null, and what is no URL."""
    schema = given_of(page(tmp_path, f"{TABLE}| input.a | {kind} | No | {words} |\n"))
    assert all(holds(schema, {"a": value}) for value in values)
    assert not holds(schema, {"a": 5})


@pytest.mark.parametrize("words", ["Pattern: `^[a-z]+$`", "must match the regex /^a$/", "正则：^a$"])
def test_a_pattern_in_words_is_listed(tmp_path: Path, read: Read, words: str) -> None:
    """In a table and in a document, unless a keyword holds it."""
    table = page(tmp_path, f"{TABLE}| input.a | string | No | {words} |\n")
    document, known = (read(fields(a={**TEXT, "description": words, **more})) for more in ({}, {"pattern": "^a$"}))
    assert [WORDED in unread(one) for one in (table, document, known)] == [True, True, False]


def test_an_equals_sign_states_a_default(tmp_path: Path) -> None:
    """As a colon does."""
    revision = page(tmp_path, f"{TABLE}| input.a | integer | No | (default=5, max=10) |\n")
    assert properties(revision)["a"] == {"type": "integer", "maximum": 10, "default": 5}


def test_another_model_of_a_page_is_listed(tmp_path: Path) -> None:
    """The request that is read is of the first one."""
    other = TABLE.replace("acme/y", "acme/z").replace("shots", "other")
    assert "model: another model is named" in unread(page(tmp_path, f"{TABLE}\n## Body of the other\n\n{other}"))
