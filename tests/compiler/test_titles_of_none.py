"""Titles, rows and lines among the fields of a request that are of no field, or of none that is known."""

from pathlib import Path
from typing import Any

import pytest

from support.pages.created import revision_of_body

HEAD = "| Parameter | Type | Required | Description |\n|---|---|---|---|\n"
TOP = f"{HEAD}| model | string | yes | must be `a/b` |\n| input | object | yes | x |\n\n## input object\n\n{HEAD}"
URL = f"{HEAD}| url | string | yes | x |\n"


def derive_text(tmp_path: Path, text: str) -> tuple[dict[str, Any], list[str]]:
    """Derive a page of createTask: gives the fields of its input and the reasons of what is unread."""
    revision = revision_of_body(tmp_path, TOP + text)
    fields = revision["request"]["properties"]["input"]["properties"]
    return fields, [entry["why"].split(" (its")[0] for entry in revision["unread"]]


@pytest.mark.parametrize("title", ["Output parameters", "Outputs", "Results", "Result object", "Output"])
def test_fields_below_a_title_on_outputs_are_none_of_the_request(tmp_path: Path, title: str) -> None:
    """The page is doubted where the title stands within the request."""
    fields, told = derive_text(tmp_path, f"| prompt | string | yes | x |\n\n### {title}\n\n{URL}")
    assert (list(fields), told) == (["prompt"], ["fields below a title on outputs are taken for those of the answer"])


def test_a_title_that_only_begins_with_output_is_of_the_request(tmp_path: Path) -> None:
    """So is one of a field whose name begins so."""
    fields, _ = derive_text(tmp_path, "| prompt | string | yes | x |\n\n### Output settings\n\n" + URL)
    assert list(fields) == ["prompt", "url"]
    fields, told = derive_text(tmp_path, "| output | object | yes | x |\n\n### `output` object\n\n" + URL)
    assert (list(fields["output"]["properties"]), told) == (["url"], [])


@pytest.mark.parametrize("title", ["Changelog", "FAQ", "Support"])
def test_a_title_of_one_word_over_words_is_no_field(tmp_path: Path, title: str) -> None:
    """That it may be one is told."""
    fields, told = derive_text(tmp_path, f"| prompt | string | yes | x |\n\n### {title}\n\nAsk us.\n")
    assert (list(fields), told) == (["prompt"], [f"whether {title} is a field is not said: it has no type"])


@pytest.mark.parametrize("below", ["- Type: string\n", "string, required\n", "**Type:** string\n"])
def test_a_title_of_one_word_over_a_type_is_a_field(tmp_path: Path, below: str) -> None:
    """Though no field of this API begins with a capital letter."""
    fields, _ = derive_text(tmp_path, f"| prompt | string | yes | x |\n\n### Seed\n\n{below}")
    assert list(fields) == ["prompt", "Seed"]


def test_a_title_that_is_a_known_name_but_for_its_capital_is_of_that_field(tmp_path: Path) -> None:
    """What stands below is said of it, and makes no second one."""
    fields, told = derive_text(tmp_path, "| style | string | no | x |\n\n### Style\n\nAt most 5 characters.\n")
    assert (fields, told) == ({"style": {"type": "string", "maxLength": 5}}, [])


@pytest.mark.parametrize("title", ["### Camera object", "### Task object", "**Camera object**"])
def test_an_object_that_no_field_is_known_to_be_is_told_of(tmp_path: Path, title: str) -> None:
    """No field of that name is made up."""
    fields, told = derive_text(tmp_path, f"| prompt | string | yes | x |\n\n{title}\n\n{URL}")
    assert list(fields) == ["prompt"]
    assert told == [f"what is said of another object ({title.strip('#* ')}) is not read"]


@pytest.mark.parametrize("row", ["| **Basic** | | | |", "| Basic options | | | |"])
def test_a_row_that_groups_those_below_it_is_no_field(tmp_path: Path, row: str) -> None:
    """Nor is it one in HTML, where its cell spans the others."""
    fields, told = derive_text(tmp_path, f"{row}\n| prompt | string | yes | x |\n")
    assert (list(fields), told) == (["prompt"], [])
    cells = "".join(f"<th>{name}</th>" for name in ("Parameter", "Type", "Required"))
    rows = "<tr><td colspan=3>Basic</td></tr><tr><td>seed</td><td>integer</td><td>no</td></tr>"
    fields, told = derive_text(tmp_path, f"| prompt | string | yes | x |\n\n<table><tr>{cells}</tr>{rows}</table>\n")
    assert (list(fields), told) == (["prompt", "seed"], [])


@pytest.mark.parametrize(
    "line", ["> **Warning:** seed must be even.", "seed cannot be given twice", "seed 必须为偶数。"]
)
def test_a_rule_on_a_field_below_its_table_is_told_of(tmp_path: Path, line: str) -> None:
    """Though the name stands as a plain word, and no number is said."""
    _, told = derive_text(tmp_path, f"| seed | integer | no | x |\n\n{line}\n")
    assert told == ["what is said outside of any field is not read"]
    assert derive_text(tmp_path, "| seed | integer | no | x |\n\nThe seed is what it starts with.\n")[1] == []


@pytest.mark.parametrize("title", ["A", "HD", "V2", "v2", "Pro", "Base64"])
def test_the_title_of_a_tab_is_no_field(tmp_path: Path, title: str) -> None:
    """What stands in the tab is of the object around it."""
    tab = f'<Tab title="{title}">\n\n- `seed` (integer): 1-9\n\n</Tab>\n'
    fields, _ = derive_text(tmp_path, f"| prompt | string | yes | x |\n\n<Tabs>\n{tab}</Tabs>\n")
    assert fields == {"prompt": {"type": "string"}, "seed": {"type": "integer", "minimum": 1, "maximum": 9}}


@pytest.mark.parametrize("title", ["Deprecated", "Legacy", "Deprecated parameters"])
def test_what_the_title_of_a_component_says_of_all_fields_in_it_is_told_of(tmp_path: Path, title: str) -> None:
    """Whether they are deprecated is not said by the fields themselves."""
    folded = f'<Accordion title="{title}">\n\n- `mode` (string): x\n\n</Accordion>\n'
    fields, told = derive_text(tmp_path, f"| prompt | string | yes | x |\n\n{folded}")
    word = title.split()[0].lower()
    assert list(fields) == ["prompt", "mode"]
    assert told == [f"what a title says of all fields below it is not read: {word}"]


def test_a_field_that_two_tabs_describe_is_told_of(tmp_path: Path) -> None:
    """They may be of two kinds of requests, which no schema of one says; what one tab alone has is not told of."""
    tabs = "".join(
        f'<Tab title="{title}">\n\n- `seed` (integer): {words}\n- `{title.lower()}` (string): x\n\n</Tab>\n'
        for title, words in (("Text", "1-9"), ("Image", "x"))
    )
    fields, told = derive_text(tmp_path, f"| prompt | string | yes | x |\n\n<Tabs>\n{tabs}</Tabs>\n")
    assert list(fields) == ["prompt", "seed", "text", "image"]
    assert told == ["two tabs describe seed, and what they say is read as one"]


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("StyleObject", "what is said of another object (StyleObject) is not read"),
        ("CameraSettings", "whether CameraSettings is a field is not said: it has no type"),
    ],
)
def test_the_name_of_a_type_that_no_field_has_is_told_of(tmp_path: Path, title: str, why: str) -> None:
    """What a component with such a title describes is not silently taken for fields of the object around it."""
    folded = f'<Accordion title="{title}">\n\n- `zoom` (integer): 1-9\n\n</Accordion>\n'
    _, told = derive_text(tmp_path, f"| prompt | string | yes | x |\n\n{folded}")
    assert told == [why]
