"""What words say that no keyword holds: those of an endpoint about its fields, and those of a field without a number."""

import json
from pathlib import Path

import pytest

from fakie_schemas.compiler import derive
from support.pages.openapi import TEXT, Schema, document, fields

WHY = "what the endpoint's own words say of its fields is not read (its content is "


def told(folder: Path, words: str) -> list[tuple[int, str]]:
    """Derive a document whose endpoint is described so: gives the line and the reason of what is unread."""
    page = document(fields(style=TEXT, title=TEXT))
    page["paths"]["/api/v1/jobs/createTask"]["post"] |= {"description": words}
    file = folder / "page.json"
    file.write_text(json.dumps(page), encoding="utf-8")
    return [(entry["line"], entry["why"]) for entry in derive(file).facts["unread"]]


def lines(folder: Path, field: Schema) -> list[str]:
    """Derive a document with one field: gives why what is unread is so, without marks."""
    file = folder / "page.json"
    file.write_text(json.dumps(document(fields(a=field))), encoding="utf-8")
    return [entry["why"].split(" (its")[0] for entry in derive(file).facts["unread"]]


@pytest.mark.parametrize(
    "words",
    [
        "- **V4**: `style` 200 characters, `title` at most 80 characters",
        "If `instrumental` is true, `style` and `title` are required",
        "First frame and references are mutually exclusive and cannot be used together",
        "| `title` | string | Range 0-1 |",
        "当 `style` 为空时 `title` 必填",
    ],
)
def test_a_rule_on_fields_is_told_once(tmp_path: Path, words: str) -> None:
    """Other words make another mark of it, so that a change of them shows."""
    one, other = (told(tmp_path, f"About it.\n\n{words}\n{words}{more}\n") for more in ("", " now"))
    assert [len(each) for each in (one, other)] == [1, 1]
    assert one[0][1].startswith(WHY)
    assert one != other


@pytest.mark.parametrize(
    "words",
    [
        "Makes an image of at most 5 MB",
        "Use `style` for the look",
        "`other` is required",
        "### Required parameters",
        "",
    ],
)
def test_words_that_bind_no_field_are_not_told(tmp_path: Path, words: str) -> None:
    """Neither are those about what is no field of the request."""
    assert told(tmp_path, words) == []


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        *(("string", f"The name. {said}") for said in ("Must be non-empty.", "It must not be empty", "Non-empty")),
        *(("array", f"Links, {said}") for said in ("required, non-empty", "cannot be empty", "不能为空")),
    ],
)
def test_that_a_field_holds_something_is_told(tmp_path: Path, kind: str, words: str) -> None:
    """Unless its least length is known, or lists of values say it; what an empty one does is no rule."""
    assert lines(tmp_path, {"type": kind, "description": words}) == ["a: a limit in words was not read"]
    least = {"minLength": 1, "minItems": 1}
    assert lines(tmp_path, {"type": kind, "description": words} | least) == []
    assert lines(tmp_path, {"type": kind, "description": "A non-empty string will show it; it may be empty."}) == []


def test_a_comma_that_may_be_a_point_makes_no_two_numbers_that_are_known(tmp_path: Path) -> None:
    """A step of 0,1 is told of though 0 and 1 are the field's bounds; a range in brackets is not."""
    bounds = {"type": "number", "minimum": 0, "maximum": 1}
    assert lines(tmp_path, bounds | {"description": "Step 0,1"}) == ["a: what looks like a limit was not read: 0,1"]
    assert lines(tmp_path, bounds | {"description": "Range [0,1]"}) == []
