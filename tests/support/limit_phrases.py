"""Limits in phrases made at random, with a vocabulary of its own: also words that no lexicon has heard of."""

import random
from typing import Any, NamedTuple


class Phrase(NamedTuple):
    """A phrase, the type of its field, and the keywords that it states (none for advice and cases)."""

    text: str
    kind: str
    facts: dict[str, Any]


# What is counted: the words for one and for several, the type, and the keywords for low and high.
_THINGS = (
    ("characters", "string", "minLength", "maxLength"), ("chars", "string", "minLength", "maxLength"),
    ("images", "array", "minItems", "maxItems"), ("files", "array", "minItems", "maxItems"),
    ("reference photos", "array", "minItems", "maxItems"), ("", "integer", "minimum", "maximum"),
)  # fmt: skip
_DINGE = (
    ("个字符", "string", "minLength", "maxLength"), ("字", "string", "minLength", "maxLength"),
    ("张图片", "array", "minItems", "maxItems"), ("个文件", "array", "minItems", "maxItems"),
    ("", "integer", "minimum", "maximum"),
)  # fmt: skip
HIGH = (
    "at most {n}", "no more than {n}", "up to {n}", "not above {n}", "a maximum of {n}", "{n} or fewer", "{n} tops",
    "never over {n}", "cannot surpass {n}", "must stay at or below {n}", "must not go past {n}", "no further than {n}",
    "don't send in excess of {n}", "mustn't be beyond {n}", "keep to {n} or less", "at the outside {n}",
    "shall in no event outnumber {n}", "it is prohibited to exceed {n}", "more than {n} will be rejected",
    "anything above {n} is refused", "the cap is {n}", "restricted to {n}", "under no circumstances exceed {n}",
    "must remain south of {n} plus one", "has a ceiling of {n}", "not to be greater than {n}", "≤ {n}", "max {n}",
)  # fmt: skip
LOW = (
    "at least {n}", "no fewer than {n}", "not below {n}", "a minimum of {n}", "{n} or more", "never under {n}",
    "cannot be less than {n}", "must be at or above {n}", "mustn't drop below {n}", "no shorter than {n}",
    "anything below {n} is refused", "fewer than {n} will be rejected", "has a floor of {n}", "≥ {n}", "min {n}",
    "needs {n} upwards", "not to be smaller than {n}", "may never sink beneath {n}",
    "it is forbidden to stay under {n}",
)  # fmt: skip
BOTH = (
    "between {a} and {b}", "from {a} to {b}", "{a}-{b}", "{a} – {b}", "{a} through {b}", "at least {a} and at most {b}",
    "no less than {a} and no more than {b}", "anywhere between {a} and {b}", "min {a}, max {b}", "{a} up to {b}",
    "not below {a} or above {b}", "neither below {a} nor above {b}", "a minimum of {a} and a maximum of {b}",
)  # fmt: skip
GAO = (
    "最多{n}", "不超过{n}", "至多{n}", "不得多于{n}", "不能大于{n}", "切勿超过{n}", "不可超出{n}", "{n}以内",
    "{n}封顶", "上限{n}", "请勿超过{n}", "严禁超过{n}", "超过{n}会报错", "不许超过{n}", "千万别超过{n}",
    "毋超过{n}", "超过{n}一律拒收",
)  # fmt: skip
DI = (
    "至少{n}", "不少于{n}", "不得低于{n}", "不能小于{n}", "{n}以上", "下限{n}", "不可少于{n}", "切勿低于{n}",
    "低于{n}无效", "起码{n}", "不应少于{n}", "万勿少于{n}", "少于{n}一律退回",
)  # fmt: skip
LIANG = (
    "{a}到{b}",
    "{a}~{b}",
    "{a}-{b}之间",
    "介于{a}和{b}之间",
    "不少于{a}且不多于{b}",
    "最少{a}，最多{b}",
    "不得低于{a}或高于{b}",
)
HEDGES = (
    "ideally {p}", "we recommend {p}", "{p} is recommended", "usually {p}", "typically {p}", "preferably {p}",
    "for example {p}", "e.g. {p}", "best results with {p}", "as a guideline, {p}", "{p} works best", "suggested: {p}",
    "if possible {p}", "it is wise to use {p}", "{p} (recommended)", "when upscaling, {p}", "in turbo mode {p}",
    "for V5 models {p}", "unless a mask is given, {p}",
)  # fmt: skip
RUAN = (
    "建议{p}", "推荐{p}", "一般{p}", "通常{p}", "最好{p}", "例如{p}", "尽量{p}", "{p}（推荐）", "比如{p}", "不必{p}",
    "当启用高清时{p}", "如果有蒙版，{p}", "V5 模型{p}", "高级模式下{p}",
)  # fmt: skip
_WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 7: "seven", 8: "eight", 9: "nine", 12: "twelve", 20: "twenty"}
_ZI = {2: "两", 3: "三", 4: "四", 5: "五", 7: "七", 8: "八", 9: "九", 12: "十二", 20: "二十"}


def phrases(seed: int) -> Phrase:
    """Return one phrase: a bound or two, in English or Chinese, now and then as advice or for some cases only."""
    draw = random.Random(seed)
    english = draw.random() < 0.6
    unit, kind, low, high = draw.choice(_THINGS if english else _DINGE)
    a, b = sorted(draw.sample(sorted(_WORDS), 2))
    shape = draw.choice(("high", "low", "both"))
    facts = {"high": {high: b}, "low": {low: b}, "both": {low: a, high: b}}[shape]
    frames = {"high": (HIGH, GAO), "low": (LOW, DI), "both": (BOTH, LIANG)}[shape][not english]
    space = " " if english and unit else ""
    in_words = _WORDS if english else _ZI
    one, two = (in_words[value] if unit and draw.random() < 0.3 else str(value) for value in (a, b))
    text = draw.choice(frames).format(a=one + space + unit, b=two + space + unit, n=two + space + unit)
    if draw.random() < 0.3:
        return Phrase(draw.choice(HEDGES if english else RUAN).format(p=text), kind, {})
    return Phrase(text, kind, facts)
