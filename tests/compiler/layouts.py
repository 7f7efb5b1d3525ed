"""One made-up model, written down in many layouts: every one of them must give the same schema."""

# Each function's docstring describes its layout; long lines are lines of pages.
# ruff: noqa: E501

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

MODEL = "acme-lab/still-to-motion"


@dataclass(frozen=True)
class Spec:
    """A field as a page tells of it."""

    name: str
    type: str
    required: bool
    about: str
    enum: tuple[str, ...] = ()
    default: str | None = None
    limit: tuple[str, str] | None = None
    files: bool = False
    example: str | None = None

    @property
    def leaf(self) -> str:
        return self.name.split(".")[-1]

    @property
    def depth(self) -> int:
        return self.name.count(".")


TOP = (
    Spec("model", "enum<string>", True, f"模型的名称。此端点必须使用 `{MODEL}`。", example=f'"{MODEL}"'),
    Spec(
        "callBackUrl", "string<uri>", False, "任务完成时通知的地址。", example='"https://client.example/hook"'
    ),
    Spec("input", "object", True, "任务的输入。"),
)
INPUT = (
    Spec("input.prompt", "string", True, "对画面的描述。", limit=("length", "2000"), example='"一只猫"'),
    Spec("input.image_urls", "string<uri>[]", True, "参考图片的地址。", limit=("items", "1 - 4"), files=True),
    Spec("input.aspect_ratio", "enum<string>", False, "画面的宽高比。", ("16:9", "9:16", "1:1"), "16:9"),
    Spec("input.duration", "enum<string>", True, "视频的秒数。", ("5", "10"), "5", example='"5"'),
    Spec("input.seed", "integer", False, "随机种子。", limit=("range", "0 <= x <= 2147483647")),
    Spec(
        "input.strength",
        "number",
        False,
        "变化的强度。",
        default="0.8",
        limit=("range+step", "0 <= x <= 1|0.05"),
    ),
    Spec("input.watermark", "boolean", False, "是否加水印。", default="false", example="true"),
    Spec("input.shots", "object[]", False, "各个镜头。", limit=("items", "1 - 5")),
    Spec("input.shots.scene", "string", True, "镜头的内容。"),
    Spec("input.shots.seconds", "number", True, "镜头的长短。", limit=("range", "0.5 <= x <= 15")),
)
EXPECTED: dict[str, Any] = {
    "model": {"type": "string", "enum": [MODEL], "required": True},
    "callBackUrl": {"type": "string", "format": "uri"},
    "input": {"type": "object", "required": True},
    "input.prompt": {"type": "string", "maxLength": 2000, "required": True},
    "input.image_urls": {
        "type": "array", "minItems": 1, "maxItems": 4, "x-max-bytes": 10 * 1024 * 1024,
        "x-media-types": ["image/jpeg", "image/png"], "required": True,
    },
    "input.image_urls[]": {"type": "string", "format": "uri"},
    "input.aspect_ratio": {"type": "string", "enum": ["16:9", "9:16", "1:1"], "default": "16:9"},
    "input.duration": {"type": "string", "enum": ["5", "10"], "default": "5", "required": True},
    "input.seed": {"type": "integer", "minimum": 0, "maximum": 2147483647},
    "input.strength": {"type": "number", "minimum": 0, "maximum": 1, "multipleOf": 0.05, "default": 0.8},
    "input.watermark": {"type": "boolean", "default": False},
    "input.shots": {"type": "array", "minItems": 1, "maxItems": 5},
    "input.shots[]": {"type": "object"},
    "input.shots[].scene": {"type": "string", "required": True},
    "input.shots[].seconds": {"type": "number", "minimum": 0.5, "maximum": 15, "required": True},
}  # fmt: skip


class Words:
    """The words of one page, drawn from the synonyms that pages use."""

    def __init__(self, seed: int) -> None:
        pick = random.Random(seed).choice
        self.name = pick(["参数名", "参数", "字段", "字段名", "名称", "参数名称"])
        self.type = pick(["类型", "参数类型", "数据类型"])
        self.required = pick(["必需", "必填", "是否必需", "是否必填", "是否必须", "Required"])
        self.yes, self.no = pick(
            [
                ("是", "否"),
                ("必填", "可选"),
                ("required", "optional"),
                ("Yes", "No"),
                ("✅", "❌"),
                ("必需", "非必需"),
            ]
        )
        self.default = pick(["默认值", "默认", "缺省值", "Default"])
        self.text = pick(["描述", "说明", "参数说明"])
        self.options = pick(["可用选项", "可选值", "可选项", "取值", "枚举值", "Options"])
        self.example = pick(["示例", "示例值", "Example"])
        self.length = pick(["最大长度", "最大字符串长度", "字符数上限", "Max Length"])
        self.range = pick(["范围", "取值范围", "必填范围", "数值范围", "Range"])
        self.step = pick(["步长", "Step"])
        self.items = pick(["数组长度", "必填数组长度", "元素数量", "元素个数"])
        self.colon = pick(["：", ":", ": "])
        self.none = pick(["-", "无", "—", ""])
        self.separator = pick([", ", "、", " / ", "，"])
        self.size = pick(
            ["最大文件大小{c}10.0MB", "最大大小{c}10MB", "单个文件不超过 10MB", "大小限制{c}10 MB"]
        )
        self.types = pick(
            [
                "支持的格式{c}`image/jpeg`、`image/png`",
                "支持的类型{c}image/jpeg, image/png",
                "接受类型{c}image/jpeg、image/png",
            ]
        )

    def say(self, required: bool) -> str:
        return self.yes if required else self.no


def limits(spec: Spec, words: Words, code: str = "`") -> list[str]:
    """Give the labelled limits of a field, one a line."""
    lines: list[str] = []
    kind, value = spec.limit or ("", "")
    if kind == "length":
        lines.append(f"{words.length}{words.colon}{value} 字符")
    elif kind == "items":
        lines.append(f"{words.items}{words.colon}{code}{value}{code} 个元素")
    elif kind:
        bounds, _, step = value.partition("|")
        lines.append(f"{words.range}{words.colon}{code}{bounds}{code}")
        lines.extend([f"{words.step}{words.colon}{code}{step}{code}"] if step else [])
    if spec.files:
        lines.extend([words.types.format(c=words.colon), words.size.format(c=words.colon)])
    return lines


def options(spec: Spec, words: Words) -> str:
    return words.separator.join(f"`{value}`" for value in spec.enum)


def example(spec: Spec) -> str:
    return f"`{spec.example}`" if spec.example else ""


def table(words: Words, specs: tuple[Spec, ...], *, full: bool = True, code: str = "`") -> Iterator[str]:
    yield f"| {words.name} | {words.type} | {words.required} | {words.default} | {words.text} |"
    yield "| :--- | :--- | :--- | :--- | :--- |"
    for spec in specs:
        parts = [spec.about, *limits(spec, words)]
        parts += [f"{words.options}{words.colon}{options(spec, words)}"] if spec.enum else []
        default = f"`{spec.default}`" if spec.default else words.none
        name = spec.name if full else spec.leaf
        yield (
            f"| {code}{name}{code} | {code}{spec.type}{code} | {words.say(spec.required)} | {default} "
            f"| {'<br>'.join(parts)} |"
        )


def one_table(words: Words) -> Iterator[str]:
    """One table with dotted names."""
    yield "### Body (application/json)\n"
    yield from table(words, TOP + INPUT)


def bare_table(words: Words) -> Iterator[str]:
    """One table without any backticks around names and types."""
    yield "## 请求体\n"
    yield from table(words, TOP + INPUT, code="")


def second_table(words: Words) -> Iterator[str]:
    """A table for the body, one for input, one for the elements of shots."""
    yield "## 请求体 (application/json)\n"
    yield from table(words, TOP)
    yield "\n### `input` 对象属性\n"
    yield from table(words, INPUT[:8], full=False)
    yield "\n#### `shots` 数组元素\n"
    yield from table(words, INPUT[8:], full=False)


def bold_second_table(words: Words) -> Iterator[str]:
    """Tables told apart by bold lines."""
    yield "### Body\n\n**Content-Type**: `application/json`\n"
    yield from table(words, TOP)
    yield "\n**input 对象参数**\n"
    yield from table(words, INPUT[:8], full=False)
    yield "\n**shots 对象属性**\n"
    yield from table(words, INPUT[8:], full=False)


def wide_table(words: Words) -> Iterator[str]:
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


def _label(words: Words, bullet: str, strong: str, word: str) -> str:
    return f"{bullet}{strong}{word}{strong}{words.colon}{' ' if strong else ''}"


def labelled(spec: Spec, words: Words, bullet: str, strong: str = "**") -> Iterator[str]:
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


def headings_with_bullets(words: Words) -> Iterator[str]:
    """A heading for each field, bullets below."""
    yield "## 请求体\n"
    for spec in TOP + INPUT:
        yield f"{'#' * (3 + spec.depth)} {spec.name}\n"
        yield from labelled(spec, words, "- ")
        yield ""


def nested_headings(words: Words) -> Iterator[str]:
    """Headings whose level alone says which object a field belongs to."""
    yield "## 请求体\n"
    for spec in TOP + INPUT:
        yield f"{'#' * (3 + spec.depth)} `{spec.leaf}`\n"
        yield from labelled(spec, words, "* ", strong="")
        yield ""


def bold_with_bullets(words: Words) -> Iterator[str]:
    """A bold line for each field, bullets below."""
    yield "### Body\n"
    for spec in TOP + INPUT:
        yield f"**{spec.name}**\n"
        yield from labelled(spec, words, "*   ")
        yield ""


def headings_with_lines(words: Words) -> Iterator[str]:
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


def inline_types(words: Words) -> Iterator[str]:
    """The type line holds it all: `string` (Required, Default: `x`)."""
    yield "## 请求体 (application/json)\n"
    for spec in TOP + INPUT:
        yield f"{'#' * (3 + spec.depth)} {spec.name}\n"
        marks = ["Required" if spec.required else "Optional"] + (
            [f"Default: `{spec.default}`"] if spec.default else []
        )
        yield f"**{words.type}**: `{spec.type}` ({', '.join(marks)})\n\n{spec.about}\n"
        yield from (f"{limit}\n" for limit in limits(spec, words))
        if spec.enum:
            yield f"**{words.options}**:"
            yield from (f"* `{value}`: 第 {n} 种" for n, value in enumerate(spec.enum, 1))
        yield ""


def nested_bullets(words: Words) -> Iterator[str]:
    """Nothing but indented bullets."""
    yield "## 请求参数\n"
    for spec in TOP + INPUT:
        indent = "    " * spec.depth
        parts = [spec.about, *(f"{limit}。" for limit in limits(spec, words))]
        parts += [f"{words.options}{words.colon}{options(spec, words)}。"] if spec.enum else []
        default = f"，默认值：`{spec.default}`" if spec.default else ""
        mark = "必填" if spec.required else "可选"
        yield f"{indent}- `{spec.leaf}` (`{spec.type}`，{mark}{default})：{''.join(parts)}"


def bullets_with_labels(words: Words) -> Iterator[str]:
    """A bullet for each field with its labels as bullets one level deeper."""
    yield "## 请求参数\n"
    for spec in TOP + INPUT:
        yield f"- **`{spec.name}`**"
        yield from labelled(spec, words, "    - ", strong="")


def tree_table(words: Words) -> Iterator[str]:
    """A table that shows nesting by marks before the names."""
    yield "## 请求参数\n"
    yield f"| {words.name} | {words.type} | {words.required} | {words.text} |\n|---|---|---|---|"
    for spec in TOP + INPUT:
        parts = [spec.about, *limits(spec, words)]
        parts += [f"{words.options}{words.colon}{options(spec, words)}"] if spec.enum else []
        parts += [f"{words.default}{words.colon}`{spec.default}`"] if spec.default else []
        marks = "&nbsp;&nbsp;" * spec.depth + ("└ " if spec.depth else "")
        yield f"| {marks}`{spec.leaf}` | {spec.type} | {words.say(spec.required)} | {'<br>'.join(parts)} |"


def bold_inline(words: Words) -> Iterator[str]:
    """A line for each field: bold name, brackets, a dash, then everything in sentences."""
    yield "## 请求参数\n"
    for spec in TOP + INPUT:
        mark = "必需" if spec.required else "可选"
        parts = [spec.about, *(f"{limit}。" for limit in limits(spec, words, code=""))]
        parts += [f"{words.options}{words.colon}{options(spec, words)}。"] if spec.enum else []
        parts += [f"默认为 `{spec.default}`。"] if spec.default else []
        yield f"**{spec.name}** ({spec.type}, {mark}) — {''.join(parts)}\n"


def numbered(words: Words) -> Iterator[str]:
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


LAYOUTS: tuple[Callable[[Words], Iterator[str]], ...] = (
    one_table, bare_table, second_table, bold_second_table, wide_table, headings_with_bullets, nested_headings,
    bold_with_bullets, headings_with_lines, inline_types, nested_bullets, bullets_with_labels, tree_table,
    bold_inline, numbered,
)  # fmt: skip
REQUEST = {
    "model": MODEL,
    "callBackUrl": "https://client.example/hook",
    "input": {"prompt": "一只猫", "image_urls": ["https://files.example/a.png"], "duration": "5"},
}


def page(layout: Callable[[Words], Iterator[str]], seed: int) -> str:
    """Write the whole page: endpoint, examples, authorization, the body in this layout, and the response."""
    body = "\n".join(layout(Words(seed)))
    codes = "\n".join(
        f"- `{code}`: {label} - 一句话的解释。"
        for code, label in ((200, "成功"), (401, "未授权"), (422, "验证错误"))
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
