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
