"""Names of fields that say what is an array, such as `shots[]` and `shots[].scene`."""

from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.compiler import derive
from support.pages.openapi import given_of

PAGE = """# acme/y

`POST https://api.kie.ai/api/v1/jobs/createTask`

## Body

| Parameter | Type | Required | Description |
|---|---|---|---|
| model | string | Yes | Must be `acme/y` |
| input | object | Yes | The input |
{rows}

## Response

| Field | Type |
|---|---|
| data.taskId | string |
"""
SHORT = {"type": "string", "maxLength": 9}
SCENES = {"type": "array", "items": {"type": "object", "required": ["b"], "properties": {"b": SHORT}}}


def read_rows(folder: Path, *rows: str) -> tuple[dict[str, Any], list[str]]:
    """Read a page with rows about fields of its input: the schema of the input, and what is not read."""
    file = folder / "page.md"
    file.write_text(PAGE.format(rows="\n".join(f"| input.{row} |" for row in rows)), encoding="utf-8")
    revision = derive(file)
    return given_of(revision), [one["why"] for one in revision.facts["unread"]]


@pytest.mark.parametrize(
    ("rows", "schema"),
    [
        (["a[] | string | No | Max length: 9"], {"type": "array", "items": SHORT}),
        (["a[0] | string | No | Max length: 9"], {"type": "array", "items": SHORT}),
        (["a [] | string | No | Max length: 9"], {"type": "array", "items": SHORT}),
        (["a[index].b | string | Yes | Max length: 9"], SCENES),
        (["a[k].b | string | Yes | Max length: 9"], SCENES),
        (
            ["a | array | No | Max 2 items", "a[] | string | No | Max length: 9"],
            {"type": "array", "maxItems": 2, "items": SHORT},
        ),
        (
            ["a[] | string | No | Max length: 9", "a | array | No | Max 2 items"],
            {"type": "array", "maxItems": 2, "items": SHORT},
        ),
        (["a[] | string[] | No | Max 2 items"], {"type": "array", "maxItems": 2, "items": {"type": "string"}}),
        (["a[].b | string | Yes | Max length: 9"], SCENES),
        (["a[] | object | No | x", "a[].b | string | Yes | Max length: 9"], SCENES),
        (["a | array | No | x", "a[].b | string | Yes | Max length: 9"], SCENES),
        (["a | object[] | No | x", "a.b | string | Yes | Max length: 9"], SCENES),
    ],
)
def test_brackets_behind_a_name_make_an_array(tmp_path: Path, rows: list[str], schema: dict[str, Any]) -> None:
    """What is said of the name with them is said of each item, unless its type is an array itself."""
    given, doubts = read_rows(tmp_path, *rows)
    assert (given["properties"]["a"], doubts) == (schema, [])


def test_an_array_is_required_where_its_items_are(tmp_path: Path) -> None:
    """Nothing else of the page says whether it is."""
    assert read_rows(tmp_path, "a[] | string | Yes | x")[0]["required"] == ["a"]


@pytest.mark.parametrize("row", ["a[] | string | No | x", "a[].b | string | No | x"])
@pytest.mark.parametrize("kind", ["string", "object"])
def test_items_of_what_is_no_array_are_listed(tmp_path: Path, kind: str, row: str) -> None:
    """The page contradicts itself."""
    _, doubts = read_rows(tmp_path, f"a | {kind} | No | x", row)
    assert "a: its items are described, and it is no array" in doubts
