"""Tables of fields without a heading of their own, and odd cells of names."""

from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.compiler import derive

TOP = "| 参数 | 类型 | 必填 | 说明 |\n|---|---|---|---|\n| model | string | 是 | 必须为 `a/b` |\n| input | object | 是 | x |\n\n"
FIELDS = "| 参数 | 类型 | 说明 |\n|---|---|---|\n"


def derive_text(tmp_path: Path, text: str) -> tuple[dict[str, Any], list[str]]:
    """Derive a page of createTask: gives the schema of its input and the reasons of what is unread."""
    page = tmp_path / "page.md"
    page.write_text(
        f"# T\n\nPOST /api/v1/jobs/createTask\n\n{text}\n## 响应\n\n- `data.taskId`：任务\n", encoding="utf-8"
    )
    revision = derive(page).as_dict()
    return revision["request"]["properties"]["input"], [entry["why"] for entry in revision["unread"]]


@pytest.mark.parametrize(
    "title", ["input 对象", "**input**", "input:", "`input` 参数：", "**input 对象**", "### input"]
)
def test_the_line_above_a_table_names_its_object(tmp_path: Path, title: str) -> None:
    """A table below a line that names the input holds the input's fields."""
    schema, unread = derive_text(tmp_path, f"{TOP}{title}\n\n{FIELDS}| prompt | string | x |\n| n | integer | y |\n")
    assert (list(schema["properties"]), unread) == (["prompt", "n"], [])


@pytest.mark.parametrize("title", ["", "更多内容："])
def test_a_table_that_belongs_to_nothing_is_unread(tmp_path: Path, title: str) -> None:
    """A table of fields is never dropped in silence."""
    _, unread = derive_text(tmp_path, f"{TOP}{title}\n\n{FIELDS}| prompt | string | x |\n")
    assert unread == ["a table of fields was not read: nothing says what it belongs to"]


@pytest.mark.parametrize("cell", ["lyrics*", "`lyrics`*", "`lyrics*`", "lyrics *", "*lyrics", "lyrics\\*"])
def test_an_asterisk_marks_a_required_field(tmp_path: Path, cell: str) -> None:
    """The field keeps its name and is required."""
    schema, unread = derive_text(tmp_path, f"{TOP}### input\n\n{FIELDS}| {cell} | string | x |\n")
    assert (schema["required"], list(schema["properties"]), unread) == (["lyrics"], ["lyrics"], [])


def test_what_stands_in_tags_of_code_is_code(tmp_path: Path) -> None:
    """A name, a type and a value are read as those in backticks are."""
    row = "| <code>n</code> | <code>array&lt;string&gt;</code> | Options: <CODE>a</CODE>, <code class='c'>b</code> |"
    schema, unread = derive_text(tmp_path, f"{TOP}### input\n\n{FIELDS}{row}\n")
    assert schema["properties"] == {"n": {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}}
    assert unread == []


def test_tags_of_code_in_backticks_are_text(tmp_path: Path) -> None:
    """A value may be one."""
    row = "| n | string | Options: `<code>a</code>`, <code>b</code>. Default: `<code>a</code>` |"
    schema, unread = derive_text(tmp_path, f"{TOP}### input\n\n{FIELDS}{row}\n")
    assert schema["properties"]["n"]["enum"] == ["<code>a</code>", "b"]
    assert schema["properties"]["n"]["default"] == "<code>a</code>"
    assert unread == []


@pytest.mark.parametrize("between", [", ", ",", " \\| ", " or ", "、"])
def test_several_values_in_one_pair_of_backticks_are_listed(tmp_path: Path, between: str) -> None:
    """Each in quotes of its own."""
    row = f'| n | string | Options: `"a"{between}"b"`, `c` |'
    schema, unread = derive_text(tmp_path, f"{TOP}### input\n\n{FIELDS}{row}\n")
    assert (schema["properties"]["n"]["enum"], unread) == (["a", "b", "c"], [])


def test_a_row_without_a_readable_name_is_unread(tmp_path: Path) -> None:
    """A field whose name cannot be read is listed."""
    schema, unread = derive_text(tmp_path, f"{TOP}### input\n\n{FIELDS}| a | string | x |\n| 歌词† | string | x |\n")
    assert (list(schema["properties"]), unread) == (["a"], ["the row names no field that could be read"])


def test_columns_of_other_words_are_known(tmp_path: Path) -> None:
    """Titles that are common words in prose count where they head a column."""
    head = "| Setting | Kind | Needed? | If omitted | About |\n|---|---|---|---|---|\n"
    rows = "| model | string | yes | - | Must be `a/b`. |\n| input | object | yes | - | x |\n| input.n | integer | yes | 3 | At most 9. |\n"
    schema, unread = derive_text(tmp_path, f"## Body\n\n{head}{rows}")
    assert schema["properties"] == {"n": {"type": "integer", "maximum": 9, "default": 3}}
    assert (schema["required"], unread) == (["n"], [])


@pytest.mark.parametrize(
    ("title", "marks"),
    [
        ("M/O", ("M", "O", "C")),
        ("Use", ("R", "O", "C")),
        ("Presence", ("Mandatory", "Optional", "Conditional")),
        ("Req/Opt", ("Req", "Opt", "Cond")),
        ("必选/可选", ("必选", "可选", "条件")),
        ("Required", ("M", "O", "C")),
    ],
)
def test_a_column_of_marks_says_which_fields_are_required(tmp_path: Path, title: str, marks: tuple[str, ...]) -> None:
    """Whatever its title is; a mark that says neither is told of."""
    rows = "".join(f"| {name} | string | {mark} |\n" for name, mark in zip("xyz", marks, strict=True))
    schema, unread = derive_text(tmp_path, f"{TOP}input:\n\n| Name | Type | {title} |\n|---|---|---|\n{rows}")
    assert schema["required"] == ["x"]
    assert [why.split(" (its")[0] for why in unread] == ["z: whether it is required is not said by yes or no"]


@pytest.mark.parametrize(
    ("title", "marks"),
    [
        *(("Unit", "mms"), ("Unit", "MMM"), ("Unit", "MOK")),
        *(("R/W", ("R", "RW", "W")), ("S/M/L", "SML"), ("M/F", "MFF"), ("I/O", "IOO"), ("Class", "LMO")),
    ],
)
def test_a_column_of_other_words_says_nothing_of_it(tmp_path: Path, title: str, marks: tuple[str, ...]) -> None:
    """Letters may be units, sizes or directions."""
    rows = "".join(f"| {name} | string | {mark} |\n" for name, mark in zip("xyz", marks, strict=True))
    schema, unread = derive_text(tmp_path, f"{TOP}input:\n\n| Name | Type | {title} |\n|---|---|---|\n{rows}")
    assert ("required" in schema, unread) == (False, [])


@pytest.mark.parametrize("marks", [("yes", "no", "no"), ("✅", "❌", "–"), ("✓", "", ""), ("是", "否", "否")])
def test_a_column_of_answers_to_another_question_is_told(tmp_path: Path, marks: tuple[str, ...]) -> None:
    """Whatever its title asks, which is not known, and once for each such column."""
    rows = "".join(f"| {name} | string | {mark} | {mark} |\n" for name, mark in zip("xyz", marks, strict=True))
    schema, unread = derive_text(tmp_path, f"{TOP}input:\n\n| Name | Type | T2V | Cached |\n|---|---|---|---|\n{rows}")
    told = [f"the column {title} of yes and no was not read: its title is not known" for title in ("Cached", "T2V")]
    assert ("required" in schema, sorted(why.split(" (its")[0] for why in unread)) == (False, told)


@pytest.mark.parametrize(("first", "second"), [("Required (T2V)", "Required (I2V)"), ("T2V", "I2V")])
@pytest.mark.parametrize("open_", ["optional", "–", ""])
def test_of_two_columns_of_marks_both_require(tmp_path: Path, first: str, second: str, open_: str) -> None:
    """What one of them leaves open is told of, and is not required, whichever it is."""
    rows = f"| x | string | required | required |\n| y | string | {open_} | required |\n| z | string | required | {open_} |\n"
    head = f"| Name | Type | {first} | {second} |\n|---|---|---|---|\n"
    schema, unread = derive_text(tmp_path, f"{TOP}input:\n\n{head}{rows}")
    assert (schema["required"], [why.split(" on line")[0] for why in unread]) == (
        ["x"],
        [f"{name}: required is stated differently" for name in "yz"],
    )


@pytest.mark.parametrize("circle", ["O", "○", "◯"])
def test_circles_and_crosses_are_no_marks_of_what_is_optional(tmp_path: Path, circle: str) -> None:
    """A circle says yes where X says no, so none is read, and each is told of."""
    rows = f"| x | string | {circle} |\n| y | string | X |\n"
    schema, unread = derive_text(tmp_path, f"{TOP}input:\n\n| Name | Type | Required |\n|---|---|---|\n{rows}")
    told = [f"{name}: whether it is required is not said by yes or no" for name in "xy"]
    assert ("required" in schema, [why.split(" (its")[0] for why in unread]) == (False, told)
