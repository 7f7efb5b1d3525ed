"""Types, titles and marks as makers of docs write them: lists in brackets, names of their own, two languages."""

from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.compiler import PageError
from support.pages.created import revision_of_body

HEAD = "| Parameter | Type | Required | Description |\n|---|---|---|---|\n"
TOP = f"{HEAD}| model | string | yes | must be `a/b` |\n| input | object | yes | x |\n\n## input object\n\n"
WIDE = {"type": "string", "enum": ["wide", "tele"]}
STRINGS = {"type": "array", "items": {"type": "string"}}


def derived(tmp_path: Path, text: str) -> tuple[dict[str, Any], list[str], list[str]]:
    """Derive the fields of input from a text: gives their schemas, which are required, and why what is unread."""
    revision = revision_of_body(tmp_path, TOP + text)
    given = revision["request"]["properties"]["input"]
    told = [entry["why"].split(" (")[0] for entry in revision["unread"]]
    return given["properties"], given.get("required", []), told


@pytest.mark.parametrize(
    ("kind", "schema"),
    [("[string]", STRINGS), ('`"wide" \\| "tele"`', WIDE), ("'wide' \\| 'tele'", WIDE), ("array of strings", STRINGS)],
)
def test_a_type_is_read_alike_in_a_table_and_in_a_line(tmp_path: Path, kind: str, schema: dict[str, Any]) -> None:
    """An array in brackets or in words, and values in quotes with bars between them; a mark behind it counts."""
    assert derived(tmp_path, f"{HEAD}| f | {kind} | yes | x |\n") == ({"f": schema}, ["f"], [])
    if kind[0] in "`a":
        line = f"- `f` {kind} required".replace("\\", "")
        assert derived(tmp_path, line) == ({"f": schema}, ["f"], [])


def test_a_type_by_a_name_of_its_own_makes_a_field(tmp_path: Path) -> None:
    """What is said below it is said of that field, and not of the one before it."""
    fields, _, told = derived(tmp_path, "`f` `string`\n\n`g` `LensEnum`\n\nPossible values: `wide`, `tele`\n")
    assert (fields, told) == ({"f": {"type": "string"}, "g": WIDE}, ["g: the type is not one that is known"])


def test_titles_and_marks_in_two_languages_are_read_as_in_one(tmp_path: Path) -> None:
    """A table whose columns are named twice; marks that contradict each other are told of."""
    head = (
        "| 参数名 Name | 类型 Type | 是否必填 Required | 默认值 Default | 说明 Description |\n|---|---|---|---|---|\n"
    )
    rows = "| f | string | 是 Yes | - | x |\n| g | integer | 否 No | 3 | x |\n| h | integer | 是 No | - | x |\n"
    fields, required, told = derived(tmp_path, head + rows)
    assert fields == {"f": {"type": "string"}, "g": {"type": "integer", "default": 3}, "h": {"type": "integer"}}
    assert (required, told) == (["f"], ["h: whether it is required is not said by yes or no"])


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("| f | string | no | wide (default), tele |", "f: a choice of values in words was not read for certain"),
        ("| f | boolean | no | False by default |", "f: a default in words was not read for certain"),
    ],
)
def test_a_default_in_passing_is_told_of(tmp_path: Path, row: str, told: str) -> None:
    """Beside values, and of a switch: neither is lost in silence."""
    assert derived(tmp_path, f"{HEAD}{row}\n")[2] == [told]


def test_mandatory_is_required(tmp_path: Path) -> None:
    """In the column of such marks."""
    assert derived(tmp_path, f"{HEAD}| f | string | Mandatory | x |\n")[1:] == (["f"], [])


def test_a_sentence_may_follow_a_type_behind_its_label(tmp_path: Path) -> None:
    """What it says of the field is read as below a type that stands alone."""
    said = "### f\n\nType: string. Required. No more than 50 characters.\n\n### g\n\n- Type: integer. From 1 to 9.\n"
    fields, required, told = derived(tmp_path, said)
    assert fields == {"f": {"type": "string", "maxLength": 50}, "g": {"type": "integer", "minimum": 1, "maximum": 9}}
    assert (required, told) == (["f"], [])


@pytest.mark.parametrize("words", ["", "Always ", "Use ", "Set to ", "Fixed value: ", "The model. Always "])
def test_a_name_alone_among_the_words_about_the_model_is_the_model(tmp_path: Path, words: str) -> None:
    """It need not say that it must be; a name beside others, within a sentence, or as an example names nothing."""
    page = TOP.replace("must be `a/b`", words + "`a/b` {}") + f"{HEAD}| f | string | yes | x |\n"
    assert revision_of_body(tmp_path, page.format(""))["model"] == "a/b"
    for more, other in (("or `a/c`", words), ("is old", words), ("", "unlike "), ("", "E.g. ")):
        with pytest.raises(PageError, match="names no model"):
            revision_of_body(tmp_path, page.replace(f"{words}`", f"{other}`").format(more))
