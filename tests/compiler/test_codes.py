"""The lists of answer codes, as pages write them."""

from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.compiler import derive
from fakie_schemas.compiler.codes import INHERITED, code_entries

PAGE = """# T

使用 `acme/codes` 模型。

POST /api/v1/jobs/createTask

## 请求体

| 参数 | 类型 | 说明 |
|---|---|---|
| input.a | string | x |

## 响应

- `data.taskId`：任务

{codes}
"""


def derive_codes(tmp_path: Path, codes: str) -> dict[str, Any]:
    """Derive a page with this list of codes."""
    page = tmp_path / "page.md"
    page.write_text(PAGE.format(codes=codes), encoding="utf-8")
    return derive(page).as_dict()


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("200 成功；401 未授权；402 积分不足；501 生成失败。", [200, 401, 402, 501]),
        ("状态码：200 成功；401 未授权", [200, 401]),
        ("`200`: Success, `401`: Unauthorized; `599`: Odd", [200, 401, 599]),
        ("200 成功、401 未授权", [200, 401]),
        ("Status code, 200 indicates success, others failure", []),
        ("`402`: 积分不足 - 需要 200 积分, 100 次", [402]),
    ],
)
def test_a_list_on_one_line_is_split(text: str, codes: list[int]) -> None:
    """Each entry of a line counts, and numbers in a label are no codes."""
    assert [code for code, _ in code_entries(text)] == codes


def test_the_codes_of_one_line_are_the_pages_list(tmp_path: Path) -> None:
    """A list on one line is read in full, with its short labels."""
    codes = derive_codes(tmp_path, "200 成功；401 未授权；501 生成失败。")["codes"]
    assert [(code["code"], code["label"]) for code in codes] == [(200, "成功"), (401, "未授权"), (501, "生成失败")]


@pytest.mark.parametrize(
    ("table", "codes", "unread"),
    [
        ("| 说明 | 状态码 |\n|-|-|\n| 成功 | 200 |\n| 未授权 | 433 |", [200, 433], 0),
        ("| # | Code | Meaning |\n|-|-|-|\n| 1 | 200 | OK |\n| 2 | **401** | No |", [200, 401], 0),
        ("| HTTP status code | Meaning |\n|-|-|\n| HTTP 200 | OK |\n| `401` / `433` | No |", [200, 401, 433], 0),
        ("| Code | Meaning |\n|-|-|\n| 200 | OK |\n| 401 | No |\n| 5xx | Bad |", [200, 401], 1),
        ("| Status | Error code |\n|-|-|\n| 401 | AUTH |\n| 433 | LIMIT |", [200, 401, 433], 0),
        ("| Status | Error code |\n|-|-|\n| 401 | 401_AUTH |\n| 433 | 433 |", [200, 401, 433], 0),
        ("| HTTP status | Code |\n|-|-|\n| 400 | 422 |\n| 400 | 433 |", [200, 422, 433], 0),
        ("| Error | Status |\n|-|-|\n| AUTH | 401 |\n| LIMIT | 433 |\n| OTHER | 5xx |", [200, 401, 433], 1),
        ("| 字段 | 说明 |\n|-|-|\n| code | `200` \\| `401` \\| `433` |", [200, 401, 433], 0),
        ("| code | 说明 |\n|-|-|\n| 其他 | `200`：成功<BR>`433`：超限 |", [200, 433], 0),
    ],
)
def test_a_table_of_codes_is_read_by_its_titles(tmp_path: Path, table: str, codes: list[int], unread: int) -> None:
    """Wherever the column stands; a row whose code cannot be read is listed."""
    revision = derive_codes(tmp_path, table)
    assert [code["code"] for code in revision["codes"]] == codes
    assert len(revision["unread"]) == unread


@pytest.mark.parametrize("titles", ["Country | Code", "Code | Country"])
@pytest.mark.parametrize("section", ["请求体", "Countries"])
def test_a_table_elsewhere_is_of_answer_codes_if_one_of_them_is_known(
    tmp_path: Path, section: str, titles: str
) -> None:
    """Countries, voices and sizes have numbers of three digits, too."""
    page = tmp_path / "page.md"
    listed = {}
    for numbers in ("276 392", "401 531"):
        cells = [(f"x | {one}" if titles.endswith("Code") else f"{one} | x") for one in numbers.split()]
        rows = "".join(f"| {row} |\n" for row in (titles, "-|-", *cells))
        page.write_text(PAGE.format(codes=f"## {section}\n\n{rows}"), encoding="utf-8")
        listed[numbers] = [code["code"] for code in derive(page).facts["codes"]]
    assert listed == {"276 392": [*INHERITED], "401 531": [200, 401, 531]}


@pytest.mark.parametrize(
    ("titles", "listed"),
    [
        ("Country | Code", False),
        ("Country name | Codes", False),
        ("Error | Code", True),
        ("Message | Code", True),
        ("Meaning | Status code", True),
        ("说明 | 代码", True),
        ("x | 错误码", True),
    ],
)
def test_codes_none_of_which_is_known_are_those_of_answers_if_titles_say_so(
    tmp_path: Path, titles: str, listed: bool
) -> None:
    """Also in the section of the response; rows that are not taken for answers are listed."""
    first, second = titles.split(" | ")
    for header, row in ((f"{first} | {second}", "| x | {} |"), (f"{second} | {first}", "| {} | x |")):
        rows = "".join(f"{row.format(code)}\n" for code in (531, 533))
        revision = derive_codes(tmp_path, f"| {header} |\n|-|-|\n{rows}")
        read = [code["code"] for code in revision["codes"]]
        assert (531 in read, 533 in read) == (listed, listed)
        assert len(revision["unread"]) == (0 if listed else 2)


def test_a_list_of_errors_gets_the_success(tmp_path: Path) -> None:
    """200 is added as inherited, and that is noted."""
    revision = derive_codes(tmp_path, "- `401`: 未授权\n- `402`: 积分不足\n- `429`: 速率限制")
    assert [code["code"] for code in revision["codes"]] == [200, 401, 402, 429]
    assert revision["codes"][0] == {"code": 200, "label": "成功", "inherited": True}
    assert any("errors only" in note["text"] for note in revision["notes"])


@pytest.mark.parametrize("text", ["- `200`: 成功", "- `401`: 未授权"])
def test_one_code_is_no_list(tmp_path: Path, text: str) -> None:
    """A single code is listed as unread, and the page inherits the ten."""
    revision = derive_codes(tmp_path, text)
    assert [code["code"] for code in revision["codes"]] == list(INHERITED)
    assert any("one code only" in entry["why"] for entry in revision["unread"])


@pytest.mark.parametrize(
    "text",
    [
        "200 x" + " |" * 100_000 + "y",
        "*" * 200_000 + "x",
        "200" + " " * 200_000 + "!",
        "200 x" + " " * 200_000 + "y",
        "200" + "`" * 200_000 + "x",
    ],
    ids=lambda text: text[:6],
)
def test_a_line_of_any_length_is_looked_through_once(text: str) -> None:
    """What stands in a row is taken as one: from each of its signs, the search of such a line would never end."""
    assert [code for code, _ in code_entries(text)] in ([200], [])


def test_a_list_of_codes_on_a_line_of_any_length_is_read() -> None:
    """Each with its label, as on a shorter one."""
    listed = "; ".join(f"{100 + number}: Label {number}" for number in range(450))
    assert len(listed) > 4_000
    assert code_entries(listed) == [(100 + number, f"Label {number}") for number in range(450)]
