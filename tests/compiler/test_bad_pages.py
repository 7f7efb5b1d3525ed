from pathlib import Path

import pytest

from fakie_schemas.compiler import PageError, derive

POST = "POST /api/v1/jobs/createTask\n\n"
YAML = "# T\n\n```yaml\nopenapi: 3.0.1\n"
OPERATION = (
    "paths:\n  /api/v1/jobs/createTask:\n    post:\n      requestBody:\n        content:\n          application/json:\n"
)
BOMB = "".join(
    f"{name}: &{name} [{','.join([f'*{before}' if before else 'x'] * 10)}]\n"
    for before, name in zip(["", *"abcdef"], "abcdefg", strict=True)
)
CASES = {
    "empty": (b"  \n", 1, "empty"),
    "binary": (b"# T\n\x00\x01", 2, "binary"),
    "utf-16": ("# T\n".encode("utf-16"), 1, "in UTF-16; expected UTF-8"),
    "utf-16-without-a-mark": ("# T\n".encode("utf-16-le"), 1, "binary, or text in UTF-16 or UTF-32; expected UTF-8"),
    "utf-32": ("# T\n".encode("utf-32"), 1, "in UTF-32; expected UTF-8"),
    "utf-32-be": (b"\x00\x00\xfe\xff" + "# T\n".encode("utf-32-be"), 1, "in UTF-32; expected UTF-8"),
    "not-utf8": (b"# T\n\n\xff\xfe", 3, "not valid UTF-8"),
    "html": (b"\n<!DOCTYPE html>\n<html></html>", 2, "HTML"),
    "too-large": (b"a" * 6_000_000, 1, "larger than 5 MB"),
    "endless-line": (b"# T\n" + b"a" * 300_000, 2, "longer than"),
    "brackets": (f"# T\n\n{POST}".encode() + (b"[" * 1000 + b"\n") * 200, 5, "more brackets"),
    "no-endpoint": (b"# T\n\nGET /api/v1/other\n", 1, "no endpoint that is known"),
    "cut-before-body": (f"# T\n\n{POST}".encode(), 3, "truncated"),
    "cut-in-a-row": (
        f"{POST}## Body\n\n| 参数 | 类型 | 说明 |\n|---|---|---|\n| model | string | 必须为 `a/b` |\n| input | object | x |\n| callBack".encode(),
        9, "truncated",
    ),
    "field-twice": (
        f"{POST}## Body\n\n| 参数 | 类型 |\n|---|---|\n| input.a | string |\n| input.a | integer |\n".encode(),
        8, "stands twice",
    ),
    "endless-fields": (f"{POST}## Body\n\n".encode() + b"".join(
        b"Each of %d:\n\n| \xe5\x8f\x82\xe6\x95\xb0 | type |\n|---|---|\n| x%d | string |\n\n" % (n, n) for n in range(1600)
    ), 9015, "more than 1500 fields"),
    "fields-in-fields": (
        f"{POST}## Body\n\n| name | type |\n|---|---|\n| {'.'.join('abc' * 20)} | string |\n".encode(),
        7, "or 50 levels",
    ),
    "no-model": (f"{POST}## Body\n\n| 参数 | 类型 |\n|---|---|\n| input.a | string |\n".encode(), 1, "names no model"),
    "model-that-climbs": (
        f"{POST}## Body\n\n| 参数 | 类型 | 说明 |\n|---|---|---|\n| model | string | 可用选项：`../../x` |\n| input | object | x |\n".encode(),
        7, "not one that can be",
    ),
    "yaml-tab": (f"{YAML}paths:\n\t/api: {{}}\n```\n".encode(), 6, "YAML: "),
    "yaml-cut": (f"{YAML}{OPERATION}".encode(), 3, "never closed"),
    "yaml-key-twice": (f"{YAML}paths: {{}}\npaths: {{}}\n```\n".encode(), 6, "stands twice"),
    "yaml-bomb": (f"{YAML}{BOMB}{OPERATION}            example: *g\n            schema: {{properties: {{model: {{default: *g}}}}}}\n```\n".encode(), 0, "expands to more"),
    "yaml-deep": (f"{YAML}x: {'[' * 5000}{']' * 5000}\n```\n".encode(), 5, "nest"),  # PyYAML 6.0.4 says so itself
    "yaml-other-endpoint": (f"{YAML}paths:\n  /api/v1/other:\n    get: {{}}\n```\n".encode(), 6, "no endpoint that is known"),
    "yaml-no-list": (f"{YAML.replace('openapi: 3.0.1', 'openapi: [')}\n```\n".encode(), 0, "YAML: "),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_page_that_cannot_be_read_says_where_and_why(name: str, tmp_path: Path) -> None:
    """Every bad page ends in one line: path, line, reason."""
    data, line, reason = CASES[name]
    page = tmp_path / "page.md"
    page.write_bytes(data)
    with pytest.raises(PageError) as caught:
        derive(page)
    assert reason in caught.value.reason
    assert caught.value.line == line or line == 0
    assert str(caught.value) == f"{page}:{caught.value.line}: {caught.value.reason}"
    assert "\n" not in str(caught.value)


def test_a_missing_page_is_named(tmp_path: Path) -> None:
    """A path that does not exist, or is a folder, is an error of the same form."""
    for path in (tmp_path / "absent.md", tmp_path):
        with pytest.raises(PageError, match="cannot be read"):
            derive(path)


@pytest.mark.parametrize("text", ["0 - " * 20_000, "最大长度 " * 10_000, "9" * 100_000, "`a`, " * 30_000, "(" * 50_000])
def test_endless_texts_take_no_endless_time(text: str, tmp_path: Path) -> None:
    """A line that no page has is listed as unread instead of being searched for long."""
    page = tmp_path / "page.md"
    page.write_text(
        f"{POST}使用 `a/b` 模型\n\n## Body\n\n| 参数 | 类型 | 说明 |\n|---|---|---|\n| input.a | string | {text} |\n",
        encoding="utf-8",
    )
    assert any("is not read" in entry["why"] for entry in derive(page).facts["unread"])


@pytest.mark.parametrize("text", ["image/png " * 19_000, "\n" * 200_000, "a\n" + "\n" * 200_000, "(" * 100_000])
def test_endless_texts_beside_fields_take_no_endless_time(text: str, tmp_path: Path) -> None:
    """Empty lines are passed over, and a text that no page has is listed as unread, or is no label."""
    page = tmp_path / "page.md"
    rows = "| name | type | description |\n|---|---|---|\n| model | string | must be `a/b` |\n"
    page.write_text(f"{POST}## Body\n\n{rows}\n{text}\n\n- `b` (string): x\n", encoding="utf-8")
    derived = derive(page)
    assert derived.request["properties"]["input"]["properties"]["b"]["type"] == "string"
    is_told = any("outside of any field" in entry["why"] for entry in derived.facts["unread"])
    assert is_told == (len(text.strip()) > 10)


ROWS = "| 参数 | 类型 | 说明 |\n|---|---|---|\n| model | string | 必须为 `a/b` |\n| input.a | string | x |\n"
EXAMPLE = (
    '```json\n{\n  "model": "a/b",\n  "input": {\n    "a": "x",\n    "b": {"c": 1}\n  },\n  "extra": [1]\n}\n```\n\n'
)
ANSWER = '```json\n{"code": 200, "data": {"taskId": "t"}}\n```\n\n'


def unread(tmp_path: Path, text: str) -> list[dict[str, object]]:
    """Derive a page of this text and give what is unread."""
    page = tmp_path / "page.md"
    page.write_text(f"{POST}{text}", encoding="utf-8")
    found: list[dict[str, object]] = derive(page).facts["unread"]
    return found


def test_a_key_of_the_example_that_is_not_described_is_unread(tmp_path: Path) -> None:
    """Each key that the page's own request example has and its fields lack is listed with its line."""
    found = unread(tmp_path, f"{EXAMPLE}{ANSWER}## Body\n\n{ROWS}\n## 响应\n\n- `data.taskId`：任务\n")
    assert [(entry["line"], str(entry["why"]).split(":")[0]) for entry in found] == [(8, "input.b"), (10, "extra")]


def test_keys_below_described_fields_are_looked_at_too(tmp_path: Path) -> None:
    """An object inside of the input is compared as well."""
    rows = f"{ROWS}| input.b | object | x |\n| input.b.d | string | x |\n| extra | array | x |\n"
    found = unread(tmp_path, f"{EXAMPLE}{ANSWER}## Body\n\n{rows}\n## 响应\n\n- `data.taskId`：任务\n")
    assert [entry["why"] for entry in found if "input.b.c: " in str(entry["why"])]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (f"{ANSWER}## Body\n\n{ROWS}", "without describing an answer"),
        (f"{ANSWER}## Body\n\n{ROWS}| input.b | string |", "fewer cells"),
        (f'{ANSWER}## Body\n\n{ROWS}\n```json\n{{"a": 1', "never closed"),
    ],
)
def test_a_page_that_ends_early_is_unread(text: str, why: str, tmp_path: Path) -> None:
    """A page that stops in the request, in a row or in a fence says so, even where an example shows the answer."""
    assert any(why in str(entry["why"]) for entry in unread(tmp_path, text))
