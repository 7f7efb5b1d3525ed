"""Lists of values and their defaults, as the cells of a page's table write them."""

from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.compiler import derive

HEAD = "# T\n\n使用 `acme/values` 模型。\n\nPOST /api/v1/jobs/createTask\n\n## 请求体\n\n"


def derive_row(tmp_path: Path, kind: str, text: str, name: str = "f") -> tuple[dict[str, Any], dict[str, Any]]:
    """Derive a page with one field: gives the field's schema and the whole revision."""
    page = tmp_path / "page.md"
    table = f"| 参数 | 类型 | 说明 |\n|---|---|---|\n| input.{name} | {kind} | {text} |\n"
    page.write_text(f"{HEAD}{table}\n## 响应\n\n- `data.taskId`：任务\n", encoding="utf-8")
    revision = derive(page).as_dict()
    return revision["request"]["properties"]["input"]["properties"][name], revision


def reasons(revision: dict[str, Any]) -> str:
    """Give all reasons for which something is unread."""
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
