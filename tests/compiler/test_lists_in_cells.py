"""Lists within cells of tables, of fields and of values: what is not read of them is listed."""

from pathlib import Path

import pytest

from support.pages.created import revision_of_body

HEAD = "| Parameter | Type | Required | Description |\n|---|---|---|---|\n"
TABLES = f"{HEAD}| model | string | yes | must be `a/b` |\n| input | object | yes | x |\n\n## input object\n\n"


def told(tmp_path: Path, row: str) -> list[str]:
    """Derive a page with one field: gives the reasons of what is unread."""
    revision = revision_of_body(tmp_path, f"{TABLES}{HEAD}{row}\n")
    return [entry["why"].split(" (its")[0] for entry in revision["unread"]]


@pytest.mark.parametrize(
    "words",
    [
        "<ul><li>`angle` number</li></ul>",
        "<ul><li>angle: number</li><li>pan (integer)</li></ul>",
        "- `angle`: number<br>- `pan`: integer",
        "Fields: `angle` (number), `pan` (integer)",
        "Has `angle` (number).",
    ],
)
@pytest.mark.parametrize("kind", ["object", "object[]"])
def test_fields_that_the_words_about_an_object_describe_are_listed(tmp_path: Path, words: str, kind: str) -> None:
    """Where none of its fields is read."""
    assert told(tmp_path, f"| f | {kind} | no | {words} |") == ["f: fields that its words describe are not read"]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("object", "An object with string keys."),
        ("object", "Made of `prompt` and more."),
        ("object", "The camera (a virtual one)."),
        ("string", "Fields: `angle` (number)"),
    ],
)
def test_other_words_are_of_no_fields(tmp_path: Path, kind: str, words: str) -> None:
    """Nor is what is said of a field that can hold none."""
    assert told(tmp_path, f"| f | {kind} | no | {words} |") == []


def test_an_object_whose_fields_are_read_is_not_doubted(tmp_path: Path) -> None:
    """Its words may name them once more."""
    assert told(tmp_path, "| f | object | no | Has `angle` (number). |\n| f.angle | number | no | x |") == []


@pytest.mark.parametrize("words", ["<ul><li>1K</li><li>2K</li></ul>", "- fast<br>- slow"])
def test_a_list_of_words_in_the_cell_of_a_text_is_a_choice_not_read_for_certain(tmp_path: Path, words: str) -> None:
    """Nothing says that there are no other values."""
    assert told(tmp_path, f"| f | string | no | {words} |") == [
        "f: a choice of values in words was not read for certain"
    ]
