"""Tables as other writers make them: open lists of values, two answers in a cell, a bar too many."""

from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.compiler import DerivedRevision, derive
from support.pages.openapi import Read, given_of, unread

PAGE = """# acme/y

`POST https://api.kie.ai/api/v1/jobs/createTask`

| Parameter | Type | Required | Description |
|---|---|---|---|
| model | string | Yes | Must be `acme/y` |
| input | object | Yes | The input |

## input parameters

{head}
{row}
"""
CREATE = "https://api.kie.ai/api/v1/jobs/createTask"
HEAD = "| Parameter | Type | Required | Description |\n|---|---|---|---|"
OPTIONS = "| Parameter | Type | Required | Options | Description |\n|---|---|---|---|---|"


def row(folder: Path, text: str, head: str = HEAD) -> tuple[DerivedRevision, Any]:
    """Derive a page with one row of a table; return the revision and the schema of the row's field."""
    file = folder / "page.md"
    file.write_text(PAGE.format(head=head, row=text), encoding="utf-8")
    revision = derive(file)
    return revision, given_of(revision)["properties"]["a"]


@pytest.mark.parametrize(
    "words",
    [
        "Options: `x`, `y`, and more",
        "Options: `x`, `y`, etc.",
        "Options: x, y, etc.",
        "Options: x, y and others",
        "Options: `x`, `y`…",
        "Options: x, y, ...",
        "Options: `x`, `y`, or custom",
        "Options: `x` or any URL",
        "可选值：`x`、`y`等",
        "Options: any",
        "Options: `x` - first; `y` - second",
        "Options: `x` is fast. `y` is slow.",
        "Options: `x` first `y` second",
        "Options: `x`<br>`y`",
        "Options: `x`: first. `y`: second",
        "Options: `x` (or `y` for pro)",
        "Options: `x` & `y`",
        "Options: `x`, `y`. Since v2 also `z`.",
        "Options: `x`, `y`, z",
        "Options: see `list-voices`",
        "可选值：`x` 快；`y` 慢",
    ],
)
def test_a_list_that_goes_on_refuses_no_other_value(tmp_path: Path, words: str) -> None:
    """It is open, or names more behind words; that it was not read is said."""
    revision, schema = row(tmp_path, f"| a | string | No | {words} |")
    assert "enum" not in schema
    assert "a: the list of values was not read" in unread(revision)


@pytest.mark.parametrize("cell", ["`x`, `y`, …", "x, y, etc.", "any", "`x` or custom"])
def test_an_open_list_in_a_column_of_its_own_refuses_no_other_value(tmp_path: Path, cell: str) -> None:
    """As in words."""
    revision, schema = row(tmp_path, f"| a | string | No | {cell} | It. |", OPTIONS)
    assert "enum" not in schema
    assert "a: the list of values was not read" in unread(revision)


@pytest.mark.parametrize(
    ("words", "values"),
    [
        ("Options: `x`, `y` (pro only)", ["x", "y"]),
        ("Options: `x`, `etc`", ["x", "etc"]),
        ("Options: `x`, `y` or omitted", ["x", "y"]),
        ("Options: `x|y`", ["x", "y"]),
        ("Options: `x` | `y`", ["x", "y"]),
        ("Options: `x` \\| `y`", ["x", "y"]),
        ("Options: `x`, `y`<br>`y` is slow", ["x", "y"]),
        ("Options: `x`, `y`. Only with `image_url`.", ["x", "y"]),
        ("Options: `x`, `y`，默认为 `y`", ["x", "y"]),
    ],
)
def test_a_list_that_ends_is_read_whole(tmp_path: Path, words: str, values: list[str]) -> None:
    """Also where its bars stand for cells, which would cut it off."""
    assert row(tmp_path, f"| a | string | No | {words} |")[1]["enum"] == values


def bulleted(folder: Path, lines: str) -> DerivedRevision:
    """Derive a page whose input is described by bullets."""
    file = folder / "page.md"
    head = f"# acme/y\n\n`POST {CREATE}`\n\n## Body\n\n- `model` (string): Must be `acme/y`\n- `input` (object)\n"
    file.write_text(head + lines, encoding="utf-8")
    return derive(file)


@pytest.mark.parametrize(
    ("bracket", "values"),
    [("string, enum: x, y, default x", ["x", "y"]), ("optional, string, options: `x`, or `y`", ["x", "y"])],
)
def test_a_list_within_a_bracket_of_remarks_is_read_whole(tmp_path: Path, bracket: str, values: list[str]) -> None:
    """Commas separate the remarks and the values alike."""
    assert given_of(bulleted(tmp_path, f"  - `a` ({bracket})\n"))["properties"]["a"]["enum"] == values


def test_a_choice_within_a_bracket_of_remarks_is_listed(tmp_path: Path) -> None:
    """Values that only words offer are not read, and not lost."""
    revision = bulleted(tmp_path, "  - `a` (string, one of `x`, `y`)\n")
    assert "a: a choice of values in words was not read" in unread(revision)


@pytest.mark.parametrize(
    "values", ["<ul><li><code>x</code> fast</li><li><code>y</code></li></ul>", "<p><code>x</code>, <code>y</code></p>"]
)
def test_a_list_of_html_in_a_cell_is_read_whole(tmp_path: Path, values: str) -> None:
    """Each item is a line of its own."""
    rows = [
        ("model", "string", "Must be <code>acme/y</code>"),
        ("input", "object", ""),
        ("input.a", "string", f"Options: {values}"),
    ]
    cells = ["".join(f"<td>{cell}</td>" for cell in each) for each in rows]
    table = "".join(f"<tr>{each}</tr>\n" for each in ("<th>Name</th><th>Type</th><th>Description</th>", *cells))
    file = tmp_path / "page.md"
    file.write_text(f"# acme/y\n\n`POST {CREATE}`\n\n## Body\n\n<table>\n{table}</table>\n", encoding="utf-8")
    assert given_of(derive(file))["properties"]["a"]["enum"] == ["x", "y"]


def test_a_row_of_too_many_cells_is_listed(tmp_path: Path) -> None:
    """At its line, since which of its bars is one too many is not certain."""
    revision, _ = row(tmp_path, "| a | string | No | Options: `x` | `y` |\n| b | string | No | It. |")
    told = [entry for entry in revision.facts["unread"] if "more cells" in entry["why"]]
    assert [entry["line"] for entry in told] == [14]


@pytest.mark.parametrize("cell", ["Yes/No", "yes or no", "是/否", "Required | Optional"])
def test_a_cell_that_says_yes_and_no_requires_nothing(tmp_path: Path, cell: str) -> None:
    """Which of the two it means is not certain, which is listed."""
    revision, _ = row(tmp_path, f"| a | string | {cell.replace('|', chr(92) + '|')} | It. |")
    assert "required" not in given_of(revision)
    assert "a: whether it is required is not said by yes or no" in unread(revision)


@pytest.mark.parametrize(
    "words",
    [
        "One of `x`, `y` (default `x`)",
        'The voice: must be one of "x", "y" or "z".',
        "Either `x` or `y`",
        "Choose from `x`, `y`; default is `y`",
        "`x`, `y` or `z`",
        "声音，可选值 `x`、`y`",
    ],
)
def test_a_choice_in_words_is_never_lost_in_silence(tmp_path: Path, read: Read, words: str) -> None:
    """In a table and in a document: it is read, or said not to have been."""
    revision, schema = row(tmp_path, f"| a | string | No | {words} |")
    document = read({"type": "object", "properties": {"a": {"type": "string", "description": words}}})
    for found, field in ((revision, schema), (document, given_of(document)["properties"]["a"])):
        assert "enum" in field or "a: a choice of values in words was not read" in unread(found)


@pytest.mark.parametrize("words", ["At least one of `a` or `b` must be given.", "One of the images", "Not one of `x`."])
def test_words_that_offer_no_values_are_no_choice(tmp_path: Path, words: str) -> None:
    """They speak of fields, or list nothing."""
    revision, _ = row(tmp_path, f"| a | string | No | {words} |")
    assert "choice of values" not in unread(revision)


def doubts(revision: DerivedRevision) -> list[str]:
    """List what was not read of a page that describes no answer."""
    return [one["why"] for one in revision.facts["unread"] if not one["why"].startswith("the page ends")]


@pytest.mark.parametrize(
    "names", ["`a`, `other`", "a, other", "`a` / `other`", "`a`/`other`", "a、other", "`a` or `other`", "a & other"]
)
def test_a_row_of_several_fields_says_which_is_not_read(tmp_path: Path, names: str) -> None:
    """The first is read."""
    revision, schema = row(tmp_path, f"| {names} | string | No | Max length: 9 |")
    assert schema == {"type": "string", "maxLength": 9}
    assert doubts(revision) == ["the name is that of several fields, and other is not read"]


@pytest.mark.parametrize("names", ["`a`, `b` and `c`", "a, b, c", "`a`/`b`/`c`"])
def test_each_name_that_is_not_read_is_listed(tmp_path: Path, names: str) -> None:
    """However many there are."""
    revision, _ = row(tmp_path, f"| {names} | string | No | x |")
    assert doubts(revision) == [f"the name is that of several fields, and {one} is not read" for one in "bc"]


@pytest.mark.parametrize("names", ["`a` and `other`", "`a`, `other`", "`a` / `other`", "`a`/`other`"])
def test_a_line_of_several_fields_says_which_is_not_read(tmp_path: Path, names: str) -> None:
    """As a row does."""
    revision, schema = row(tmp_path, f"- {names} (string, optional): Max length: 9", head="")
    assert schema == {"type": "string", "maxLength": 9}
    assert doubts(revision) == ["the name is that of several fields, and other is not read"]


@pytest.mark.parametrize("line", ["`a` and `other`: Max length: 9", "`a` and `other` are strings of 9 characters"])
def test_a_line_about_several_fields_says_nothing_of_one(tmp_path: Path, line: str) -> None:
    """It has no type, so it describes no field, and of two it may mean what it says of both together."""
    _, schema = row(tmp_path, f"- `a` (string): x\n\n## Limits\n\n- {line}", head="")
    assert schema == {"type": "string"}


@pytest.mark.parametrize(
    "name", ["`a` (string)", "`a`, required", "a, optional", "`a` `string`", "a · string", "`a`, string"]
)
def test_what_follows_a_name_is_no_other_field(tmp_path: Path, name: str) -> None:
    """A type, or whether it is required."""
    revision, schema = row(tmp_path, f"| {name} | string | No | Max length: 9 |")
    assert schema == {"type": "string", "maxLength": 9}
    assert doubts(revision) == []


@pytest.mark.parametrize(
    "cells",
    [
        " | string | No | Max length: 9 |",
        "- | string | No | y |",
        " | | | goes on |",
        "input.b / input.c | string | No | y |",
        "b / c | string | No | y |",
        "b[][] | string | No | y |",
        "`b`[] | string | No | y |",
        "b[row].c | string | No | y |",
    ],
)
def test_a_row_without_a_name_is_listed(tmp_path: Path, cells: str) -> None:
    """What it says is said of nobody."""
    revision, _ = row(tmp_path, f"| a | string | No | x |\n| {cells}")
    assert doubts(revision) == ["the row names no field that could be read"]


@pytest.mark.parametrize("cells", [" | | | |", "- | - | - | - |"])
def test_a_row_that_says_nothing_is_no_doubt(tmp_path: Path, cells: str) -> None:
    """As between groups of fields."""
    revision, _ = row(tmp_path, f"| a | string | No | x |\n| {cells}")
    assert doubts(revision) == []
