"""The made-up model in many layouts: every one of them must give the same schema."""

# Each function's docstring describes its layout; long lines are lines of pages.

import json
from collections.abc import Callable, Iterator
from functools import partial

from support.pages.wording import INPUT, MODEL, TOP, PageWords, Spec, example, limits, options, table


def one_table(words: PageWords) -> Iterator[str]:
    """One table with dotted names."""
    yield "### Body (application/json)\n"
    yield from table(words, TOP + INPUT)


def bare_table(words: PageWords) -> Iterator[str]:
    """One table without any backticks around names and types."""
    yield "## 请求体\n"
    yield from table(words, TOP + INPUT, code="")


def second_table(words: PageWords) -> Iterator[str]:
    """A table for the body, one for input, one for the elements of shots."""
    yield "## 请求体 (application/json)\n"
    yield from table(words, TOP)
    yield "\n### `input` 对象属性\n"
    yield from table(words, INPUT[:8], full=False)
    yield "\n#### `shots` 数组元素\n"
    yield from table(words, INPUT[8:], full=False)


def bold_second_table(words: PageWords) -> Iterator[str]:
    """Tables told apart by bold lines."""
    yield "### Body\n\n**Content-Type**: `application/json`\n"
    yield from table(words, TOP)
    yield "\n**input 对象参数**\n"
    yield from table(words, INPUT[:8], full=False)
    yield "\n**shots 对象属性**\n"
    yield from table(words, INPUT[8:], full=False)


def wide_table(words: PageWords) -> Iterator[str]:
    """A table with a column for every kind of fact."""
    yield "## 请求参数\n"
    yield f"| {words.name} | {words.type} | {words.required} | {words.options} | {words.default} | 限制 | {words.text} | {words.example} |"
    yield "|---|---|---|---|---|---|---|---|"
    for spec in TOP + INPUT:
        cells = [
            f"`{spec.name}`", f"`{spec.type}`", words.say(spec.required), options(spec, words) or words.none,
            f"`{spec.default}`" if spec.default else words.none, "；".join(limits(spec, words)) or words.none,
            spec.about, example(spec) or words.none,
        ]  # fmt: skip
        yield "| " + " | ".join(cells) + " |"


def _label(words: PageWords, bullet: str, strong: str, word: str) -> str:
    return f"{bullet}{strong}{word}{strong}{words.colon}{' ' if strong else ''}"


def labelled(spec: Spec, words: PageWords, bullet: str, strong: str = "**") -> Iterator[str]:
    """Return what is said of a field as labels and values, one a line."""
    label = partial(_label, words, bullet, strong)
    yield f"{label(words.type)}`{spec.type}`"
    yield f"{label(words.required)}{words.say(spec.required)}"
    if spec.default:
        yield f"{label(words.default)}`{spec.default}`"
    yield f"{label(words.text)}{spec.about}"
    for limit in limits(spec, words):
        yield f"{bullet}{limit}"
    if spec.enum:
        yield f"{label(words.options)}{options(spec, words)}"
    if spec.example:
        yield f"{label(words.example)}{example(spec)}"


def headings_with_bullets(words: PageWords) -> Iterator[str]:
    """A heading for each field, bullets below."""
    return _titled(words, "## 请求体", lambda spec: f"{'#' * (3 + spec.depth)} {spec.name}", "- ")


def nested_headings(words: PageWords) -> Iterator[str]:
    """Headings whose level alone says which object a field belongs to."""
    return _titled(words, "## 请求体", lambda spec: f"{'#' * (3 + spec.depth)} `{spec.leaf}`", "* ", strong="")


def bold_with_bullets(words: PageWords) -> Iterator[str]:
    """A bold line for each field, bullets below."""
    return _titled(words, "### Body", lambda spec: f"**{spec.name}**", "*   ")


def _titled(
    words: PageWords, head: str, title: Callable[[Spec], str], bullet: str, strong: str = "**"
) -> Iterator[str]:
    yield f"{head}\n"
    for spec in TOP + INPUT:
        yield f"{title(spec)}\n"
        yield from labelled(spec, words, bullet, strong)
        yield ""


def headings_with_lines(words: PageWords) -> Iterator[str]:
    """Plain lines below a heading, options and example as lists below their labels."""
    yield "## 请求体\n"
    for spec in TOP + INPUT:
        yield f"{'#' * (3 + spec.depth)} {spec.name}\n"
        yield f"**{words.type}**{words.colon} `{spec.type}`\n**{words.required}**{words.colon} {words.say(spec.required)}"
        if spec.default:
            yield f"**{words.default}**{words.colon} `{spec.default}`"
        yield f"\n{spec.about}"
        yield from (f"* {limit}" for limit in limits(spec, words))
        if spec.enum:
            yield f"\n{words.options}{words.colon}"
            yield from (f"* `{value}`" for value in spec.enum)
        if spec.example:
            yield f"\n{words.example}{words.colon}\n{example(spec)}"
        yield ""


def inline_types(words: PageWords) -> Iterator[str]:
    """The type line holds it all: `string` (Required, Default: `x`)."""
    yield "## 请求体 (application/json)\n"
    for spec in TOP + INPUT:
        yield f"{'#' * (3 + spec.depth)} {spec.name}\n"
        marks = ["Required" if spec.required else "Optional"] + ([f"Default: `{spec.default}`"] if spec.default else [])
        yield f"**{words.type}**: `{spec.type}` ({', '.join(marks)})\n\n{spec.about}\n"
        yield from (f"{limit}\n" for limit in limits(spec, words))
        if spec.enum:
            yield f"**{words.options}**:"
            yield from (f"* `{value}`: 第 {n} 种" for n, value in enumerate(spec.enum, 1))
        yield ""


def nested_bullets(words: PageWords) -> Iterator[str]:
    """Nothing but indented bullets."""
    yield "## 请求参数\n"
    for spec in TOP + INPUT:
        indent = "    " * spec.depth
        parts = [spec.about, *(f"{limit}。" for limit in limits(spec, words))]
        parts += [f"{words.options}{words.colon}{options(spec, words)}。"] if spec.enum else []
        default = f"，默认值：`{spec.default}`" if spec.default else ""
        mark = "必填" if spec.required else "可选"
        yield f"{indent}- `{spec.leaf}` (`{spec.type}`，{mark}{default})：{''.join(parts)}"


def bullets_with_labels(words: PageWords) -> Iterator[str]:
    """A bullet for each field with its labels as bullets one level deeper."""
    yield "## 请求参数\n"
    for spec in TOP + INPUT:
        yield f"- **`{spec.name}`**"
        yield from labelled(spec, words, "    - ", strong="")


def tree_table(words: PageWords) -> Iterator[str]:
    """A table that shows nesting by marks before the names."""
    yield "## 请求参数\n"
    yield f"| {words.name} | {words.type} | {words.required} | {words.text} |\n|---|---|---|---|"
    for spec in TOP + INPUT:
        parts = [spec.about, *limits(spec, words)]
        parts += [f"{words.options}{words.colon}{options(spec, words)}"] if spec.enum else []
        parts += [f"{words.default}{words.colon}`{spec.default}`"] if spec.default else []
        marks = "&nbsp;&nbsp;" * spec.depth + ("└ " if spec.depth else "")
        yield f"| {marks}`{spec.leaf}` | {spec.type} | {words.say(spec.required)} | {'<br>'.join(parts)} |"


def bold_inline(words: PageWords) -> Iterator[str]:
    """A line for each field: bold name, brackets, a dash, then everything in sentences."""
    yield "## 请求参数\n"
    for spec in TOP + INPUT:
        mark = "必需" if spec.required else "可选"
        parts = [spec.about, *(f"{limit}。" for limit in limits(spec, words, code=""))]
        parts += [f"{words.options}{words.colon}{options(spec, words)}。"] if spec.enum else []
        parts += [f"默认为 `{spec.default}`。"] if spec.default else []
        yield f"**{spec.name}** ({spec.type}, {mark}) — {''.join(parts)}\n"


def numbered(words: PageWords) -> Iterator[str]:
    """Numbered headings, grouped, with a table of labels for each field."""
    yield "## 3. 请求参数\n"
    for number, spec in enumerate(TOP + INPUT, 1):
        yield f"### 3.{number} {spec.name}\n"
        yield "| 属性 | 值 |\n|---|---|"
        yield f"| {words.type} | `{spec.type}` |\n| {words.required} | {words.say(spec.required)} |"
        if spec.default:
            yield f"| {words.default} | `{spec.default}` |"
        if spec.enum:
            yield f"| {words.options} | {options(spec, words)} |"
        for limit in limits(spec, words):
            yield f"| 限制 | {limit} |"
        yield f"| {words.text} | {spec.about} |\n"


def type_cells(words: PageWords) -> Iterator[str]:
    """A table whose type column also says what is required and the default."""
    yield f"### Body\n\n| {words.name} | {words.type} / {words.required} / {words.default} | {words.text} |\n|---|---|---|"
    for spec in TOP + INPUT:
        marks = f"，{'必填' if spec.required else '可选'}" + (f"，默认 `{spec.default}`" if spec.default else "")
        parts = [spec.about, *limits(spec, words)]
        parts += [f"{words.options}{words.colon}{options(spec, words)}"] if spec.enum else []
        yield f"| `{spec.name}` | `{spec.type}`{marks} | {'<br>'.join(parts)} |"


def quoted(words: PageWords) -> Iterator[str]:
    """A quoted block for each field, with dashes on its first line."""
    yield "## 参数说明\n"
    for spec in TOP + INPUT:
        marks = " — ".join(
            ["必填" if spec.required else "可选"] + ([f"默认值 `{spec.default}`"] if spec.default else [])
        )
        yield f"> **`{spec.name}`** — `{spec.type}` — {marks}\n>\n> {spec.about}\n>"
        yield from (f"> {limit}\n>" for limit in limits(spec, words))
        yield f"> {words.options}{words.colon}{options(spec, words)}\n" if spec.enum else ""


def summary_and_details(words: PageWords) -> Iterator[str]:
    """A table of all fields first, and a heading with the limits of each later."""
    yield f"## 请求参数\n\n| {words.name} | {words.type} | {words.required} | {words.text} |\n|---|---|---|---|"
    yield from (f"| {s.name} | {s.type} | {words.say(s.required)} | {s.about} |" for s in TOP + INPUT)
    yield "\n### 参数详情\n"
    for spec in INPUT:
        yield f"#### {spec.name} · `{spec.type}`\n"
        yield f"- {words.default}{words.colon}`{spec.default}`" if spec.default else ""
        yield from (f"- {limit}" for limit in limits(spec, words))
        if spec.enum:
            yield f"- {words.options}{words.colon}"
            yield from (f"    - `{value}`：一种" for value in spec.enum)
        yield ""


LAYOUTS: tuple[Callable[[PageWords], Iterator[str]], ...] = (
    one_table, bare_table, second_table, bold_second_table, wide_table, headings_with_bullets, nested_headings,
    bold_with_bullets, headings_with_lines, inline_types, nested_bullets, bullets_with_labels, tree_table,
    bold_inline, numbered, type_cells, quoted, summary_and_details,
)  # fmt: skip
REQUEST = {
    "model": MODEL,
    "callBackUrl": "https://client.example/hook",
    "input": {"prompt": "一只猫", "image_urls": ["https://files.example/a.png"], "duration": "5"},
}


def page(layout: Callable[[PageWords], Iterator[str]], seed: int) -> str:
    """Write the whole page: endpoint, examples, authorization, the body in this layout, and the response."""
    body = "\n".join(layout(PageWords(seed)))
    codes = "\n".join(
        f"- `{code}`: {label} - 一句话的解释。" for code, label in ((200, "成功"), (401, "未授权"), (422, "验证错误"))
    )
    return f"""# Acme 图生视频

使用 `{MODEL}` 模型。

```
POST /api/v1/jobs/createTask
```

## 请求示例

```bash
curl --request POST \\
  --url https://api.kie.ai/api/v1/jobs/createTask \\
  --header 'Authorization: Bearer <token>' \\
  --data '{json.dumps(REQUEST, indent=2, ensure_ascii=False)}'
```

## 响应示例

```json
{{"code": 200, "msg": "success", "data": {{"taskId": "task_acme_1"}}}}
```

## 认证

所有请求都需要 Bearer Token。

{body}

## 响应字段

| 字段名 | 类型 | 必需 | 描述 |
| --- | --- | --- | --- |
| `code` | `enum<integer>` | 是 | 状态码。<br>可用选项：`200`, `401`, `422` |
| `msg` | `string` | 是 | 消息。最大长度：20 |
| `data` | `object` | 是 | 数据。 |
| `data.taskId` | `string` | 是 | 任务编号。 |

## 状态码

{codes}
"""
