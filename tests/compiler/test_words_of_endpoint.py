"""What the description of an endpoint itself says of its fields, beside what each of them says."""

import json
from pathlib import Path

import pytest

from fakie_schemas.compiler import derive
from support.pages.openapi import TEXT, document, fields

WHY = "what the endpoint's own words say of its fields is not read (its content is "


def told(folder: Path, words: str) -> list[tuple[int, str]]:
    """Derive a document whose endpoint is described so: gives the line and the reason of what is unread."""
    page = document(fields(style=TEXT, title=TEXT))
    page["paths"]["/api/v1/jobs/createTask"]["post"] |= {"description": words}
    file = folder / "page.json"
    file.write_text(json.dumps(page), encoding="utf-8")
    return [(entry["line"], entry["why"]) for entry in derive(file).facts["unread"]]


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
