from pathlib import Path
from typing import Any

import pytest

import fakie_fixtures
from fakie_schemas.compiler import derive
from support.some import some

PAGES = Path(fakie_fixtures.__file__).parent / "pages"
HEAD = "# T\n\n使用 `acme/trap` 模型。\n\nPOST /api/v1/jobs/createTask\n\n## 请求体\n\n"


@pytest.fixture(scope="module")
def traps() -> dict[str, Any]:
    """Return the revision of the page of traps."""
    return derive(PAGES / "acme-traps.zh.md").as_dict()


def field(revision: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the schema of a field of input."""
    found: dict[str, Any] = revision["request"]["properties"]["input"]["properties"][name]
    return found


def derive_table(tmp_path: Path, *rows: str) -> dict[str, Any]:
    """Derive a page with one table of fields."""
    table = "\n".join(["| 参数 | 类型 | 必填 | 默认值 | 说明 |", "|---|---|---|---|---|", *rows])
    page = tmp_path / "page.md"
    page.write_text(f"{HEAD}{table}\n", encoding="utf-8")
    return derive(page).as_dict()


def test_a_required_range_is_a_range(traps: dict[str, Any]) -> None:
    """必填范围 gives bounds and does not make the field required."""
    assert field(traps, "level") == {"type": "number", "minimum": 0, "maximum": 5}
    assert "level" not in traps["request"]["properties"]["input"].get("required", [])


def test_response_fields_stay_out_of_the_request(traps: dict[str, Any]) -> None:
    """Fields of the answer written like those of the request are none of the request's."""
    assert set(traps["request"]["properties"]) == {"model", "input"}
    assert not {"code2", "data", "msg"} & set(traps["request"]["properties"]["input"]["properties"])


def test_required_and_default_go_together(traps: dict[str, Any]) -> None:
    """A field can have both."""
    assert field(traps, "prompt")["default"] == "一只猫"
    assert traps["request"]["properties"]["input"]["required"] == ["prompt"]


def test_enums_keep_their_declared_type(traps: dict[str, Any]) -> None:
    """Strings that look like numbers stay strings; integers become integers."""
    assert field(traps, "code")["enum"] == ["010", "020", "1.0"]
    assert field(traps, "code")["default"] == "010"
    assert field(traps, "steps")["enum"] == [1, 2, 3]
    assert field(traps, "steps")["default"] == 2


def test_an_empty_example_of_a_url_is_left_out(traps: dict[str, Any]) -> None:
    """The empty text is no URL: it is noted, not kept."""
    assert "examples" not in field(traps, "image_url")
    assert any(note["kind"] == "left-out" for note in traps["notes"])


def test_the_size_of_each_is_not_the_size_in_total(traps: dict[str, Any]) -> None:
    """Only the limit of one file becomes a keyword; the total is a note."""
    assert field(traps, "images")["x-max-bytes"] == 2 * 1024 * 1024
    assert any("total size: 10 MB" in note["text"] for note in traps["notes"])


def test_a_broken_fence_does_not_swallow_the_page(traps: dict[str, Any]) -> None:
    """What follows a fence that was never closed is read, and the fence is listed with its line."""
    assert {"line": 7, "why": "this code fence is never closed"} in traps["unread"]
    assert traps["examples"]["request"]["model"] == "acme/traps"
    assert traps["examples"]["answer"]["data"] == {"taskId": "task_acme_0002"}


def test_what_is_not_certain_is_unread(traps: dict[str, Any]) -> None:
    """An unclear "required" and a list that is elsewhere are listed, not guessed."""
    reasons = [entry["why"] for entry in traps["unread"]]
    assert any("whether it is required" in why for why in reasons)
    assert any("the list of values was not read" in why for why in reasons)
    assert field(traps, "mode") == {"type": "string"}


def test_a_page_without_codes_inherits_the_ten(traps: dict[str, Any]) -> None:
    """The user page's ten codes are taken, each marked as inherited."""
    assert [code["code"] for code in traps["codes"]] == [200, 401, 402, 404, 422, 429, 455, 500, 501, 505]
    assert all(code["inherited"] for code in traps["codes"])


def test_labels_are_cut_to_the_short_label() -> None:
    """A sentence about a code is never taken over."""
    codes = derive(PAGES / "acme-motion.official.md").facts["codes"]
    assert {"code": 408, "label": "Upstream Timeout"} in codes
    assert {"code": 433, "label": "Key Limit"} in codes


def test_the_example_decides_about_the_model() -> None:
    """The listed model of another page gives way to the example's."""
    revision = derive(PAGES / "acme-motion.official.md")
    assert revision.name == "acme/motion"
    assert revision.request["properties"]["model"]["enum"] == ["acme/motion"]


def test_unknown_keys_are_never_forbidden() -> None:
    """No derived schema closes its objects."""
    for page in some(PAGES.glob("*.md")):
        assert "additionalProperties" not in str(derive(page).as_dict())


def test_two_statements_that_differ_cancel_each_other(tmp_path: Path) -> None:
    """Of two equal statements neither is trusted; both lines are named."""
    revision = derive_table(
        tmp_path,
        "| model | string | 是 | - | 必须为 `acme/trap` |",
        "| input.text | string | 是 | - | 最大长度：10 字符。不超过 20 个字符 |",
    )
    assert field(revision, "text") == {"type": "string"}
    assert "maxLength is stated differently" in revision["unread"][0]["why"]


def test_a_default_outside_of_the_list_is_unread(tmp_path: Path) -> None:
    """A default that the field itself refuses is not taken."""
    revision = derive_table(tmp_path, "| input.size | enum<string> | 否 | `c` | 可用选项：`a`, `b` |")
    assert field(revision, "size") == {"type": "string", "enum": ["a", "b"]}
    assert "is not among the listed values" in revision["unread"][0]["why"]


def test_none_can_be_a_value(tmp_path: Path) -> None:
    """The word none is a default where it is listed, and nothing elsewhere."""
    revision = derive_table(
        tmp_path,
        "| input.boost | enum<string> | 否 | `none` | 可用选项：`none`, `high` |",
        "| input.text | string | 否 | None | 文本 |",
    )
    assert field(revision, "boost")["default"] == "none"
    assert field(revision, "text") == {"type": "string"}


def test_names_are_trimmed_and_that_is_noted(tmp_path: Path) -> None:
    """A space at the end of a name is dropped with a note."""
    revision = derive_table(tmp_path, "| `input.text ` | string | 是 | - | 文本 |")
    assert field(revision, "text") == {"type": "string"}
    assert any(note["kind"] == "trimmed" and note["line"] == 11 for note in revision["notes"])


def test_type_enum_outside_of_backticks_survives(tmp_path: Path) -> None:
    """`enum<string>` written bare is no HTML tag."""
    revision = derive_table(tmp_path, "| input.a | enum<string> | 是 | - | 可用选项：1, 2 |")
    assert field(revision, "a") == {"type": "string", "enum": ["1", "2"]}
