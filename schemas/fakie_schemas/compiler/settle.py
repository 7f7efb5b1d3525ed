"""Completing a field once all is said about it: its values coerced, the limits in its words read, and what holds."""

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import partial
from itertools import accumulate
from typing import Any

from fakie_schemas.compiler.allowances import allow_null_among_values, take_allowances
from fakie_schemas.compiler.annotations import judged, keeps_default, keeps_example
from fakie_schemas.compiler.bare_lists import take_bare_lists
from fakie_schemas.compiler.choices import doubt_choices
from fakie_schemas.compiler.examples import shorten
from fakie_schemas.compiler.facts import IN_WORDS, Fact, Field, Log
from fakie_schemas.compiler.known import repeats
from fakie_schemas.compiler.prose import Findings, read_lines
from fakie_schemas.compiler.rules_in_words import doubt_rules
from fakie_schemas.compiler.statements import Raw, State, is_nothing
from fakie_schemas.compiler.taken_files import takes_files
from fakie_schemas.compiler.written_values import Kind, coerce, options, unquote
from fakie_schemas.schema.equality import distinct, same_json

# The longest line on a real page is a tenth of this; patterns take long over what is longer.
MAX_TEXT = 4000
MAX_LINES = 500
_MODEL = r"[A-Za-z0-9][\w.\-]*(?:/[\w.\-]+)*"
_MUST = re.compile(
    rf"(?:必须使用|必须为|必须是|必须填写|须使用|固定为|固定值为?|固定使用|只能(?:为|是|使用)|应为|值为|请使用|使用"
    rf"|must be|format|must use)\s*[:：]?\s*[`\"“]+(?P<model>{_MODEL})[`\"”]",
    re.IGNORECASE,
)
# The one name in code among the words, where they say no more before it than that it is the value, and go on with no
# more of the same sentence.
_ALONE = re.compile(
    rf"(?:^|(?<!\be\.g)(?<!\bi\.e)[.。\n]\s*)(?:always|use|set (?:it |this )?to|(?:fixed|constant)(?: value)?(?: is)?)?\s*[:：]?\s*`(?P<model>{_MODEL})`"
    r"(?=\s*(?:$|[\n.。,，;；:：()（）—–-]))",
    re.IGNORECASE,
)
_DEFAULT = re.compile(
    r"(?:(?<=^)|(?<=[\s。.；;，,、（(]))(?:默认值?|缺省值?|defaults?(?: value)?)(?!是否)\s*(?:[:：=]|为|是|使用|is\b|to\b|of\b)?\s*"
    r"(?P<value>`[^`]+`|\"[^\"]*\"|“[^”]*”|'[^'\n]*'|‘[^’]*’|[是否](?=[\s。.；;，,、）)]|$)|-?\d+(?:\.\d+)?(?![\w:])|\d+:\d+|[A-Za-z0-9][\w:\-]*(?:\.\w+)*)"
    r"(?P<tail>[^。.；;，,）)\n]{0,12})",
    re.IGNORECASE | re.MULTILINE,
)
_SENTENCE_END = re.compile(r"[。;；\n]|\.\s")
_TAIL = re.compile(r"|秒|s|seconds?|张|个|元素|[（(].*")
_CONDITION = re.compile(r"\bwhen\b|\bif\b|\bplayground\b|当|如果|若|时$|情况下", re.IGNORECASE)
_REQUIRED = re.compile(
    r"(?:^|[。.；;（(\n，,【\[>]\s*)(?P<word>必填|必需|必选|必传|可选|选填|非必填|required|optional)(?:字段|参数|项| field| parameter)?"
    r"\s*(?=[。.；;）)，,\n】\]<]|$)",
    re.IGNORECASE,
)
_RESTRICTS = re.compile(
    r"不支持|不可用|不能(?:与|和)|不可(?:与|和)|互斥|仅(?:当|在)|只有(?:当|在)?|not (?:be )?supported|only available|cannot be used|do not use|mutually exclusive|required when",
    re.IGNORECASE,
)
_URI = re.compile(r"(?<![\w-])uri\s*格式|格式\s*[:：为]?\s*`?uri(?![\w-])|\bformat\s*[:：]\s*`?uri\b", re.IGNORECASE)
_DEPRECATED = re.compile(r"已弃用|已废弃|即将弃用|弃用|废弃|\bdeprecated\b", re.IGNORECASE)
_INTRO = re.compile(
    r"(?:可选|支持|可为|可以是|可以为|包括|分为|可设为|可取|为|one of|either|仅限)\s*[:：]?\s*(?=[`\"“])"
)


def put_kind(target: Field, kind: Kind, line: int, log: Log) -> None:
    """Keep a declared type, with the type of an array's items and the format."""
    target.put("type", Fact(kind.type, line), log)
    if kind.uri:
        target.put("format", Fact("uri", line), log)
    if kind.items and target.items is None:
        target.items = Field(f"{target.name}[]", line)
        put_kind(target.items, kind.items, line, log)


def settle(state: State) -> None:
    """Turn everything gathered about a field into facts."""
    _settle_kind(state)
    kind = state.field.value("type")
    take_bare_lists(state, kind)
    joined, where = _joined(state)
    if joined:
        read_words(state.field, joined, where, state.log)
    _settle_enum(state, kind)
    doubt_choices(state.field, joined, where, state.log)
    for raw in state.defaults:
        _put_default(state.field, raw, state.log)
    for text, line in state.texts:
        default_in_words(state.field, text, _at(line), state.log)
    for raw in state.examples:
        _put_example(state.field, raw, state.log)
    for text, line in state.texts:
        take_allowances(state.field, text, _at(line), state.log)
    allow_null_among_values(state.field)
    if state.several:
        # Words are read as if no type were known: what they bound is not said for each of several.
        state.field.put("type", state.several, state.log)


def _joined(state: State) -> tuple[str, "LineAt"]:
    """Return all running texts about a field as lines of one, and what gives the line of a place in it."""
    lines = [line for text, line in state.texts for _ in text.split("\n")]
    joined = "\n".join(text for text, _ in state.texts)
    starts = [0, *accumulate(len(line) + 1 for line in joined.split("\n"))]
    return joined, lambda at: lines[bisect_right(starts, at) - 1]


def _settle_kind(state: State) -> None:
    words = [option.text for option, _ in state.options]
    if state.field.value("type") or "type" in state.field.contested or state.several:
        return
    plain = [option.text for option, _ in state.options if not option.is_text]
    if words and not any(re.fullmatch(r"-?\d+(\.\d+)?|true|false", word) for word in plain):
        state.field.put("type", Fact("string", state.options[0][1], IN_WORDS), state.log)
    else:
        state.log.doubt(state.field.line, f"{state.field.name}: no type is given that is known")


LineAt = Callable[[int], int]


def _at(line: int) -> LineAt:
    return lambda _: line


def read_words(target: Field, text: str, where: LineAt, log: Log) -> None:
    """Read the limits and marks in a running text about a field; `where` gives the line of a position."""
    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    if len(lines) > MAX_LINES:
        log.doubt(
            where(starts[MAX_LINES]),
            f"{target.name}: what comes after {MAX_LINES} lines is not read",
            "\n".join(lines[MAX_LINES:]),
        )
        lines = lines[:MAX_LINES]
    for line, start in zip(lines, starts, strict=False):
        if len(line) > MAX_TEXT:
            log.doubt(where(start), f"{target.name}: a line of more than {MAX_TEXT} characters is not read", line)
    short = [line if len(line) <= MAX_TEXT else "" for line in lines]
    read = read_lines(short, target.value("type"), target.name)
    for line, start, findings in zip(short, starts, read, strict=False):
        _take_findings(target, findings, _shifted(where, start), log)
        _read_marks(target, line, _shifted(where, start), log)


def _shifted(where: LineAt, start: int) -> LineAt:
    return lambda at: where(start + at)


def _take_findings(target: Field, findings: Findings, where: LineAt, log: Log) -> None:
    """Keep what was read, and list what was not; numbers that only repeat what is known of the field are not listed."""
    for reading in findings.facts:
        target.put(reading.keyword, Fact(reading.value, where(reading.at), IN_WORDS), log)
    for at, why in findings.limits:
        if why.startswith("formats") and not takes_files(target):
            continue
        log.note("limit", where(at), target.name, why)
    for at, why in findings.leftovers:
        if not repeats(why, target):
            log.doubt(where(at), f"{target.name}: {why}")
    for at, why in findings.numbers:
        if not repeats(why, target):
            log.note("number", where(at), target.name, why)


def _read_marks(target: Field, text: str, where: LineAt, log: Log) -> None:
    for restriction in _RESTRICTS.finditer(text):
        log.note("depends", where(restriction.start()), target.name, "its words restrict what goes together")
    if match := _REQUIRED.search(text):
        needed = match["word"].lower() in {"必填", "必需", "必选", "必传", "required"}
        target.put("required", Fact(needed, where(match.start("word")), IN_WORDS), log)
    if (match := _URI.search(text)) and target.value("type") == "string":
        target.put("format", Fact("uri", where(match.start()), IN_WORDS), log)
    doubt_rules(target, text, where, log)
    for match in _DEPRECATED.finditer(text):
        _take_deprecated(target, text, match, where(match.start()), log)


def _take_deprecated(target: Field, text: str, match: re.Match[str], line: int, log: Log) -> None:
    """Keep the mark "deprecated", unless the words around it say it of a value or of another field."""
    before = re.split(r"[。；;，,\n]|\.\s", text[: match.start()])[-1]
    after = re.split(r"[。；;，,\n]|\.\s", text[match.end() :])[0]
    if re.match(r"\s*[:：,，]?\s*(?:请|改用|使用|use\b|replaced\b)", after, re.IGNORECASE):
        after = ""
    if re.search(r"[`\"“]", before.replace(f"`{target.name}`", "") + after) or re.match(
        r"[^:：]{0,6}[:：]\s*\S", after
    ):
        log.doubt(line, f"{target.name}: what is deprecated was not read for certain", before + match[0] + after)
    else:
        target.put("deprecated", Fact(True, line, IN_WORDS), log)


def _settle_enum(state: State, kind: str | None) -> None:
    if not state.options:
        _enum_in_words(state)
    if not state.options:
        if state.kind and (state.kind.enum or (state.kind.items and state.kind.items.enum)):
            state.log.doubt(state.field.line, f"{state.field.name}: an enum without its values")
        return
    line = state.options[0][1]
    target = state.field.items if kind == "array" and state.field.items else state.field
    if kind == "boolean":
        return
    try:
        values = [coerce(option.text, target.value("type")) for option, _ in state.options]
    except ValueError:
        listed = ", ".join(option.text for option, _ in state.options)
        state.log.doubt(line, f"{state.field.name}: the listed values are not of its type", listed)
        return
    target.put("enum", Fact(distinct(values), line), state.log)


def _enum_in_words(state: State) -> None:
    if state.field.name == "model":
        found = [(match["model"], line) for text, line in state.texts for match in _MUST.finditer(text)]
        found = found or [(match["model"], line) for text, line in state.texts if (match := _named_alone(text))]
        given = [(unquote(raw.text), raw.line) for raw in state.defaults + state.examples]
        for other, line in found:
            if other != found[0][0]:
                state.log.doubt(line, "model: another model is named, which is not read", other)
        for model, line in (found or given)[:1]:
            state.options.extend((option, line) for option in options(f"`{model}`")[0])
    elif state.kind and state.kind.enum:
        for text, line in state.texts:
            starts = [0, *(intro.end() for intro in _INTRO.finditer(text))]
            listed = max((options(text[start:])[0] for start in starts), key=len)
            if len(listed) > 1 and listed[0].quoted:
                state.options.extend((option, line) for option in listed)
                return


def _named_alone(text: str) -> re.Match[str] | None:
    return _ALONE.search(text) if text.count("`") == 2 else None


def _put_default(target: Field, raw: Raw, log: Log) -> None:
    value, why = _judged(target, raw.text)
    if unquote(raw.text) == "none" and why:
        return
    if keeps_default(target, value, why, raw, log):
        target.put("default", Fact(value, raw.line, raw.rank), log)


def _judged(target: Field, text: str) -> tuple[Any, str]:
    kind = target.value("type")
    return (None, "stands beside no type") if kind is None else judged(target, partial(coerce, text, kind))


_SWITCHED = re.compile(
    r"默认(?:为|是)?(?:不?(?:开启|启用|打开)|关闭|禁用|停用)|(?:enabled|disabled|on|off|true|false) by default"
    r"|(?:`[^`\n]{1,40}`|\"[^\"\n]{1,40}\"|(?<![\w.])\d+(?:\.\d+)?) (?:is used |is )?(?:by default|(?:is|as) the default)\b",
    re.IGNORECASE,
)


def default_in_words(target: Field, text: str, where: LineAt, log: Log) -> None:
    """Read a default that stands in a running text, if it is said without a condition; lines that are not read are blank."""
    text = "\n".join(line if len(line) <= MAX_TEXT else " " * len(line) for line in text.split("\n")[:MAX_LINES])
    starts = [0, *(end.end() for end in _SENTENCE_END.finditer(text))]
    if (match := _SWITCHED.search(text)) and "default" not in target.facts:
        log.doubt(where(match.start()), f"{target.name}: a default in words was not read for certain", match[0])
    for match in _DEFAULT.finditer(text.replace("**", "  ")):
        if _is_no_value(match["value"], target):
            continue
        value, why = _judged(target, match["value"])
        known = target.facts.get("default")
        if known and not why and same_json(known.value, value):
            continue
        if why and re.fullmatch(r"[a-z]+", match["value"], re.IGNORECASE) and target.value("enum") is None:
            # "Default settings …": a plain word that is not a value of this field.
            continue
        sentence = text[starts[bisect_right(starts, match.start()) - 1] : match.start()] + match[0]
        line = where(match.start("value"))
        if why or _CONDITION.search(sentence) or not _TAIL.fullmatch(match["tail"].strip()):
            log.doubt(line, f"{target.name}: a default in words was not read for certain", match["value"])
        elif keeps_default(target, value, why, Raw(match["value"], line, IN_WORDS), log):
            target.put("default", Fact(value, line, IN_WORDS), log)


def _is_no_value(text: str, target: Field) -> bool:
    """Tell whether a word behind "default" is none: "nothing", or 是 and 否 where the field is not a boolean."""
    if text in {"是", "否"}:
        return bool(target.value("type") != "boolean")
    return is_nothing(text) and unquote(text) != "none"


def _put_example(target: Field, raw: Raw, log: Log) -> None:
    """Keep an example, with long texts replaced; one that contradicts its field is left out and noted."""
    text = raw.text
    kind = target.value("type")
    if kind not in {"array", "object"} and (quoted := re.match(r"`[^`]*`|\"(?:[^\"\\]|\\.)*\"", text)):
        text = quoted[0]
    elif kind in {"array", "object"} and (found := re.search(r"[\[{].*[\]}]", text, re.DOTALL)):
        text = found[0]
    value, why = _judged(target, text.rstrip("。"))
    if keeps_example(target, value, why, raw.line, log):
        target.put("examples", Fact([shorten(value)], raw.line), log)
