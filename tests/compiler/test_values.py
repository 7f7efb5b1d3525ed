"""Lists of values and their defaults, as the cells of a page's table write them."""

from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.compiler import derive

HEAD = "# T\n\n使用 `acme/values` 模型。\n\nPOST /api/v1/jobs/createTask\n\n## 请求体\n\n"


def derive_row(tmp_path: Path, kind: str, text: str, column: str = "说明") -> tuple[dict[str, Any], dict[str, Any]]:
    """Derive a page with one field: gives the field's schema and the whole revision."""
    page = tmp_path / "page.md"
    table = f"| 参数 | 类型 | {column} |\n|---|---|---|\n| input.f | {kind} | {text} |\n"
    page.write_text(f"{HEAD}{table}\n## 响应\n\n- `data.taskId`：任务\n", encoding="utf-8")
    revision = derive(page).as_dict()
    return revision["request"]["properties"]["input"]["properties"]["f"], revision


def reasons(revision: dict[str, Any]) -> str:
    """Return all reasons for which something is unread."""
    return "; ".join(entry["why"] for entry in revision["unread"])


@pytest.mark.parametrize(
    ("kind", "text", "values", "default"),
    [
        ("string", "枚举：low, high（默认 low）", ["low", "high"], "low"),
        ("string", "可选值：16:9, 9:16（默认 16:9）", ["16:9", "9:16"], "16:9"),
        ("integer", "可选值：5、10（默认 5）", [5, 10], 5),
        ("string", "可选值：`720p`，`1080p`（默认 `720p`）", ["720p", "1080p"], "720p"),
        ("enum<string>", "可选：`a`、`b`（默认 `a`）", ["a", "b"], "a"),
        ("enum<string>", "可选值：`a`（默认）、`b`", ["a", "b"], "a"),
        ("enum<string>", "可选值：`a`、`b`（默认，推荐）", ["a", "b"], "b"),
        ("string", "Options: `a`, `b` (default value)", ["a", "b"], "b"),
        ("string", "Options: `a`, `b`. A default of `a`.", ["a", "b"], "a"),
        ("string", "可选值：<br>- `a`：快速（默认 `b`）<br>- `b`：慢速", ["a", "b"], "b"),
    ],
)
def test_the_default_is_the_value_that_is_named(
    tmp_path: Path, kind: str, text: str, values: list[Any], default: Any
) -> None:
    """A remark beside the last option marks that option only when it names no other value."""
    schema, _ = derive_row(tmp_path, kind, text)
    assert (schema["enum"], schema.get("default")) == (values, default)


@pytest.mark.parametrize("aside", ["默认 `c`", "默认质量较低", "静音时默认", "非默认"])
def test_a_mark_that_names_no_option_is_unread(tmp_path: Path, aside: str) -> None:
    """A default that is none of the options, or depends on something, is listed and not guessed."""
    schema, revision = derive_row(tmp_path, "string", f"可选值：`a`、`b`（{aside}）")
    assert schema == {"type": "string", "enum": ["a", "b"]}
    assert "default" in reasons(revision)


def test_full_width_bars_separate_values(tmp_path: Path) -> None:
    """A bar between values splits them, in either width."""
    assert derive_row(tmp_path, "string", "取值：`low`｜`high`")[0]["enum"] == ["low", "high"]
    assert derive_row(tmp_path, "string", "取值：low \\| high")[0]["enum"] == ["low", "high"]


@pytest.mark.parametrize("text", ["可选值：`a`、`b`。已弃用：`c`", "可选值：`a`、`b`。`c`（已弃用）", "已弃用的值：c"])
def test_a_deprecated_value_does_not_make_the_field_deprecated(tmp_path: Path, text: str) -> None:
    """Words that call a value deprecated are listed as unread and say nothing of the field."""
    schema, revision = derive_row(tmp_path, "string", text)
    assert "deprecated" not in schema
    assert "what is deprecated" in reasons(revision)


@pytest.mark.parametrize(
    "text", ["已弃用。", "文本（已弃用）", "`f` 已弃用，请使用 `g`", "已弃用：请使用 `g`", "Deprecated."]
)
def test_a_deprecated_field_is_marked(tmp_path: Path, text: str) -> None:
    """Words about the field itself mark it."""
    assert derive_row(tmp_path, "string", text)[0]["deprecated"] is True


@pytest.mark.parametrize(
    ("text", "default"), [("默认为是", True), ("默认否", False), ("默认值：是", True), ("是否公开，默认否。", False)]
)
def test_yes_and_no_are_defaults_of_booleans(tmp_path: Path, text: str, default: bool) -> None:
    """是 and 否 are the values of a boolean, and of nothing else."""
    assert derive_row(tmp_path, "boolean", text)[0]["default"] is default
    if "：" not in text:
        assert "default" not in derive_row(tmp_path, "string", text)[0]


def test_whether_is_no_default(tmp_path: Path) -> None:
    """是否 asks and answers nothing."""
    assert "default" not in derive_row(tmp_path, "boolean", "默认是否")[0]


@pytest.mark.parametrize("text", ["取值：[0, 1)", "取值：0 ≤ f < 1", "取值范围：[0, 1)"])
def test_an_interval_is_no_list(tmp_path: Path, text: str) -> None:
    """A half-open interval behind a label of values gives bounds."""
    assert derive_row(tmp_path, "number", text)[0] == {"type": "number", "minimum": 0, "exclusiveMaximum": 1}


@pytest.mark.parametrize(
    ("kind", "text", "column", "values"),
    [
        ("integer", "5 / 10", "说明", [5, 10]),
        ("integer", "24/30/60", "说明", [24, 30, 60]),
        ("integer", "25 或 50", "说明", [25, 50]),
        ("integer", "支持 5、10 两档", "说明", [5, 10]),
        ("string", "16:9 / 9:16 / 1:1", "取值范围", ["16:9", "9:16", "1:1"]),
        ("string", "low / high", "取值范围", ["low", "high"]),
        ("integer", "1 或 2", "取值范围", [1, 2]),
    ],
)
def test_a_line_of_alternatives_is_a_list(tmp_path: Path, kind: str, text: str, column: str, values: list[Any]) -> None:
    """A line that holds nothing but alternatives lists the values."""
    schema, revision = derive_row(tmp_path, kind, text, column)
    assert (schema["enum"], reasons(revision)) == (values, "")


@pytest.mark.parametrize(
    ("kind", "text", "column"),
    [
        ("string", "三选一", "说明"),
        ("integer", "时长，5 或 10 秒", "说明"),
        ("integer", "支持 5、10 三档", "说明"),
        ("string", "16:9 / 9:16，以图片为准", "取值范围"),
        ("string", "可选值：`low` 表示低, `high` 表示高", "说明"),
    ],
)
def test_what_looks_like_a_list_is_unread(tmp_path: Path, kind: str, text: str, column: str) -> None:
    """Alternatives among other words are listed and not guessed."""
    schema, revision = derive_row(tmp_path, kind, text, column)
    assert schema == {"type": kind}
    assert "list of values was not read" in reasons(revision)


@pytest.mark.parametrize("kind", ["number", "integer"])
def test_a_whole_number_is_exact(tmp_path: Path, kind: str) -> None:
    """However many digits it has, and with a fraction of nothing."""
    assert derive_row(tmp_path, kind, "9007199254740993.0", "默认值")[0]["default"] == 9007199254740993


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("number", "1" * 400 + ".5"),
        ("integer", "1" * 400),
        ("array", "`[NaN]`"),
        ("array", "`[1e999]`"),
        ("object", '`{"a": -Infinity}`'),
    ],
)
def test_a_number_that_json_has_not_is_doubted(tmp_path: Path, kind: str, text: str) -> None:
    """A revision with it could be read by nobody."""
    schema, revision = derive_row(tmp_path, kind, text, "默认值")
    assert schema == {"type": kind}
    assert "f: the default" in reasons(revision)


@pytest.mark.parametrize("value", ["NaN", "1e999", "-Infinity"])
def test_an_example_with_a_number_that_json_has_not_is_unread(tmp_path: Path, value: str) -> None:
    """As one that does not parse, whatever Python reads."""
    page = tmp_path / "page.md"
    row = "| 参数 | 类型 |\n|---|---|\n| input.f | number |\n"
    page.write_text(
        f'{HEAD}{row}\n```json\n{{"model": "acme/values", "input": {{"f": {value}}}}}\n```\n', encoding="utf-8"
    )
    revision = derive(page).as_dict()
    assert revision["examples"]["request"] is None
    assert "the JSON in this code fence does not parse" in reasons(revision)
