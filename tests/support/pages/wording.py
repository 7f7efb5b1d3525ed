"""One made-up model: what a page says of its fields, in the words that pages use."""

# Long lines are lines of pages.

import random
from collections.abc import Iterator
from dataclasses import dataclass
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
    Spec("callBackUrl", "string<uri>", False, "任务完成时通知的地址。", example='"https://client.example/hook"'),
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


class PageWords:
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
        self.size = pick(["最大文件大小{c}10.0MB", "最大大小{c}10MB", "单个文件不超过 10MB", "大小限制{c}10 MB"])
        self.types = pick(
            [
                "支持的格式{c}`image/jpeg`、`image/png`",
                "支持的类型{c}image/jpeg, image/png",
                "接受类型{c}image/jpeg、image/png",
            ]
        )

    def say(self, required: bool) -> str:
        return self.yes if required else self.no


def limits(spec: Spec, words: PageWords, code: str = "`") -> list[str]:
    """Return the labelled limits of a field, one a line."""
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


def options(spec: Spec, words: PageWords) -> str:
    return words.separator.join(f"`{value}`" for value in spec.enum)


def example(spec: Spec) -> str:
    return f"`{spec.example}`" if spec.example else ""


def table(words: PageWords, specs: tuple[Spec, ...], *, full: bool = True, code: str = "`") -> Iterator[str]:
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
