"""What words say that no keyword holds: those of an endpoint about its fields, and those of a field without a number."""

import json
from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.compiler import derive
from support.pages.openapi import TEXT, Schema, document, fields

WHY = "what the endpoint's own words say of its fields is not read (its content is "


def told(folder: Path, words: str, given: Schema | None = None) -> list[tuple[int, str]]:
    """Derive a document whose endpoint is described so: gives the line and the reason of what is unread."""
    page = document(given or fields(style=TEXT, title=TEXT))
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


LIMITED = fields(
    title={"type": "string", "maxLength": 80},
    tags={"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 5},
    seed={"type": "integer", "minimum": 1, "maximum": 5},
    clip={"type": "string", "description": "URL of the clip. The clip may be at most 8 minutes long"},
) | {"required": ["title", "seed"]}


@pytest.mark.parametrize(
    "words",
    [
        "`title` is required, and has at most 80 characters",
        "| `title` | string | **Required.** The name of it |",
        "Both `title` and `seed` are required to make it",
        "Use `tags` for the looks (as an array, maximum 5)",
        "- `tags`: 1 to 5 items",
        "`seed` must be between 1 and 5",
        "`title` 必填",
        "The `clip` may be at most 8 minutes long",
    ],
)
def test_what_the_schema_of_a_field_says_as_well_is_not_told(tmp_path: Path, words: str) -> None:
    """The same limit by its keyword and number, that it is required, or what its own words have told of."""
    assert told(tmp_path, words, LIMITED) == told(tmp_path, "", LIMITED)


@pytest.mark.parametrize(
    "words",
    [
        "`title` has at most 90 characters",
        "`title` has at least 80 characters",
        "`title` has at most 80 words",
        "Use `tags` for the looks (as an array, minimum 5)",
        "`tags` is required",
        "`tags` of at most 5 MB",
        "If `seed` is 3, `title` is required",
        "Only `title` is required",
        "`title` must name a place",
        "`seed` must be less than `title`",
        "`seed` has at most 80 characters, `title` at most 5",
        "`clip` may be at most 9 minutes long",
        "`title` isn't required",
        "`title` is no longer required",
        "`title` is required in custom mode",
        "`title` must be of at most 80 characters, and must start with a letter",
        "自定义模式下 `title` 必填",
    ],
)
def test_what_the_schema_of_a_field_does_not_say_is_told(tmp_path: Path, words: str) -> None:
    """Another number, unit, field or case is another rule."""
    before, after = told(tmp_path, "", LIMITED), told(tmp_path, words, LIMITED)
    assert len(after) == len(before) + 1
    assert any(why.startswith(WHY) for _, why in after)


def test_a_limit_is_told_unless_all_of_a_name_have_it(tmp_path: Path) -> None:
    """Which of them is meant is not said; where a name is only required it has no limits."""
    for given, shown in ((80, 0), (90, 1)):
        parts = fields(title={"type": "string", "maxLength": given})
        schema = fields(title={"type": "string", "maxLength": 80}, parts={"type": "array", "items": parts})
        assert len(told(tmp_path, "`title` has at most 80 characters", schema)) == shown
    named_again = fields(title={"type": "string", "maxLength": 80}, style=TEXT) | {
        "anyOf": [{"required": ["title"]}, {"required": ["style"]}]
    }
    assert told(tmp_path, "`title` has at most 80 characters", named_again) == []


@pytest.mark.parametrize(
    "given",
    [
        fields(title=TEXT, parts={"type": "array", "items": fields(title=TEXT) | {"required": ["title"]}}),
        fields(title=TEXT, style=TEXT) | {"anyOf": [{"required": ["title"]}, {"required": ["style"]}]},
    ],
)
def test_that_a_field_is_required_is_told_unless_all_of_its_name_are(tmp_path: Path, given: dict[str, Any]) -> None:
    """Those that stand elsewhere, or are required in one of several cases alone, do not say it of the field itself."""
    assert told(tmp_path, "", given) == []
    ((_, why),) = told(tmp_path, "`title` is required", given)
    assert why.startswith(WHY)
    assert told(tmp_path, "`title` is required", given | {"required": ["title"]}) == []


@pytest.mark.parametrize(
    "words", ["Words. " * 700 + "`title` is long", "\n".join([*map(str, range(501)), "About `title`, and more"])]
)
def test_words_that_are_too_many_to_be_read_are_told(tmp_path: Path, words: str) -> None:
    """Where they name a field, they may say anything of it."""
    ((_, why),) = told(tmp_path, words)
    assert why.startswith(WHY)
    assert told(tmp_path, words.replace("`title`", "it")) == []


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


def test_a_field_of_several_types_is_limited_in_words_as_any_other(tmp_path: Path) -> None:
    """What the endpoint says of it is told, and the page is read."""
    assert len(told(tmp_path, "`seed` at most 5", fields(seed={"type": ["integer", "string"]}))) == 1
