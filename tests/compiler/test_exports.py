"""Tables and lists as tools export them, and such as stand where nothing says that they describe the request."""

from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.compiler import derive

TAIL = "\n## Response\n\n- `data.taskId`: the task\n"
EXAMPLE = '```json\n{"model": "acme/x", "input": {"prompt": "a cat"}}\n```\n'


def derived(tmp_path: Path, text: str) -> dict[str, Any]:
    """Derive a page of createTask with a text."""
    page = tmp_path / "page.md"
    page.write_text(f"# X\n\nPOST /api/v1/jobs/createTask\n\n{text}\n{TAIL}", encoding="utf-8")
    return derive(page).as_dict()


def test_the_row_of_the_whole_body_is_no_field(tmp_path: Path) -> None:
    """Rows nested in it are the body's own fields, as in exports of Apifox; a field of that name below it is one."""
    rows = (
        ("body", "object", "否"),
        ("» model", "string", "是"),
        ("» callBackUrl", "string", "是"),
        ("» input", "object", "是"),
        ("»» prompt", "string", "是"),
        ("»» body", "string", "否"),
    )
    table = "|名称|位置|类型|必选|说明|\n|---|---|---|---|---|\n"
    table += "".join(f"|{name}|body|{kind}| {asked} |无|\n" for name, kind, asked in rows)
    body = derived(tmp_path, f"### 请求参数\n\n{table}\n使用 `acme/x` 模型。\n")["request"]
    assert body["required"] == ["model", "callBackUrl", "input"]
    assert body["properties"]["input"] == {
        "type": "object",
        "required": ["prompt"],
        "properties": {"prompt": {"type": "string"}, "body": {"type": "string"}},
    }


@pytest.mark.parametrize("tag", ['mark style="color:red;"', "mark", 'span style="color: red"'])
def test_a_coloured_asterisk_marks_a_required_field(tmp_path: Path, tag: str) -> None:
    """As in exports of GitBook."""
    star = f"<{tag}>*</{tag.split()[0]}>"
    head = "| Name | Type | Description |\n|---|---|---|\n"
    rows = f"| model{star} | string | Must be `acme/x` |\n| input{star} | object | x |\n| input.prompt{star} | string | x |\n"
    revision = derived(tmp_path, f"## Body\n\n{head}{rows}| input.n | integer | x |\n")
    given = revision["request"]["properties"]["input"]
    assert (given["required"], list(given["properties"]), revision["unread"]) == (["prompt"], ["prompt", "n"], [])


def test_lines_of_fields_that_belong_to_nothing_are_unread(tmp_path: Path) -> None:
    """Beside an example, from which the request is known then; lines that only look like them are not told of."""
    lines = "- `width` (integer, required): at most 9\n- `tags` (list of strings)\n- `node`: the runtime\n- **Model**: string\n"
    told = {
        (one["line"], one["why"].split(":")[0])
        for one in derived(tmp_path, f"## Usage\n\n{lines}\n{EXAMPLE}")["unread"]
    }
    assert told == {(7, "width"), (8, "tags"), (13, "prompt")}


@pytest.mark.parametrize("name", ["input.prompt", "callBackUrl"])
def test_a_table_of_the_body_under_unknown_titles_is_unread(tmp_path: Path, name: str) -> None:
    """Also where no heading that is known stands above it; one of something else is not told of."""
    head = "## リクエスト\n\n| パラメータ | 型 | 必須 |\n|---|---|---|\n"
    table = f"{head}| model | string | はい |\n| {name} | 文字列 | はい |\n"
    found = [one["line"] for one in derived(tmp_path, f"{table}\n{EXAMPLE}")["unread"] if "table" in one["why"]]
    assert found == [7]
    prices = derived(tmp_path, f"## 価格\n\n| プラン | 円 |\n|---|---|\n| acme/x | 5 |\n\n{EXAMPLE}")
    assert not any("table" in one["why"] for one in prices["unread"])
