"""Limits that stand in words: lengths, ranges, steps and counts, in Chinese and English.

A limit is read only when its wording, its unit and the field's type agree; what looks like a limit and was not
read is handed back as a leftover, so that nothing is dropped in silence.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from fakie_schemas.compiler.files import read_files
from fakie_schemas.compiler.values import NUMBER, number

_COUNTED = (
    r"(?:参考|输入|外部|分镜|不同的?)*(?:图片|图像|照片|元素|文件|视频|音频|链接|素材|角色|镜头|条目|URL|urls?|"
    r"(?:reference |input |image |external |video |audio |file |character )*"
    r"(?:images?|videos?|audios?|items?|elements?|files?|entries|URLs?|shots?|inputs?|IDs?|references?))"
)
_CHARS = r"(?:个|英文|中文)?(?:字符|字)(?!段)|characters?\b|chars?\b"
_COUNTS = rf"(?:个|张|项|条|段|份|幅|组|枚|首)?\s*{_COUNTED}|[个张项条段份幅组枚首](?!\s*(?:英文|中文)?字)"
_OTHER = r"秒|s\b|sec(?:ond)?s?\b|毫秒|ms\b|分钟|minutes?\b|小时|MB|KB|GB|px|pixels?\b|像素|%|倍|帧|fps|MP\b|K\b|dpi|Hz|次|天|积分|:|×"
_UNIT = rf"\s*(?:(?P<chars>{_CHARS})|(?P<other>{_OTHER})|(?P<counts>{_COUNTS}))?"
_N = NUMBER
_TO = r"\s*(?:-|–|—|~|～|〜|至|到|to|and|和|与|\.{2,3}|…)\s*"
_LE = r"(?:≤|<=|⩽|＜=|<|＜)"
_GE = r"(?:≥|>=|⩾|>|＞)"
_VALUE = (
    rf"(?:(?P<low>{_N})\s*(?P<lowop>{_LE})\s*[A-Za-z值]\w*\s*(?P<highop>{_LE})\s*(?P<high>{_N})"
    rf"|[\[［]\s*(?P<from>{_N})\s*[,，]\s*(?P<upto>{_N})\s*[\]］]"
    rf"|[\[［(（]?\s*(?P<first>{_N}){_TO}(?P<last>{_N})\s*[\]］]?"
    rf"|(?:[A-Za-z]\w*\s*)?(?P<least>{_GE}|至少|不少于|不小于|at least)\s*(?P<floor>{_N})"
    rf"|(?:[A-Za-z]\w*\s*)?(?P<most>{_LE}|不超过|最多|至多|up to|at most)\s*(?P<ceiling>{_N})"
    rf"|(?P<single>{_N}))"
)
_TENS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
# "5 万" is read as 50000; "1-5 万" is left as it is, since the 1 may be one or ten thousand.
_LARGE = re.compile(rf"(?<![\d.,])(?P<n>{_N})\s*(?P<tens>百万|千万|十万|[百千万亿])(?!分|[十百千万亿])")
_OPEN_RANGE = re.compile(rf"\d{_TO}$")
# What goes on behind a number makes it another one.
_GOES_ON = re.compile(r"[,.]?\d|\s*[十百千万亿]|[eE]\d")
_IS = r"\s*(?:[:：=]|为|是|is\b|of\b)?\s*"
_AT_MOST = (
    r"(?:≤|<=|⩽|不超过|不得超过|不能超过|不可超过|不要超过|不大于|最多|至多|最长|最大|上限为?|限制在|限制为|限|"
    r"up to(?: a maximum of)?|at most|(?:a )?maximum(?: of| is)?|max\.?|(?:must |can|should )?not exceed(?:ing)?|limited to|no more than)"
)
_VERBS = r"\s*[:：]?\s*(?:可以|可|支持|上传|传入|提供|允许|包含|接受|输入|添加|使用|exactly|only)*\s*"
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


class _Rule(NamedTuple):
    pattern: re.Pattern[str]
    unit: str
    read: Callable[[re.Match[str]], dict[str, int | float]]


def _rule(unit: str, words: str, read: Callable[[re.Match[str]], dict[str, int | float]]) -> _Rule:
    return _Rule(re.compile(words, re.IGNORECASE), unit, read)


def _bounds(match: re.Match[str], single: str | None) -> dict[str, int | float]:
    """Give the bounds of a value; a single number is a bound of the kind that the label says, or none."""
    groups = match.groupdict()
    if groups["low"]:
        return _between(match)
    if groups["from"]:
        return {"min": number(groups["from"]), "max": number(groups["upto"])}
    if groups["first"]:
        return {"min": number(groups["first"]), "max": number(groups["last"])}
    if groups["floor"]:
        return {"above" if groups["least"] in ">＞" else "min": number(groups["floor"])}
    if groups["ceiling"]:
        return {"below" if groups["most"] in "<＜" else "max": number(groups["ceiling"])}
    # "Required length: 1" is the one length that is taken.
    exact = not single and re.match(r"必填|required", match[0], re.IGNORECASE)
    bounds = ("min", "max") if exact else (single,) if single else ()
    return {bound: number(groups["single"]) for bound in bounds}


def _between(match: re.Match[str]) -> dict[str, int | float]:
    low = "above" if match["lowop"] in "<＜" else "min"
    high = "below" if match["highop"] in "<＜" else "max"
    return {low: number(match["low"]), high: number(match["high"])}


def _labelled(unit: str, words: str, single: str | None, before: str = r"(?<![一-鿿A-Za-z])") -> _Rule:
    return _rule(unit, rf"{before}(?:{words}){_IS}{_VALUE}{_UNIT}", lambda match: _bounds(match, single))


def _both(match: re.Match[str]) -> dict[str, int | float]:
    return {"min": number(match["first"]), "max": number(match["last"])}


def _half_open(match: re.Match[str]) -> dict[str, int | float]:
    low = "min" if match["open"] == "[" else "above"
    high = "max" if match["close"] == "]" else "below"
    return {low: number(match["first"]), high: number(match["last"])}


_LOW = rf"(?<![\d.])(?<!\d,)(?P<low>{_N})\s*(?P<lowop>{_LE})\s*"
_HIGH = rf"\s*(?P<highop>{_LE})\s*(?P<high>{_N})"
# "大于 5" may begin a case, as in "大于 5 时会变慢": it bounds only at the end of a statement, or beside another bound.
_ENDS = r"(?=\s*(?:$|[。；;）)\n]|[，,、]?\s*(?:且|并|和|与|and\b|小于|大于|默认)|的?(?:整数|数值?|数字)))"
# The names that a text may give to the field's own value.
_SELF = {"值", "取值", "数值", "value", "val"}
_FREE = r"(?<![总])"
_RULES = (
    # intervals
    _rule("chars", rf"{_LOW}(?:字符串|文本|字符)?(?:长度|字数|字符数|length|len){_HIGH}{_UNIT}", _between),
    _rule("counts", rf"{_LOW}(?:数组长度|长度|数量|个数|张数|length|count){_HIGH}{_UNIT}", _between),
    _rule("number", rf"{_LOW}(?P<subject>[A-Za-z_]\w*|[取数]?值){_HIGH}", _between),
    _rule("number", rf"(?P<open>\[)\s*(?P<first>{_N})\s*[,，]\s*(?P<last>{_N})\s*(?P<close>[)）])", _half_open),
    _rule("number", rf"(?P<open>[(（])\s*(?P<first>{_N})\s*[,，]\s*(?P<last>{_N})\s*(?P<close>\])", _half_open),
    # lengths of texts
    _labelled("chars", r"最大(?:字符串|文本|字符|文字|输入)?长度|最长长度|长度上限|最[大多](?:字符|字)数|(?:字符数?|字数)上限|max(?:imum)?\.? (?:string |text )?length|maxLength", "max", _FREE),
    _labelled("chars", r"最[小短](?:字符串|文本|字符|文字|输入)?长度|长度下限|最[小少](?:字符|字)数|min(?:imum)?\.? (?:string |text )?length|minLength", "min", _FREE),
    _labelled("chars", r"(?:必填|要求|可选)?(?:字符串|文本|字符|文字)?长度(?:上?限制|要求|约束)|(?:字数|字符数?)(?:限制|要求)|length limit", "max"),
    _labelled("chars", r"(?:必填|要求|可选)?(?:字符串|文本|字符|文字)?长度(?:范围)?|(?:字数|字符数?)(?:范围)?|(?:required string |string )?length(?: range)?", None),
    _rule("chars", rf"{_AT_MOST}{_VERBS}(?P<ceiling>{_N})\s*(?P<chars>{_CHARS})", lambda m: {"max": number(m["ceiling"])}),
    _rule("chars", rf"(?<![\d.])(?<!\d,)(?P<ceiling>{_N})\s*(?P<chars>{_CHARS})\s*(?:以内|以下|之内|or (?:less|fewer))", lambda m: {"max": number(m["ceiling"])}),
    _rule("chars", rf"(?:至少|不少于|最少|at least|minimum(?: of)?){_VERBS}(?P<floor>{_N})\s*(?P<chars>{_CHARS})", lambda m: {"min": number(m["floor"])}),
    _rule("chars", rf"(?<![\d.])(?<!\d,)(?P<first>{_N})\s*(?:个?字符|characters?)?{_TO}(?P<last>{_N})\s*(?P<chars>{_CHARS})", _both),
    # sizes of arrays
    _labelled("counts", r"最大数组长度|数组最大长度|数组长度上限|最[大多](?:元素|图片|图像|文件|视频|音频)?(?:数量|个数|张数|数目|项数)|(?:数量|个数)上限|max(?:imum)? (?:array length|items|number of \w+)|maxItems", "max", _FREE),
    _labelled("counts", r"最小数组长度|数组最小长度|数组长度下限|最[小少](?:元素|图片|图像|文件|视频|音频)?(?:数量|个数|张数|数目|项数)|min(?:imum)? (?:array length|items|number of \w+)|minItems", "min", _FREE),
    _labelled("counts", r"(?:数组长度|(?:元素|图片|图像|视频|文件)?(?:数量|个数))(?:限制|要求)", "max"),
    _labelled("counts", r"(?:必填|要求)?数组长度(?:范围)?|(?:元素|图片|图像|视频|文件)?(?:数量|个数)(?:范围)?|(?:required )?array length|item count", None),
    _rule("counts", rf"(?:正好|恰好|有且仅有|必须为|必须是|必须提供|exactly|必须包含){_VERBS}(?P<n>{_N})\s*(?P<counts>{_COUNTS})", lambda m: {"min": number(m["n"]), "max": number(m["n"])}),
    _rule("counts", rf"(?:{_AT_MOST}|仅支持|只支持|仅限|只能(?:上传|传入|提供|有)?|仅允许|只允许){_VERBS}(?P<ceiling>{_N})\s*(?P<counts>{_COUNTS})", lambda m: {"max": number(m["ceiling"])}),
    _rule("counts", rf"(?:至少|不少于|最少|at least|minimum(?: of)?){_VERBS}(?P<floor>{_N})\s*(?P<counts>{_COUNTS})", lambda m: {"min": number(m["floor"])}),
    _rule("counts", rf"(?<![\d.])(?<!\d,)(?P<first>\d+){_TO}(?P<last>\d+)\s*(?P<counts>{_COUNTS})", _both),
    _labelled("counts", r"最大长度(?=[^\n]{1,12}[个张项条段])|长度(?=[^\n]{1,16}[个张项条段])", "max"),
    # numbers
    _rule("number", rf"(?<!不)(?:大于(?!或?等于)|高于|must be greater than)\s*(?P<low>{_N})(?![\d.]){_UNIT}{_ENDS}", lambda m: {"above": number(m["low"])}),
    _rule("number", rf"(?<!不)(?:小于(?!或?等于)|低于|must be less than)\s*(?P<high>{_N})(?![\d.]){_UNIT}{_ENDS}", lambda m: {"below": number(m["high"])}),
    _rule("number", rf"(?<![\d.:×xX\-–~至到])(?<!\d,)(?P<ceiling>{_N})\s*(?:秒|s\b)?\s*(?:以内|之内)", lambda m: {"max": number(m["ceiling"])}),
    _rule("counts", rf"(?<![\d.\-–~至到])(?<!\d,)(?P<ceiling>{_N})\s*(?P<counts>{_COUNTS})\s*(?:以内|之内|or (?:less|fewer))", lambda m: {"max": number(m["ceiling"])}),
    _rule("number", rf"(?<!\w)[xX]\s*(?P<least>{_GE})\s*(?P<floor>{_N})", lambda m: {"above" if m["least"] in ">＞" else "min": number(m["floor"])}),
    _rule("number", rf"(?<!\w)[xX]\s*(?P<most>{_LE})\s*(?P<ceiling>{_N})", lambda m: {"below" if m["most"] in "<＜" else "max": number(m["ceiling"])}),
    _rule("number", rf"(?:大于(?:或)?等于|不小于|不低于|≥|>=){_VERBS}(?P<floor>{_N})", lambda m: {"min": number(m["floor"])}),
    _rule("number", rf"(?:小于(?:或)?等于|不大于|不高于|不超过|≤|<=){_VERBS}(?P<ceiling>{_N})", lambda m: {"max": number(m["ceiling"])}),
    _rule("number", rf"(?:取值)(?:为|在)?\s*[:：]?\s*(?P<first>{_N}){_TO}(?P<last>{_N})", _both),
    _rule("number", rf"(?:(?<=^)|(?<=[，,；;。\n])(?<!\d,))\s*(?P<first>{_N}){_TO}(?P<last>{_N})\s*秒?\s*(?=$|[。；;，,\n])", _both),
    _labelled("number", r"(?:必填|有效|取值|数值|值|参数|可选|允许|合法|的)*(?:范围|区间)|(?:required |valid |value |allowed )?range", None),
    _labelled("number", r"最大值?|上限|maximum(?: value)?|max\.?(?: value)?", "max"),
    _labelled("number", r"最小值?|下限|minimum(?: value)?|min\.?(?: value)?", "min"),
    _rule("number", rf"(?:步长|步进值?|增量|\bstep(?: size)?){_IS}(?P<step>{_N})(?!\s*[.\d])", lambda m: {"step": number(m["step"])}),
    _rule("number", rf"(?P<no>[不非][^\d，,。；;]{{0,4}})?(?:(?:必须|需|应)?(?:为|是)\s*)?(?<![\d.])(?P<step>{_N})\s*的(?:整数)?倍数|multiple of (?P<step2>{_N})", lambda m: {} if m["no"] else {"step": number(m["step"] or m["step2"])}),
    _rule("number", rf"(?:介于|在|must be between|between){_VERBS}(?P<first>{_N}){_TO}(?P<last>{_N})(?:\s*之间)?", _both),
    _rule("number", rf"[（(]\s*(?P<first>{_N}){_TO}(?P<last>{_N})\s*[)）]", _both),
    _rule("number", rf"(?<![\d.\-])(?<!\d,)(?P<first>{_N}){_TO}(?P<last>{_N})\s*之间", _both),
)  # fmt: skip
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
    rf"|\bexactly\b)[^\d。.;；\n]{{0,16}}(?P<n>\d[\d,.]*)(?P<tail>[^。;；\n]{{0,12}})|\d[\d,]*\s*(?:{_CHARS})|\d+\s*[-–~至到]\s*\d+"
    rf"|(?:大于|小于|高于|低于)\s*\d[\d.]*|\d\s*(?:{_LE})\s*\w+\s*(?:{_LE})\s*\d[\d.]*|\d\s*的(?:整数)?倍数|\d\s*[个张项条段份幅]?\s*[以之]内",
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
    for rule in _RULES:
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


def _fits(rule: _Rule, match: re.Match[str], kind: str | None, text: str, name: str) -> bool:
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
    named = before[0] if before and re.match(rf"{_LE}|{_GE}", match[0]) else "x"
    subject = (match.groupdict().get("subject") or named).strip().lower()
    return len(subject) > 1 and subject not in _SELF | {name.lower()}


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
        re.finditer(rf"(?<![\d.\-])(?<!\d,)(?P<first>\d+){_TO}(?P<last>\d+)\s*(?:秒|s\b|seconds?)", text, re.IGNORECASE)
    )
    if kind not in {"number", "integer"} or "duration" not in name or len(ranges) != 1:
        return []
    return list(_readings("number", _both(ranges[0]), ranges[0].start()))


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
