"""What pages say in passing of types, defaults, values and other fields: read where it is plain, else told of."""

from pathlib import Path
from typing import Any

import pytest

from support.pages.created import revision_of_body

HEAD = "| Parameter | Type | Required | Description |\n|---|---|---|---|\n"
TOP = f"{HEAD}| model | string | yes | must be `a/b` |\n| input | object | yes | x |\n\n## input object\n\n"


def derive_text(tmp_path: Path, text: str) -> tuple[dict[str, Any], list[str], list[str]]:
    """Derive a page of createTask: gives the fields of its input, the reasons of what is unread, and the notes."""
    revision = revision_of_body(tmp_path, TOP + text)
    told = [entry["why"].split(" (")[0] for entry in revision["unread"]]
    notes = [f"{note.get('field')}: {note['kind']}" for note in revision["notes"]]
    return revision["request"]["properties"]["input"]["properties"], told, notes


def of_field(tmp_path: Path, kind: str, words: str) -> tuple[dict[str, Any], list[str], list[str]]:
    fields, told, notes = derive_text(tmp_path, f"{HEAD}| f | {kind} | no | {words} |\n")
    return fields["f"], told, notes


@pytest.mark.parametrize("kind", ["string or number", "string, number", "string / number", "`string \\| number`"])
def test_several_types_in_words_are_all_taken(tmp_path: Path, kind: str) -> None:
    """In a table, and in a line of a list; limits beside them are told of."""
    assert of_field(tmp_path, kind, "x")[:2] == ({"type": ["string", "number"]}, [])
    if "," not in kind and "`" not in kind:
        for line in (f"- `f` ({kind}): x", f"- `f`: {kind}, optional"):
            fields, told, _ = derive_text(tmp_path, line)
            assert (fields["f"], told) == ({"type": ["string", "number"]}, [])
    assert of_field(tmp_path, kind, "at most 5")[1] == ["f: what looks like a limit was not read: 5"]


@pytest.mark.parametrize("kind", ["string, integer or null", "string / null / integer", "string or integer or null"])
def test_null_beside_several_types_is_one_of_them(tmp_path: Path, kind: str) -> None:
    """None of the others is lost for it."""
    assert of_field(tmp_path, kind, "x")[:2] == ({"type": ["string", "integer", "null"]}, [])
    fields, told, _ = derive_text(tmp_path, f"- `f` ({kind.replace(' / ', ' | ')}): x")
    assert (fields["f"], told) == ({"type": ["string", "integer", "null"]}, [])


@pytest.mark.parametrize(
    "line",
    [
        "| f | string (or number) | no | x |",
        '| f | integer, or "auto" | no | x |',
        "| f | string, array of strings | no | x |",
        '- `f` (integer | "auto"): x',
        '- `f` (integer or "auto"): x',
        "- `f` string or an array of strings: x",
        "- `f` (array, or string): x",
        '- `f`: number | "auto"',
    ],
)
def test_a_type_that_goes_on_with_what_is_not_read_is_not_the_first_of_it(tmp_path: Path, line: str) -> None:
    """The page is doubted, and refuses nothing of the others."""
    fields, told, _ = derive_text(tmp_path, f"{HEAD if line[0] == '|' else ''}{line}\n")
    assert "integer" not in str(fields["f"])
    assert fields["f"].get("type") in {None, "array"}
    assert any("type" in why for why in told)


def test_remarks_beside_a_type_are_no_other_types(tmp_path: Path) -> None:
    """Such as a format, a mark or a range."""
    for kind in ("string (URL)", "number (integer)", "string (JSON)", "string, required", "integer (0-5)"):
        assert of_field(tmp_path, kind, "x")[0]["type"] in {"string", "number", "integer"}


def test_a_type_before_a_colon_makes_a_line_a_field(tmp_path: Path) -> None:
    """As a comma behind it does."""
    fields, told, _ = derive_text(tmp_path, "- `f` string: x\n- `g` integer: 0 to 5\n")
    assert (fields, told) == ({"f": {"type": "string"}, "g": {"type": "integer", "minimum": 0, "maximum": 5}}, [])


@pytest.mark.parametrize("kind", ["string, required", "string or array"])
def test_what_is_not_several_plain_types_is_none(tmp_path: Path, kind: str) -> None:
    """A mark beside a type, or an array whose items are not told."""
    assert of_field(tmp_path, kind, "x")[1]


@pytest.mark.parametrize(
    ("kind", "taken"), [("number<float>", "number"), ("integer<int64>", "integer"), ("float64", "number")]
)
def test_a_format_that_repeats_the_type_is_no_other_type(tmp_path: Path, kind: str, taken: str) -> None:
    """As components of fields have it."""
    assert of_field(tmp_path, kind, "x")[:2] == ({"type": taken}, [])


def test_a_column_of_defaults_that_says_required_states_no_default(tmp_path: Path) -> None:
    """Unless it is in backticks, or among the listed values."""
    rows = "| f | string | required | x |\n| g | string | `required` | x |\n| h | string | optional | x |\n"
    table = f"| Parameter | Type | Default | Description |\n|---|---|---|---|\n{rows}"
    fields, told, _ = derive_text(tmp_path, table)
    assert (fields, told) == (
        {"f": {"type": "string"}, "g": {"type": "string", "default": "required"}, "h": {"type": "string"}},
        [],
    )
    revision = revision_of_body(tmp_path, TOP + table)
    assert revision["request"]["properties"]["input"]["required"] == ["f"]


@pytest.mark.parametrize(
    "words",
    [
        "must match ^[a-z]+$",
        "matches `^a.*$`",
        "Only lowercase letters are allowed",
        "alphanumeric",
        "只能包含小写字母",
    ],
)
def test_a_rule_on_the_signs_of_a_text_is_told_of(tmp_path: Path, words: str) -> None:
    """Where no keyword states it; of numbers nothing is said by it."""
    assert of_field(tmp_path, "string", words)[1] == ["f: a pattern in words is not read"]
    assert of_field(tmp_path, "integer", "must be digits")[1] == []


@pytest.mark.parametrize(
    ("kind", "words", "read"),
    [
        ("string", "must be at most 500 letters", {"maxLength": 500}),
        ("integer", "Positive numbers move right.", {}),
    ],
)
def test_words_of_letters_and_signs_that_are_no_such_rule_are_not(
    tmp_path: Path, kind: str, words: str, read: dict[str, int]
) -> None:
    """So many letters are a length, and numbers of a sign may be told what they mean."""
    assert of_field(tmp_path, kind, words)[:2] == ({"type": kind, **read}, [])


@pytest.mark.parametrize(
    "words",
    [
        "`x`: fast; `y`: slow",
        "`x` for drafts, `y` for prints",
        "Choose between x and y.",
        "It can be low, medium or high.",
        "Supports 720p and 1080p.",
    ],
)
def test_values_that_are_offered_in_passing_are_told_of(tmp_path: Path, words: str) -> None:
    """As what they are for may not be all of them."""
    assert of_field(tmp_path, "string", words)[1] == ["f: a choice of values in words was not read for certain"]


@pytest.mark.parametrize("words", ["It can be used and kept.", "Supports 5 languages.", "See `x`. And `y`."])
def test_words_that_offer_no_values_are_no_choice(tmp_path: Path, words: str) -> None:
    """Nothing is told of them."""
    assert of_field(tmp_path, "string", words)[1] == []


@pytest.mark.parametrize(
    "words", ["One of image_url or f is required.", "Either f or g must be provided.", "与 g 二选一。"]
)
def test_a_field_that_another_may_stand_for_is_noted(tmp_path: Path, words: str) -> None:
    """It is required of one of them."""
    assert "f: depends" in of_field(tmp_path, "string", words)[2]


@pytest.mark.parametrize("quotes", ["''", "‘’"])
def test_a_default_in_single_quotes_is_read(tmp_path: Path, quotes: str) -> None:
    """Without its quotes."""
    assert of_field(tmp_path, "string", f"Default {quotes[0]}x{quotes[1]}.")[0]["default"] == "x"


def test_a_footnote_beside_a_limit_is_told_of(tmp_path: Path) -> None:
    """It may say for which requests the limit holds."""
    assert of_field(tmp_path, "integer", "1-5[^1]")[1] == ["f: a footnote is not read"]


def test_bullets_of_another_kind_are_bullets(tmp_path: Path) -> None:
    """Fields stand behind them as behind dashes."""
    fields, told, _ = derive_text(tmp_path, "• a (string): at most 5 characters\n• b (integer): 1-5\n")
    assert fields == {"a": {"type": "string", "maxLength": 5}, "b": {"type": "integer", "minimum": 1, "maximum": 5}}
    assert told == []


def test_signs_that_nobody_sees_are_not_read(tmp_path: Path) -> None:
    """Neither in names nor in words."""
    for seed in ("se\u200bed\u200b", "\u202eseed\u202c", "\u200fseed\u200e", "\u2068seed\u2069", "se\u180eed\ufe0f"):
        fields, told, _ = derive_text(tmp_path, f"{HEAD}| {seed} | integer | no | at\ufeff most\u00ad 5 |\n")
        assert (fields, told) == ({"seed": {"type": "integer", "maximum": 5}}, []), ascii(seed)


def test_a_mark_in_tags_says_that_a_field_is_required(tmp_path: Path) -> None:
    """As titles have it."""
    text = "### `f` string <sup>required</sup>\n\nIt.\n"
    revision = revision_of_body(tmp_path, TOP + text)
    assert revision["request"]["properties"]["input"]["required"] == ["f"]


def test_the_example_of_another_model_is_told_of(tmp_path: Path) -> None:
    """A second one of the same model is not."""
    one = '```json\n{"model": "a/b", "input": {"f": "x"}}\n```\n'
    table = f"{HEAD}| f | string | no | x |\n\n"
    assert derive_text(tmp_path, table + one + "\n" + one)[1] == []
    told = derive_text(tmp_path, table + one + "\n" + one.replace("a/b", "a/c"))[1]
    assert told == ["an example of another model is not read"]


@pytest.mark.parametrize("title", ["### Removed parameters", "**Deprecated fields**", "### 不支持的参数"])
def test_what_a_title_says_of_all_fields_below_it_is_told_of(tmp_path: Path, title: str) -> None:
    """They are read as fields all the same."""
    fields, told, _ = derive_text(
        tmp_path, f"{HEAD}| f | string | no | x |\n\n{title}\n\n{HEAD}| g | string | no | x |\n"
    )
    assert list(fields) == ["f", "g"]
    assert [why.split(":")[0] for why in told] == ["what a title says of all fields below it is not read"]


def test_the_fields_of_an_error_are_none_of_the_request(tmp_path: Path) -> None:
    """Whether they are always there or not."""
    text = f"{HEAD}| f | string | no | x |\n\n### Error fields\n\n{HEAD}| reason | string | yes | x |\n"
    assert list(derive_text(tmp_path, text)[0]) == ["f"]


@pytest.mark.parametrize("words", ["A non-negative number.", "must be a positive integer", "a power of two", "偶数"])
def test_what_a_number_may_be_without_another_number_is_told_of(tmp_path: Path, words: str) -> None:
    """Unless a bound is stated; and of a text nothing is said by it."""
    assert of_field(tmp_path, "integer", words)[1] == ["f: a limit in words was not read"]
    assert of_field(tmp_path, "integer", f"At least 2. {words}")[1] == []
    assert of_field(tmp_path, "string", words)[1] == []


@pytest.mark.parametrize(
    "cell", ["<ul><li>`x`: fast</li><li>`y`: slow</li></ul>", "Which.<br>- `x`: fast<br>- `y`: slow"]
)
def test_a_list_of_values_within_a_cell_is_told_of(tmp_path: Path, cell: str) -> None:
    """Each stands with what it is for; below a label they are the values."""
    assert of_field(tmp_path, "string", cell)[1] == ["f: a choice of values in words was not read for certain"]
    assert of_field(tmp_path, "string", f"Options:{cell.removeprefix('Which.')}")[0]["enum"] == ["x", "y"]


@pytest.mark.parametrize("title", ["### 📝 prompt", "### ⚙️ `prompt`", "**🔑 prompt**", "- ✅ `prompt`: string"])
def test_pictures_before_a_name_are_no_part_of_it(tmp_path: Path, title: str) -> None:
    """In titles and in lists."""
    fields, told, _ = derive_text(tmp_path, f"{title}\n\n- Type: string\n")
    assert (fields, told) == ({"prompt": {"type": "string"}}, [])


@pytest.mark.parametrize(
    "code",
    [
        "export interface Input {\n  prompt: string;\n}",
        "class Input(BaseModel):\n    prompt: str = Field(max_length=300)",
        '{"type": "object", "properties": {"prompt": {"type": "string"}}}',
        '{\n  "prompt": "x" // required\n}',
        "prompt: string, required\nseed: 1-9",
        "style:\n  - name (string)",
        "seed?: number;",
    ],
)
def test_a_code_block_that_describes_fields_is_told_of(tmp_path: Path, code: str) -> None:
    """An example that only shows values says nothing of what they may be."""
    for block, why in ((code, ["a code block that says what fields may hold is not read"]), ('{"prompt": "x"}', [])):
        assert derive_text(tmp_path, f"{HEAD}| f | string | no | x |\n\n```\n{block}\n```\n")[1] == why
