"""Lines that begin as those of fields do, in a form that is not read: no field is lost without a word."""

from pathlib import Path

import pytest

from support.pages.created import revision_of_body

HEAD = "| Parameter | Type | Required | Description |\n|---|---|---|---|\n"
TABLES = f"{HEAD}| model | string | yes | must be `a/b` |\n| input | object | yes | x |\n\n## input object\n\n"
FIELDS = f"{TABLES}{HEAD}| prompt | string | yes | words |\n\n"
ASKED = "whether style is a field is not said: "


def told(tmp_path: Path, text: str) -> list[str]:
    """Derive a page with one field, `prompt`, and a text below it: gives the reasons of what is unread."""
    revision = revision_of_body(tmp_path, FIELDS + text)
    assert list(revision["request"]["properties"]["input"]["properties"]) == ["prompt"]
    return [entry["why"] for entry in revision["unread"]]


@pytest.mark.parametrize(
    "line",
    [
        "- `style` — the look",
        "- **style** the look",
        "- style: the look",
        "1. `style`: the look",
        "- [ ] **style** - the look",
        "`style` — the look",
        "**style**: the look",
        "<dl><dt>style</dt><dd>the look</dd></dl>",
    ],
)
def test_a_name_without_a_type_is_listed(line: str, tmp_path: Path) -> None:
    """Whatever marks it, also where no field stands beside it."""
    assert told(tmp_path, line) == [f"{ASKED}it has no type"]


@pytest.mark.parametrize(
    "text",
    [
        '!!! note "style"\n    string, required',
        '=== "`style`"\n\n    the look',
        "style : string\n    the look",
        ":param str style: the look",
        ".. option:: style",
        '<div class="one"><span class="name">style</span> <span>string</span></div>',
    ],
)
def test_a_name_in_a_form_of_other_makers_of_docs_is_listed(text: str, tmp_path: Path) -> None:
    """Such as those of MkDocs, reStructuredText and plain HTML, which are not read."""
    assert told(tmp_path, text) == [f"{ASKED}its line has no form that is known"]


@pytest.mark.parametrize(
    "text",
    [
        "All of these are sent at once.",
        "Note: they are read by the model.",
        "- **Tip**: be brief\n- Keep it plain",
        "- https://x.example/a (an address)",
        "`prompt`: see above",
        "The words describe\nwhat is shown (a scene) and how.",
        'Look <a href="https://x.example/">here</a> or at https://x.example/',
    ],
)
def test_words_that_begin_with_no_name_are_none(text: str, tmp_path: Path) -> None:
    """Remarks, labels, and names of fields that were read."""
    assert told(tmp_path, text) == []


def test_a_field_of_a_list_of_tasks_is_read(tmp_path: Path) -> None:
    """The box in front is no part of its name."""
    revision = revision_of_body(tmp_path, f"{FIELDS}- [x] `style` (string): the look\n- [ ] `seed` (integer): a number")
    assert list(revision["request"]["properties"]["input"]["properties"]) == ["prompt", "style", "seed"]


@pytest.mark.parametrize("line", ["- `style` the look", "- **style** the look", "  - `style` the look"])
def test_a_name_without_a_type_in_a_list_of_fields_is_listed(line: str, tmp_path: Path) -> None:
    """Beside a field, or within an object; nothing has to stand between the name and the words."""
    text = f"{TABLES}- `prompt` (object, required): words\n{line}\n"
    revision = revision_of_body(tmp_path, text)
    assert [entry["why"] for entry in revision["unread"]] == [f"{ASKED}it has no type"]
