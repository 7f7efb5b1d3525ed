"""Bullets below and beside fields, and tables that stand on their side or list no fields."""

from pathlib import Path
from typing import Any

import pytest

from support.pages.created import revision_of_body

HEAD = "| Parameter | Type | Required | Description |\n|---|---|---|---|\n"
TABLES = f"{HEAD}| model | string | yes | must be `a/b` |\n| input | object | yes | x |\n\n## input object\n\n"
BULLETS = "- `model` (string, required): must be `a/b`\n- `input` (object, required):\n"
UNLIKE = "a table was not read: its columns are not those of fields"


def derive_text(tmp_path: Path, text: str) -> tuple[dict[str, Any], list[str]]:
    """Derive a page of createTask: gives the fields of its input and the reasons of what is unread, without marks."""
    revision = revision_of_body(tmp_path, text)
    unread = [entry["why"].split(" (its content")[0] for entry in revision["unread"]]
    return revision["request"]["properties"]["input"]["properties"], unread


def test_bullets_below_a_text_say_something_of_it(tmp_path: Path) -> None:
    """A format below a field is no field, nor does it hide the limits that follow."""
    labels = "    - Format: uri\n    - **Max length**: 500\n    - Example: foo\n"
    given, unread = derive_text(tmp_path, f"{BULLETS}  - `url` (string)\n{labels}  - `n` (integer): 1-9\n")
    assert given == {
        "url": {"type": "string", "format": "uri", "maxLength": 500, "examples": ["foo"]},
        "n": {"type": "integer", "minimum": 1, "maximum": 9},
    }
    assert unread == []


def test_bullets_without_a_type_beside_fields_are_listed(tmp_path: Path) -> None:
    """They may be fields, and say too little to be taken for some; words and remarks are not meant."""
    given, unread = derive_text(
        tmp_path,
        f"{BULLETS}  - style\n  - `url` (string)\n    - a\n  - mood: the mood\n  - Images must be small\n  - Note: x\n",
    )
    assert list(given) == ["url"]
    assert unread == [f"whether {name} is a field is not said: it has no type" for name in ("style", "mood")]


ASIDE = (("Name", "seed", "n"), ("Type", "integer", "number"), ("Required", "no", "no"), ("Range", "1-10", "0-1"))
OF_HTML = "".join(f"<tr><th>{title}</th><td>{one}</td><td>{other}</td></tr>\n" for title, one, other in ASIDE)
OF_MARKDOWN = "| Name | seed | n |\n|---|---|---|\n" + "".join(f"| {' | '.join(row)} |\n" for row in ASIDE[1:])


@pytest.mark.parametrize("table", [f"<table>\n{OF_HTML}</table>\n", OF_MARKDOWN])
def test_a_table_with_a_column_for_each_field_is_read(tmp_path: Path, table: str) -> None:
    """Its titles stand in the first column."""
    given, unread = derive_text(tmp_path, f"{TABLES}{table}")
    assert given == {
        "seed": {"type": "integer", "minimum": 1, "maximum": 10},
        "n": {"type": "number", "minimum": 0, "maximum": 1},
    }
    assert unread == []


@pytest.mark.parametrize(
    "table", ["| Type | integer |\n|---|---|\n", "| Property | Content |\n|---|---|\n| Type | integer |\n"]
)
def test_the_first_label_of_a_field_may_stand_where_titles_do(tmp_path: Path, table: str) -> None:
    """All rows are labels of the field above."""
    given, unread = derive_text(tmp_path, f"{TABLES}### seed\n\n{table}| Required | no |\n| Range | 1-10 |\n")
    assert (given, unread) == ({"seed": {"type": "integer", "minimum": 1, "maximum": 10}}, [])


def test_types_may_stand_in_the_column_of_names(tmp_path: Path) -> None:
    """A table without a column of types is one of fields all the same."""
    table = "| Parameter | Description |\n|---|---|\n| `n` integer | Required. 1-10 |\n| `t` (string, optional) | x |\n"
    given, unread = derive_text(tmp_path, f"{TABLES}{table}")
    assert (given, unread) == ({"n": {"type": "integer", "minimum": 1, "maximum": 10}, "t": {"type": "string"}}, [])


@pytest.mark.parametrize(
    "table",
    [
        "### Limits\n\n| Parameter | Min | Max |\n|---|---|---|\n| prompt | 1 | 500 |\n",
        "| Parameter | Description |\n|---|---|\n| `n` | Integer. 1-10 |\n",
        "### Modes\n\n| Value | Meaning |\n|---|---|\n| `fast` | quick |\n",
    ],
)
def test_a_table_among_the_fields_that_is_none_of_fields_is_listed(tmp_path: Path, table: str) -> None:
    """What it holds is not lost without a word."""
    given, unread = derive_text(tmp_path, f"{TABLES}{HEAD}| prompt | string | yes | x |\n\n{table}")
    assert (given, unread) == ({"prompt": {"type": "string"}}, [UNLIKE])


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("string / null", {"type": ["string", "null"]}),
        ("`string \\| null`", {"type": ["string", "null"]}),
        ("null or integer", {"type": ["integer", "null"]}),
        ("nullable string", {"type": ["string", "null"]}),
        ("string?", {"type": ["string", "null"]}),
        ("string[] \\| null", {"type": ["array", "null"], "items": {"type": "string"}}),
        ("int/float", {"type": "number"}),
        ("integer or number", {"type": "number"}),
        ("int / long", {"type": "integer"}),
    ],
)
def test_a_type_may_stand_beside_null_or_another_word_for_numbers(
    tmp_path: Path, kind: str, expected: dict[str, Any]
) -> None:
    """It is the type, and null is allowed where it is named."""
    given, unread = derive_text(tmp_path, f"{TABLES}{HEAD}| f | {kind} | no | x |\n")
    assert (given, unread) == ({"f": expected}, [])


@pytest.mark.parametrize("kind", ["string or array", "?", "string or null, if any"])
def test_types_that_are_mixed_or_none_are_doubted(tmp_path: Path, kind: str) -> None:
    """Nothing is taken for the one or the other."""
    given, unread = derive_text(tmp_path, f"{TABLES}{HEAD}| f | {kind} | no | x |\n")
    assert given == {"f": {}}
    assert unread == ["f: no type is given that is known", "f: the type is not one that is known"]


def test_cells_that_span_rows_or_columns_leave_the_others_in_theirs(tmp_path: Path) -> None:
    """What spans rows is said of each of their fields; what spans columns moves none of the cells behind it."""
    titles = "".join(f"<th>{title}</th>" for title in ("Parameter", "Type", "Required", "Description"))
    rows = (
        "<td>a</td><td rowspan=2>integer</td><td rowspan='3'>Yes</td><td>1-9</td>",
        "<td>b</td><td>Range: 2 - 8</td>",
        "<td>c</td><td>string</td><td>max 5 characters</td>",
        "<td>d</td><td colspan='2'>integer, optional</td><td>1-7</td>",
        "<td>e</td><td rowspan='99999999'>integer</td><td>No</td><td colspan='99999'>1-6</td>",
    )
    table = "".join(f"<tr>{row}</tr>\n" for row in (titles, *rows))
    revision = revision_of_body(tmp_path, f"{TABLES}<table>\n{table}</table>\n")
    given = revision["request"]["properties"]["input"]
    assert given["required"] == ["a", "b", "c"]
    assert given["properties"] == {
        "a": {"type": "integer", "minimum": 1, "maximum": 9},
        "b": {"type": "integer", "minimum": 2, "maximum": 8},
        "c": {"type": "string", "maxLength": 5},
        "d": {"type": "integer", "minimum": 1, "maximum": 7},
        "e": {"type": "integer", "minimum": 1, "maximum": 6},
    }


def test_titles_in_two_rows_are_one_line_of_titles(tmp_path: Path) -> None:
    """A title that spans both stands beside those of the second, and is no field."""
    titles = "<th rowspan=2>Parameter</th><th colspan=2>Kind</th><th rowspan=2>Description</th>"
    rows = (titles, "<th>Type</th><th>Required</th>", "<td>a</td><td>integer</td><td>yes</td><td>1-9</td>")
    table = "".join(f"<tr>{row}</tr>\n" for row in rows)
    given = derive_text(tmp_path, f"{TABLES}<table>\n{table}</table>\n")
    assert given == ({"a": {"type": "integer", "minimum": 1, "maximum": 9}}, [])


def test_a_name_that_spans_rows_is_that_of_one_field(tmp_path: Path) -> None:
    """What the rows below say of it is told as not read, and the page is."""
    rows = (
        "<th>Parameter</th><th>Type</th><th>Required</th><th>Description</th>",
        "<td rowspan=2>a</td><td>integer</td><td>yes</td><td>1-9</td>",
        "<td></td><td></td><td>More of it.</td>",
        "<td>b</td><td>string</td><td>no</td><td>What to say</td>",
    )
    table = "".join(f"<tr>{row}</tr>\n" for row in rows)
    given, doubts = derive_text(tmp_path, f"{TABLES}<table>\n{table}</table>\n")
    assert given == {"a": {"type": "integer", "minimum": 1, "maximum": 9}, "b": {"type": "string"}}
    assert [doubt for doubt in doubts if "names no field" in str(doubt)] == doubts != []


@pytest.mark.parametrize("words", ["*required*, at most 5 characters", "**Required**; at most 5 characters"])
def test_a_word_that_stands_out_and_goes_on_is_no_label(tmp_path: Path, words: str) -> None:
    """What is said behind it is read as in a line in which nothing stands out."""
    assert derive_text(tmp_path, f"{TABLES}- **style** (string)\n\n  {words}\n") == derive_text(
        tmp_path, f"{TABLES}- **style** (string)\n\n  required, at most 5 characters\n"
    )


@pytest.mark.parametrize("name", ["*style*", "_style_", "***style***", "style"])
@pytest.mark.parametrize("words", ["(string, optional): at most 5 characters", "(string) - at most 5 characters"])
def test_a_name_in_italics_or_in_none_begins_a_field_as_a_bold_one_does(tmp_path: Path, name: str, words: str) -> None:
    """What stands in brackets behind it tells that it is one, and the field above has nothing of it."""
    given, unread = derive_text(tmp_path, f"{BULLETS}  - `url` (string)\n\n{name} {words}\n")
    assert (given, unread) == ({"url": {"type": "string"}, "style": {"type": "string", "maxLength": 5}}, [])


@pytest.mark.parametrize(
    "line", ["*Only in the playground*", "*Optional*", "some (string) here", "images (jpg, png) only"]
)
def test_a_remark_in_italics_or_a_word_with_brackets_is_no_field(tmp_path: Path, line: str) -> None:
    """A whole line in italics titles nothing, and brackets within a sentence are of the sentence."""
    given, _ = derive_text(tmp_path, f"{BULLETS}  - `url` (string)\n\n{line}\n")
    assert list(given) == ["url"]


@pytest.mark.parametrize("marks", ["`integer` · required", "integer, required", "`integer`", "`integer` | `required`"])
def test_a_line_of_marks_below_a_title_is_the_type_of_its_field(tmp_path: Path, marks: str) -> None:
    """So it is with whether the field is required; the words below it are read as of that type."""
    revision = revision_of_body(tmp_path, f"{TABLES}### seed\n\n{marks}\n\nAt most 5.\n")
    given = revision["request"]["properties"]["input"]
    assert given["properties"] == {"seed": {"type": "integer", "maximum": 5}}
    assert given.get("required", []) == (["seed"] if "required" in marks else [])
    assert revision["unread"] == []
