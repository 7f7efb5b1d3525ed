"""Comments in HTML: no reader of a page sees them, and no rule comes out of them."""

from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.compiler import derive
from support.pages.openapi import Read, fields, given_of, unread

TABLE = """# acme/y

`POST https://api.kie.ai/api/v1/jobs/createTask`

## Body

| Parameter | Type | Required | Description |
|---|---|---|---|
| model | string | Yes | Must be `acme/y` |
| input | object | Yes | The input |
{row}
| input.b | string | No | Max length: 7 |

## Response

| Field | Type |
|---|---|
| data.taskId | string |
"""


def read_row(folder: Path, row: str) -> tuple[Any, str, int]:
    """Read a page with something between two rows: its fields, its doubts, the line of the row behind."""
    file = folder / "page.md"
    file.write_text(TABLE.format(row=row), encoding="utf-8")
    revision = derive(file)
    line = revision.facts["sources"]["/request/properties/input/properties/b/maxLength"]
    return given_of(revision)["properties"], unread(revision), line


B = {"type": "string", "maxLength": 7}


@pytest.mark.parametrize(
    ("row", "shown"),
    [
        ("<!-- | input.a | string | Yes | x | -->", {}),
        ("<!--\n| input.a | string | Yes | x |\n```json\n{}\n```\n-->", {}),
        ("| input.a | string | No | <!-- Max length: 5 --> |", {"a": {"type": "string"}}),
        ("| input.a | string | No | Max length: 5<!-- was 9 --> |", {"a": {"type": "string", "maxLength": 5}}),
        ("| input.a | string | No | <!-- Max length: 5 |", {"a": {"type": "string", "maxLength": 5}}),
        (
            "| input.a | string | No | Up to `<!--`. Max length: 5 |\n| input.c | string | No | `-->` ends it <!-- x --> |",
            {"a": {"type": "string", "maxLength": 5}, "c": {"type": "string"}},
        ),
    ],
)
def test_a_comment_around_rows_or_words_says_nothing(tmp_path: Path, row: str, shown: Any) -> None:
    """The table goes on behind it, and lines are those of the page; what is never closed is no comment."""
    assert read_row(tmp_path, row) == (shown | {"b": B}, "", 12 + row.count("\n"))


@pytest.mark.parametrize(
    ("words", "schema"),
    [
        ("<!-- Max length: 5 -->", {}),
        ("Max length: 5<!-- was 9 -->", {"maxLength": 5}),
        ("<!--\nMax length: 5\n-->\nMax length: 6", {"maxLength": 6}),
        ("<!-- Max length: 5", {"maxLength": 5}),
        ("--> Max length: 5 <!-- x --> <!-- y -->", {"maxLength": 5}),
        ("Without `<!--`. Max length: 5. `-->` too", {"maxLength": 5}),
        ("`a` <!-- Max length: 5 --> `b`", {}),
    ],
)
def test_a_comment_in_a_description_says_nothing(read: Read, words: str, schema: Any) -> None:
    """Over several lines too."""
    revision = read(fields(a={"type": "string", "description": words}))
    assert given_of(revision)["properties"]["a"] == {"type": "string", **schema}
    assert unread(revision) == ""
