"""Names with keys in brackets, as forms and PHP have them: `camera[angle]` is the angle of the camera."""

from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.compiler.field_names import read_head
from support.pages.created import revision_of_body

MODEL = "- `model` (string, required): must be `a/b`\n- `input` (object, required)\n\n### `input` parameters\n\n"
TABLE = "| Name | Type | Required |\n|---|---|---|\n| camera | object | no |\n| camera[angle] | number | yes |\n"
LIST = "- `camera` (object)\n- `camera[angle]` (number, required)\n- `camera['pan'][x]` (number)\n"


@pytest.mark.parametrize("text", [TABLE + "| camera[pan][x] | number | no |\n", LIST])
def test_keys_in_brackets_are_fields_of_what_stands_before_them(tmp_path: Path, text: str) -> None:
    """In tables and in lists, with quotes or without."""
    schema: dict[str, Any] = revision_of_body(tmp_path, MODEL + text)["request"]["properties"]["input"]
    camera = schema["properties"]["camera"]
    assert list(schema["properties"]) == ["camera"]
    assert (camera["required"], camera["properties"]["angle"]) == (["angle"], {"type": "number"})
    assert camera["properties"]["pan"]["properties"] == {"x": {"type": "number"}}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("tags[]", ("tags",)),
        ("shots[i].len", ("shots", "len")),
        ("tags[N]", ("tags",)),
        ("shots[0][len]", ("shots", "len")),
        ("tags[string]", ("tags",)),
        ("tags[required]", ("tags",)),
    ],
)
def test_what_counts_items_and_what_is_remarked_in_brackets_is_no_key(text: str, parts: tuple[str, ...]) -> None:
    """Such as an index, a type, or a mark."""
    head = read_head(text, named=True)
    assert head is not None
    assert head.parts == parts


@pytest.mark.parametrize("name", ["duration[s]", "size[px]", "prompt[new]", "colors[rgb]"])
def test_a_lone_word_in_brackets_may_be_a_remark(tmp_path: Path, name: str) -> None:
    """Such as a unit, where nothing else says that an object stands before it: no field is made, and it is listed."""
    revision = revision_of_body(tmp_path, f"{MODEL}{TABLE}| {name} | string | yes |\n")
    outer, word = name.rstrip("]").split("[")
    assert list(revision["request"]["properties"]["input"]["properties"]) == ["camera"]
    assert [entry["why"].split(" (its")[0] for entry in revision["unread"]] == [
        f"whether {word} in brackets is a field of {outer} is not said"
    ]


def test_words_in_brackets_behind_one_name_are_its_fields(tmp_path: Path) -> None:
    """Though no line is about the object itself."""
    rows = "".join(f"| pan[{key}] | number | no |\n" for key in ("x", "y", "type", "name"))
    revision = revision_of_body(tmp_path, f"{MODEL}{TABLE}{rows}")
    pan = revision["request"]["properties"]["input"]["properties"]["pan"]
    assert list(pan["properties"]) == ["x", "y", "type", "name"]
    assert revision["unread"] == []


def test_a_key_of_the_items_of_an_array_is_a_field(tmp_path: Path) -> None:
    """Empty brackets before it say enough."""
    revision = revision_of_body(tmp_path, f"{MODEL}{TABLE}| shots[][len] | number | no |\n")
    shots = revision["request"]["properties"]["input"]["properties"]["shots"]
    assert shots["items"]["properties"] == {"len": {"type": "number"}}
