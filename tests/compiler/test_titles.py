"""Titles that say in words what the fields below them are of."""

from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.compiler.titles import component_title
from support.pages.created import revision_of_body

HEAD = "| Parameter | Type | Required | Description |\n|---|---|---|---|\n"
TOP = f"{HEAD}| model | string | yes | must be `a/b` |\n| input | object | yes | x |\n\n## input object\n\n{HEAD}"
SCENE = f"{HEAD}| scene | string | yes | y |\n"


def derive_text(tmp_path: Path, text: str) -> tuple[dict[str, Any], list[str]]:
    """Derive a page of createTask: gives the schema of its input and the reasons of what is unread."""
    revision = revision_of_body(tmp_path, TOP + text)
    return revision["request"]["properties"]["input"], [entry["why"] for entry in revision["unread"]]


@pytest.mark.parametrize(
    ("field", "title"),
    [
        ("shots | object[]", "#### Each shot"),
        ("shots | array of objects", "#### Shot object"),
        ("shots | object[]", "#### shots item"),
        ("shots | object[]", "#### Properties of shots"),
        ("shots | object[]", "#### Shot"),
        ("shots | object[]", "**Each shot (2 at most)**"),
        ("shots | object[]", "Each element of `shots` has the following fields:"),
        ("voice_settings | object", "### Voice settings"),
        ("cameraControl | object", "**Camera control parameters**"),
    ],
)
def test_a_title_in_words_names_the_object_whose_fields_stand_below(tmp_path: Path, field: str, title: str) -> None:
    """They are fields of that object, and none of the input."""
    name, kind = field.split(" | ")
    schema, unread = derive_text(tmp_path, f"| {name} | {kind} | no | x |\n\n{title}\n\n{SCENE}")
    inner = schema["properties"][name]
    inner = inner["items"] if "[]" in kind or "array" in kind else inner
    assert (list(schema["properties"]), "required" in schema, unread) == ([name], False, [])
    assert (inner["required"], list(inner["properties"])) == (["scene"], ["scene"])


@pytest.mark.parametrize("line", ["Further parameters:", "Here is more.", "**Each shot:** one at most."])
def test_a_line_above_a_table_is_about_that_table_alone(tmp_path: Path, line: str) -> None:
    """The fields of a table after it are of the object again of whose section both are."""
    below = f"Each shot has:\n\n{SCENE}\n{line}\n\n{HEAD}| seed | integer | no | x |\n"
    schema, _ = derive_text(tmp_path, f"| shots | object[] | no | x |\n\n{below}")
    assert list(schema["properties"]) == ["shots", "seed"]
    assert list(schema["properties"]["shots"]["items"]["properties"]) == ["scene"]


def test_the_title_of_a_component_of_one_word_is_no_field(tmp_path: Path) -> None:
    """What stands in it are fields beside those around it, in an object as in the input."""
    inner = "<Accordion title='Advanced'>\n\n- `n` (integer): x\n\n</Accordion>\n"
    schema, unread = derive_text(tmp_path, f"| shots | object[] | no | x |\n\n{inner}")
    assert (list(schema["properties"]), unread) == (["shots", "n"], [])
    schema, unread = derive_text(
        tmp_path, f"| shots | object[] | no | x |\n\n<Tab title='Each shot'>\n\n{inner}\n</Tab>\n"
    )
    assert (list(schema["properties"]), unread) == (["shots"], [])
    assert list(schema["properties"]["shots"]["items"]["properties"]) == ["n"]


def test_a_title_that_two_objects_fit_names_none(tmp_path: Path) -> None:
    """Nothing is taken for the one or the other."""
    given = "| a | object | no | x |\n| a.shots | object[] | no | x |\n| shots | object[] | no | x |\n"
    schema, _ = derive_text(tmp_path, f"{given}\n#### Each shot\n\n{SCENE}")
    assert "items" not in schema["properties"]["shots"] or "properties" not in schema["properties"]["shots"]["items"]


def test_a_title_of_one_word_over_a_table_is_no_field(tmp_path: Path) -> None:
    """What stands in the table are fields beside those of the table before it."""
    schema, unread = derive_text(
        tmp_path, f"| prompt | string | yes | x |\n\n### Advanced\n\n{HEAD}| n | integer | no | x |\n"
    )
    assert (list(schema["properties"]), unread) == (["prompt", "n"], [])


@pytest.mark.parametrize(
    ("opening", "end"),
    [
        ('<Tabs><Tab title="Response">', "</Tab></Tabs>"),
        ("<Accordion title='Response' defaultOpen>", "</Accordion>"),
        ("<details>\n<summary>Query result</summary>", "</details>"),
    ],
)
def test_the_title_of_a_component_opens_a_section(tmp_path: Path, opening: str, end: str) -> None:
    """What stands in a tab on the answer is no field of the request; behind the tab the request goes on."""
    shown = f"{opening}\n\n{HEAD}| url | string | yes | x |\n\n{end}\n\n{HEAD}| n | integer | no | x |\n"
    schema, _ = derive_text(tmp_path, f"| prompt | string | yes | x |\n\n{shown}")
    assert (list(schema["properties"]), schema["required"]) == (["prompt", "n"], ["prompt"])


@pytest.mark.parametrize(
    ("title", "why"),
    [
        ("## Request parameters (`a/c`)", "what is said of another model is not read"),
        ("## Request parameters for model a/c", "what is said of another model is not read"),
        ("## Upload\n\n**POST** `/api/upload`", "what is said of another endpoint (/api/upload) is not read"),
        ("## Parameters of `a/b`", None),
    ],
)
def test_fields_of_another_model_or_endpoint_are_listed(tmp_path: Path, title: str, why: str | None) -> None:
    """They are not merged with those of the page's own."""
    more = f"{title}\n\n### Request body\n\n{HEAD}| input | object | yes | x |\n| input.n | integer | yes | x |\n"
    schema, unread = derive_text(tmp_path, f"| prompt | string | yes | x |\n\n{more}")
    assert (list(schema["properties"]), unread) == (["prompt", *([] if why else ["n"])], [why] if why else [])


def test_a_section_on_record_info_is_on_polling(tmp_path: Path) -> None:
    """Its parameters are none of the request, and nothing is left unread."""
    more = f"## Get task details\n\nGET /api/v1/jobs/recordInfo\n\n### Request parameters\n\n{HEAD}| taskId | string | yes | x |\n"
    schema, unread = derive_text(tmp_path, f"| prompt | string | yes | x |\n\n{more}")
    assert (list(schema["properties"]), unread) == (["prompt"], [])


def test_a_line_of_very_many_tags_is_not_searched_for_a_title() -> None:
    """It would be from each of them on."""
    titled = '<Tab title="Each shot">'
    assert component_title(titled + "<a>" * 9) == "Each shot"
    assert component_title(titled + "<a>" * 100) is None


@pytest.mark.parametrize(
    "title",
    [
        "### Other parameters",
        "### Required parameters",
        "**optional parameters**",
        "### Video 参数",
        "**More**",
        "#### Misc",
    ],
)
@pytest.mark.parametrize("below", [f"{HEAD}| n | integer | no | x |\n", "- `n` (integer): x\n"])
def test_a_title_that_groups_fields_is_no_field(tmp_path: Path, title: str, below: str) -> None:
    """By the word "parameters" behind it, or as one word above what are fields."""
    schema, unread = derive_text(tmp_path, f"| prompt | string | yes | x |\n\n{title}\n\n{below}")
    assert (list(schema["properties"]), unread) == (["prompt", "n"], [])


def test_a_title_of_a_known_object_still_names_it(tmp_path: Path) -> None:
    """Whatever the word behind it."""
    given = f"| camera | object | no | x |\n\n### Camera parameters\n\n{HEAD}| n | integer | no | x |\n"
    assert list(derive_text(tmp_path, given)[0]["properties"]) == ["camera"]


@pytest.mark.parametrize(
    "inner",
    ["<Note>\nbe kind\n</Note>", "<Expandable title='more'>\n\n- `m` (integer): x\n\n</Expandable>", "<Note>a</Note>"],
)
@pytest.mark.parametrize("around", [("<Tab title='Each shot'>", "</Tab>"), ("**Each shot**", "**Other parameters**")])
def test_a_component_that_ends_leaves_open_what_it_stands_in(
    tmp_path: Path, inner: str, around: tuple[str, str]
) -> None:
    """Fields behind it are of the object whose fields stand before it."""
    lines = (around[0], "- `a` (string): x", inner, "- `b` (string): x", around[1], "- `c` (string): x")
    schema, unread = derive_text(tmp_path, "| shots | object[] | no | x |\n\n" + "\n\n".join(lines) + "\n")
    assert (list(schema["properties"]), unread) == (["shots", "c"], [])
    inside = [name for name in schema["properties"]["shots"]["items"]["properties"] if name != "m"]
    assert inside == ["a", "b"]


def test_a_heading_within_a_component_goes_on_behind_it(tmp_path: Path) -> None:
    """What the component stood in was over with the heading."""
    lines = ("**Each shot**", "<Tab title='A'>", "## Request parameters", "</Tab>", "- `c` (string): x")
    schema, _ = derive_text(tmp_path, "| shots | object[] | no | x |\n\n" + "\n\n".join(lines) + "\n")
    assert list(schema["properties"]) == ["shots", "c"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<Accordion title='camera'>", "</Accordion>"),
        ("<details>\n<summary>camera</summary>", "</details>"),
        ("<details><summary><code>camera</code> object</summary>", "</details>"),
        ("<details><summary><b>camera</b></summary>", "</details>"),
        ("**camera**", "**Further parameters**"),
    ],
)
@pytest.mark.parametrize("below", [f"{HEAD}| zoom | number | yes | x |\n", "- `zoom` (number, required): x\n"])
def test_a_component_or_a_bold_line_named_like_an_object_holds_its_fields(
    tmp_path: Path, before: str, after: str, below: str
) -> None:
    """None of them is a field of the input, and what stands behind is."""
    text = f"| camera | object | no | x |\n\n{before}\n\n{below}\n{after}\n\n- `n` (integer): x\n"
    schema, unread = derive_text(tmp_path, text)
    assert (list(schema["properties"]), "required" in schema, unread) == (["camera", "n"], False, [])
    assert schema["properties"]["camera"]["required"] == ["zoom"]


def test_a_bold_line_ends_the_object_of_the_one_before_it(tmp_path: Path) -> None:
    """Both are in the group that a bold line above them opened."""
    lines = "**Required parameters**\n\n**camera** (object)\n\n- `zoom` (number): x\n\n**seed** (integer)\n"
    schema, unread = derive_text(tmp_path, f"| prompt | string | no | x |\n\n{lines}")
    assert (list(schema["properties"]), schema["required"], unread) == (
        ["prompt", "camera", "seed"],
        ["camera", "seed"],
        [],
    )


def test_what_a_title_says_of_all_holds_for_fields_with_titles_of_their_own(tmp_path: Path) -> None:
    """Not for the fields within them."""
    lines = "### Required parameters\n\n#### camera\n\nType: object\n\n##### zoom\n\nType: number\n"
    schema, _ = derive_text(tmp_path, f"| prompt | string | no | x |\n\n{lines}")
    assert (schema["required"], "required" in schema["properties"]["camera"]) == (["camera"], False)


def test_a_term_with_its_type_behind_the_name_is_a_field(tmp_path: Path) -> None:
    """In backticks or not."""
    terms = "<dt><code>f</code> <em>string</em></dt>\n<dd>Required.</dd>\n<dt>g (integer)</dt>\n<dd>x</dd>\n"
    schema, unread = derive_text(tmp_path, f"| prompt | string | no | x |\n\n<dl>\n{terms}</dl>\n")
    assert (schema["properties"]["f"], schema["properties"]["g"], schema["required"], unread) == (
        {"type": "string"},
        {"type": "integer"},
        ["f"],
        [],
    )
