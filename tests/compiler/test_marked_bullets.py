"""Bullets of a name, a type, a mark and words, as in "- **prompt** `string` *required*: at most 500 characters"."""

from pathlib import Path
from typing import Any

import pytest

from support.pages.created import revision_of_body

BULLETS = "- `model` (string, required): must be `a/b`\n- `input` (object, required):\n"


def derived(folder: Path, bullets: str) -> tuple[dict[str, Any], list[str]]:
    """Derive a page with these bullets within `input`: gives its schema, and why what is unread is so, without marks."""
    lines = "".join(f"  - {line}\n" for line in bullets.split("\n"))
    revision = revision_of_body(folder, f"{BULLETS}{lines}")
    return revision["request"]["properties"]["input"], [one["why"].split(" (its")[0] for one in revision["unread"]]


@pytest.mark.parametrize("head", ["**a** `string` *required*:", "`a` string, required:", "**a** 字符串，必填："])
def test_words_behind_a_mark_and_a_colon_are_of_the_field(tmp_path: Path, head: str) -> None:
    """The mark is read, and so are the limits and the default behind it."""
    given, unread = derived(tmp_path, f"{head} At most 500 characters. Default: `x`")
    assert (given["required"], given["properties"]) == (
        ["a"],
        {"a": {"type": "string", "maxLength": 500, "default": "x"}},
    )
    assert unread == []


@pytest.mark.parametrize("words", ["where to post, up to 5 characters", "the text. Up to 5 characters"])
def test_an_optional_field_may_be_described_behind_its_mark(tmp_path: Path, words: str) -> None:
    """Whatever the words begin with: what is optional at times is not required at others."""
    given, unread = derived(tmp_path, f"**a** `string` *optional*: {words}")
    assert (given.get("required"), given["properties"]["a"], unread) == (None, {"type": "string", "maxLength": 5}, [])


@pytest.mark.parametrize(
    ("line", "values"), [("`integer` optional: 5, 10", [5, 10]), ("string, optional: x or y", ["x", "y"])]
)
def test_values_behind_a_mark_are_listed_ones(tmp_path: Path, line: str, values: list[Any]) -> None:
    """Of an optional field they are read; behind another mark they are told of, and none is lost."""
    given, unread = derived(tmp_path, f"**a** {line}")
    assert (given["properties"]["a"]["enum"], unread) == (values, [])
    _, unread = derived(tmp_path, f"**a** {line}".replace("optional", "required"))
    assert unread == ["a: whether it is required is not said by yes or no"]


@pytest.mark.parametrize("words", ["required if `b` is absent", "must be set with `b`", "mandatory in mode c"])
def test_what_is_optional_but_required_at_times_is_told(tmp_path: Path, words: str) -> None:
    """It is not required, and that it is so at times is not lost."""
    given, unread = derived(tmp_path, f"**a** `string` *optional*: {words}")
    assert "required" not in given
    assert unread == ["a: whether it is required is not said by yes or no"]


AT_TIMES = ["depends on the mode.", "only with `b`.", "when b is given.", "若有 b。"]
AT_TIMES += ["not if b is given.", "provided b is given.", "depending on b.", "on mode c.", "any of a or b."]
AT_TIMES += ["the URL, only when a is b.", "提示词，当 a 为 b。"]


@pytest.mark.parametrize("words", AT_TIMES)
def test_what_is_required_at_times_is_not_required(tmp_path: Path, words: str) -> None:
    """That is told, and no number that stands behind it is lost."""
    given, unread = derived(tmp_path, f"`a` string, required: {words} At most 7 characters.")
    assert ("required" in given, given["properties"]["a"]) == (False, {"type": "string", "maxLength": 7})
    assert unread == ["a: whether it is required is not said by yes or no"]


@pytest.mark.parametrize("name", ["path", "name", "type", "url", "value", "options", "description"])
@pytest.mark.parametrize("line", ["**{}** `string` *required*: x", "{} string, required", "*{}* (string, required)"])
def test_any_word_is_a_name_before_a_type_and_a_mark(tmp_path: Path, name: str, line: str) -> None:
    """Also one that is a label elsewhere; the field above has nothing of it."""
    given, unread = derived(tmp_path, f"`above` (integer, optional)\n{line.format(name)}")
    assert given["properties"] == {"above": {"type": "integer"}, name: {"type": "string"}}
    assert (given["required"], unread) == ([name], [])


def test_a_type_of_several_words_may_stand_as_code(tmp_path: Path) -> None:
    """What it says of items and of their format holds."""
    given, unread = derived(tmp_path, "**a** `array of string (uri)`: x\n**b** `string (uri)` required")
    uri = {"type": "string", "format": "uri"}
    assert (given["properties"], given["required"], unread) == (
        {"a": {"type": "array", "items": uri}, "b": uri},
        ["b"],
        [],
    )


@pytest.mark.parametrize("line", ["url (string): x", "**url** string", "**name** (string) - x", "*path*(string): x"])
def test_a_type_in_brackets_or_behind_a_bold_name_makes_it_one(tmp_path: Path, line: str) -> None:
    """It need not say whether it is required; a label with a colon stays what it is."""
    given, unread = derived(tmp_path, f"`above` (string)\n{line}\n`last` (string)\n  - **type**: string")
    assert list(given["properties"]) == ["above", line.strip("*").split("*")[0].split(" ")[0], "last"]
    assert unread == []
