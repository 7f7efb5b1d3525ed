"""Limits that stand in words: lengths, ranges, steps and counts, in Chinese and English.

A limit is read only when its wording, its unit and the field's type agree; what looks like a limit and was not
read is handed back as a leftover, so that nothing is dropped in silence.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from fakie_schemas.compiler.files import read_files
from fakie_schemas.compiler.prose_rules import CHARS, GE, LE, RULES, SELF, TO, N, Rule, both

_TENS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
# "5 万" is read as 50000; "1-5 万" is left as it is, since the 1 may be one or ten thousand.
_LARGE = re.compile(rf"(?<![\d.,])(?P<n>{N})\s*(?P<tens>百万|千万|十万|[百千万亿])(?!分|[十百千万亿])")
_OPEN_RANGE = re.compile(rf"\d{TO}$")
# What goes on behind a number makes it another one.
_GOES_ON = re.compile(r"[,.]?\d|\s*[十百千万亿]|[eE]\d")
_TOTAL = re.compile(
    r"总(?!是)|合计|共计|累计|之和|加起来|\btotal\b|combined|\bsum\b|across all|altogether", re.IGNORECASE
)
_CONDITION = re.compile(r"\bwhen\b|\bif\b|\bunless\b|当|如果|若(?!干)|情况下", re.IGNORECASE)
_COMMA = re.compile(r"[，、]|,(?!\d)")
_CLAUSE = re.compile(r"[。；;！!\n（()）]|\.(?=\s|$)")


class Reading(NamedTuple):
    """A schema keyword with its value, and where in the text it was read."""

    keyword: str
    value: Any
    at: int


class Findings(NamedTuple):
    """What a text says: facts, limits that no keyword can hold, and places that could not be read."""

    facts: list[Reading]
    limits: list[tuple[int, str]]
    leftovers: list[tuple[int, str]]


_KEYWORDS = {
    "chars": {"min": "minLength", "max": "maxLength"},
    "counts": {"min": "minItems", "max": "maxItems"},
    "number": {
        "min": "minimum", "max": "maximum", "step": "multipleOf", "above": "exclusiveMinimum", "below": "exclusiveMaximum",
    },
}  # fmt: skip
_TYPES = {"chars": {"string"}, "counts": {"array"}, "number": {"number", "integer"}}
_LEFT = re.compile(
    r"(?:最多|最大|最长|最小|最短|最少|不超过|不得超过|不能超过|至少|至多|上限|下限|范围|步长|介于|正好|恰好|只能|仅限|仅支持"
    r"|\bup to\b|\bat most\b|\bat least\b|\bmaximum\b|\bminimum\b|\bmax\b|\bmin\b|\bbetween\b|\bexceed|\brange\b|\bstep\b|\blimited to\b"
    rf"|\bexactly\b)[^\d。.;；\n]{{0,16}}(?P<n>\d[\d,.]*)(?P<tail>[^。;；\n]{{0,12}})|\d[\d,]*\s*(?:{CHARS})|\d+\s*[-–~至到]\s*\d+"
    rf"|(?:大于|小于|高于|低于)\s*\d[\d.]*|\d\s*(?:{LE})\s*\w+\s*(?:{LE})\s*\d[\d.]*|\d\s*的(?:整数)?倍数|\d\s*[个张项条段份幅]?\s*[以之]内",
    re.IGNORECASE,
)
# A case that is about another field's number.
_CASE = re.compile(r"(?:大于|小于|高于|低于)\s*[\d.]+\s*时")
_MEDIA = re.compile(
    r"秒|\bs\b|\d\s?s\b|second|毫秒|分钟|minute|px|pixel|像素|分辨率|resolution|\d\s*:\s*\d|×|fps|帧|比例|ratio|MP\b|dimension|宽|高|width|height|时长|duration",
    re.IGNORECASE,
)


def read_prose(text: str, kind: str | None, name: str = "") -> Findings:
    """Read the limits in a text about a field of JSON type `kind` (None when the type is not known)."""
    plain = _written_out(text.replace("`", " ").replace("**", "  "))
    facts, remarks, plain = read_files(plain, kind)
    limits = [(at, why) for at, why in remarks if not why.startswith("?")]
    doubts = [(at, why[1:]) for at, why in remarks if why.startswith("?")]
    found = [Reading(*fact) for fact in facts]
    for rule in RULES:
        for match in list(rule.pattern.finditer(plain)):
            if not _fits(rule, match, kind, plain, name):
                continue
            bounds = rule.read(match)
            found.extend(_readings(rule.unit, bounds, match.start()))
            if bounds:
                plain = _blank(plain, match)
    found.extend(_duration(plain, kind, name))
    if any(reading.keyword in {"minimum", "maximum"} for reading in found[-2:]) and "duration" in name:
        plain = re.sub(r"\d+\s*[-–~至到]\s*\d+", lambda m: " " * len(m[0]), plain)
    more_limits, leftovers = _leftovers(plain, kind)
    return Findings(found, limits + more_limits, doubts + leftovers)


def _written_out(text: str) -> str:
    """Write numbers such as "5 万" in digits."""

    def digits(match: re.Match[str]) -> str:
        if _OPEN_RANGE.search(text[: match.start()]):
            return match[0]
        value = Decimal(match["n"].replace(",", "").replace("−", "-"))
        for sign in match["tens"]:
            value *= _TENS[sign]
        return f"{value.normalize():f}"

    return _LARGE.sub(digits, text)


def _readings(unit: str, bounds: dict[str, int | float], at: int) -> Iterator[Reading]:
    for bound, value in bounds.items():
        keyword = _KEYWORDS[unit].get(bound)
        # A text or list of at least 0 is no limit.
        if keyword and not (unit != "number" and bound == "min" and value == 0):
            yield Reading(keyword, value, at)


def _fits(rule: Rule, match: re.Match[str], kind: str | None, text: str, name: str) -> bool:
    groups = match.groupdict()
    units = {unit for unit in ("chars", "counts", "other") if groups.get(unit)}
    around = clause(text, match.start(), match.end())
    if kind not in _TYPES[rule.unit] or is_total(text, match.start(), match.end()) or _CONDITION.search(around):
        return False
    if _is_of_another(match, text, name):
        return False
    end = match.start() + len(match[0].rstrip())
    if text[end - 1].isdigit() and _GOES_ON.match(text, end):
        return False
    if rule.unit == "number":
        return not units & {"chars"} and not (
            units & {"other"} and groups["other"].upper() in {"MB", "KB", "GB", "K", ":", "×", "%"}
        )
    return not units - {rule.unit}


def is_total(text: str, start: int, end: int) -> bool:
    """Tell whether a limit is one on a total: its part between commas says so, or a part beside it without a number."""
    before = _COMMA.split(_CLAUSE.split(text[:start])[-1])
    after = _COMMA.split(_CLAUSE.split(text[end:])[0])
    # Three spaces stand for a size that was read already.
    beside = [part for part in (*before[-2:-1], *after[1:2]) if not re.search(r"\d|\s{3}", part)]
    parts = [text[start:end], before[-1], after[0], *beside]
    return any(_TOTAL.search(part) for part in parts)


def _is_of_another(match: re.Match[str], text: str, name: str) -> bool:
    """Tell whether a comparison such as "width ≤ 5" names another field than its own."""
    before = re.search(r"[A-Za-z_]\w*\s*$", text[max(0, match.start() - 80) : match.start()])
    named = before[0] if before and re.match(rf"{LE}|{GE}", match[0]) else "x"
    subject = (match.groupdict().get("subject") or named).strip().lower()
    return len(subject) > 1 and subject not in SELF | {name.lower()}


def clause(text: str, start: int, end: int) -> str:
    """Give the part of the text around a span, up to the next full stop, semicolon, bracket or line end."""
    before = [match.end() for match in _CLAUSE.finditer(text, 0, start)]
    after = _CLAUSE.search(text, end)
    return text[before[-1] if before else 0 : after.start() if after else len(text)]


def _blank(text: str, match: re.Match[str]) -> str:
    return text[: match.start()] + " " * len(match[0]) + text[match.end() :]


def _duration(text: str, kind: str | None, name: str) -> list[Reading]:
    """Read "4-15 seconds" on a numeric field that is itself a duration."""
    ranges = list(
        re.finditer(rf"(?<![\d.\-])(?<!\d,)(?P<first>\d+){TO}(?P<last>\d+)\s*(?:秒|s\b|seconds?)", text, re.IGNORECASE)
    )
    if kind not in {"number", "integer"} or "duration" not in name or len(ranges) != 1:
        return []
    return list(_readings("number", both(ranges[0]), ranges[0].start()))


def _leftovers(text: str, kind: str | None) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    limits: list[tuple[int, str]] = []
    leftovers: list[tuple[int, str]] = []
    # Names of models and URLs hold numbers that are no limits.
    text = re.sub(
        r"https?://\S+|\bISO[ -]?\d+(?:-\d+)?|[A-Za-z][\w.]*(?:[-/][\w.]+)+",
        lambda match: " " * len(match[0]),
        text,
    )
    for match in _LEFT.finditer(text):
        if kind not in {"number", "integer"} and _CASE.match(text, match.start()):
            continue
        around = clause(text, match.start(), match.end())
        numbers = " ".join(re.findall(r"\d[\d,]*(?:\.\d+)?", match[0]))
        if is_total(text, match.start(), match.end()):
            limits.append((match.start(), f"a limit on a total: {numbers}"))
        elif _MEDIA.search(around) or kind == "boolean":
            limits.append((match.start(), f"a limit that no keyword holds: {numbers}"))
        else:
            leftovers.append((match.start(), f"what looks like a limit was not read: {numbers}"))
    return limits, leftovers
