"""The rules by which a limit in words is found, each a pattern and how its match is read."""

import re
from collections.abc import Callable
from typing import NamedTuple

from fakie_schemas.compiler.values import NUMBER, number

_COUNTED = (
    r"(?:参考|输入|外部|分镜|不同的?)*(?:图片|图像|照片|元素|文件|视频|音频|链接|素材|角色|镜头|条目|URL|urls?|"
    r"(?:reference |input |image |external |video |audio |file |character )*"
    r"(?:images?|videos?|audios?|items?|elements?|files?|entries|URLs?|shots?|inputs?|IDs?|references?))"
)
CHARS = r"(?:个|英文|中文)?(?:字符|字)(?!段)|characters?\b|chars?\b"
_COUNTS = rf"(?:个|张|项|条|段|份|幅|组|枚|首)?\s*{_COUNTED}|[个张项条段份幅组枚首](?!\s*(?:英文|中文)?字)"
_OTHER = r"秒|s\b|sec(?:ond)?s?\b|毫秒|ms\b|分钟|minutes?\b|小时|MB|KB|GB|px|pixels?\b|像素|%|倍|帧|fps|MP\b|K\b|dpi|Hz|次|天|积分|:|×"
_UNIT = rf"\s*(?:(?P<chars>{CHARS})|(?P<other>{_OTHER})|(?P<counts>{_COUNTS}))?"
N = NUMBER
TO = r"\s*(?:-|–|—|~|～|〜|至|到|to|and|和|与|\.{2,3}|…)\s*"
LE = r"(?:≤|<=|⩽|＜=|<|＜)"
GE = r"(?:≥|>=|⩾|>|＞)"
_VALUE = (
    rf"(?:(?P<low>{N})\s*(?P<lowop>{LE})\s*[A-Za-z值]\w*\s*(?P<highop>{LE})\s*(?P<high>{N})"
    rf"|[\[［]\s*(?P<from>{N})\s*[,，]\s*(?P<upto>{N})\s*[\]］]"
    rf"|[\[［(（]?\s*(?P<first>{N}){TO}(?P<last>{N})\s*[\]］]?"
    rf"|(?:[A-Za-z]\w*\s*)?(?P<least>{GE}|至少|不少于|不小于|at least)\s*(?P<floor>{N})"
    rf"|(?:[A-Za-z]\w*\s*)?(?P<most>{LE}|不超过|最多|至多|up to|at most)\s*(?P<ceiling>{N})"
    rf"|(?P<single>{N}))"
)
_IS = r"\s*(?:[:：=]|为|是|is\b|of\b)?\s*"
_AT_MOST = (
    r"(?:≤|<=|⩽|不超过|不得超过|不能超过|不可超过|不要超过|不大于|最多|至多|最长|最大|上限为?|限制在|限制为|限|"
    r"up to(?: a maximum of)?|at most|(?:a )?maximum(?: of| is)?|max\.?|(?:must |can|should )?not exceed(?:ing)?|limited to|no more than)"
)
_VERBS = r"\s*[:：]?\s*(?:可以|可|支持|上传|传入|提供|允许|包含|接受|输入|添加|使用|exactly|only)*\s*"


class Rule(NamedTuple):
    """A pattern, the unit it counts in (chars, counts or number), and how a match becomes bounds."""

    pattern: re.Pattern[str]
    unit: str
    read: Callable[[re.Match[str]], dict[str, int | float]]


def _rule(unit: str, words: str, read: Callable[[re.Match[str]], dict[str, int | float]]) -> Rule:
    return Rule(re.compile(words, re.IGNORECASE), unit, read)


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


def _labelled(unit: str, words: str, single: str | None, before: str = r"(?<![一-鿿A-Za-z])") -> Rule:
    return _rule(unit, rf"{before}(?:{words}){_IS}{_VALUE}{_UNIT}", lambda match: _bounds(match, single))


def both(match: re.Match[str]) -> dict[str, int | float]:
    """Read one number that is both bounds."""
    return {"min": number(match["first"]), "max": number(match["last"])}


def _half_open(match: re.Match[str]) -> dict[str, int | float]:
    low = "min" if match["open"] == "[" else "above"
    high = "max" if match["close"] == "]" else "below"
    return {low: number(match["first"]), high: number(match["last"])}


_LOW = rf"(?<![\d.])(?<!\d,)(?P<low>{N})\s*(?P<lowop>{LE})\s*"
_HIGH = rf"\s*(?P<highop>{LE})\s*(?P<high>{N})"
# "大于 5" may begin a case, as in "大于 5 时会变慢": it bounds only at the end of a statement, or beside another bound.
_ENDS = r"(?=\s*(?:$|[。；;）)\n]|[，,、]?\s*(?:且|并|和|与|and\b|小于|大于|默认)|的?(?:整数|数值?|数字)))"
# The names that a text may give to the field's own value.
SELF = {"值", "取值", "数值", "value", "val"}
_FREE = r"(?<![总])"
RULES = (
    # intervals
    _rule("chars", rf"{_LOW}(?:字符串|文本|字符)?(?:长度|字数|字符数|length|len){_HIGH}{_UNIT}", _between),
    _rule("counts", rf"{_LOW}(?:数组长度|长度|数量|个数|张数|length|count){_HIGH}{_UNIT}", _between),
    _rule("number", rf"{_LOW}(?P<subject>[A-Za-z_]\w*|[取数]?值){_HIGH}", _between),
    _rule("number", rf"(?P<open>\[)\s*(?P<first>{N})\s*[,，]\s*(?P<last>{N})\s*(?P<close>[)）])", _half_open),
    _rule("number", rf"(?P<open>[(（])\s*(?P<first>{N})\s*[,，]\s*(?P<last>{N})\s*(?P<close>\])", _half_open),
    # lengths of texts
    _labelled("chars", r"最大(?:字符串|文本|字符|文字|输入)?长度|最长长度|长度上限|最[大多](?:字符|字)数|(?:字符数?|字数)上限|max(?:imum)?\.? (?:string |text )?length|maxLength", "max", _FREE),
    _labelled("chars", r"最[小短](?:字符串|文本|字符|文字|输入)?长度|长度下限|最[小少](?:字符|字)数|min(?:imum)?\.? (?:string |text )?length|minLength", "min", _FREE),
    _labelled("chars", r"(?:必填|要求|可选)?(?:字符串|文本|字符|文字)?长度(?:上?限制|要求|约束)|(?:字数|字符数?)(?:限制|要求)|length limit", "max"),
    _labelled("chars", r"(?:必填|要求|可选)?(?:字符串|文本|字符|文字)?长度(?:范围)?|(?:字数|字符数?)(?:范围)?|(?:required string |string )?length(?: range)?", None),
    _rule("chars", rf"{_AT_MOST}{_VERBS}(?P<ceiling>{N})\s*(?P<chars>{CHARS})", lambda m: {"max": number(m["ceiling"])}),
    _rule("chars", rf"(?<![\d.])(?<!\d,)(?P<ceiling>{N})\s*(?P<chars>{CHARS})\s*(?:以内|以下|之内|or (?:less|fewer))", lambda m: {"max": number(m["ceiling"])}),
    _rule("chars", rf"(?:至少|不少于|最少|at least|minimum(?: of)?){_VERBS}(?P<floor>{N})\s*(?P<chars>{CHARS})", lambda m: {"min": number(m["floor"])}),
    _rule("chars", rf"(?<![\d.])(?<!\d,)(?P<first>{N})\s*(?:个?字符|characters?)?{TO}(?P<last>{N})\s*(?P<chars>{CHARS})", both),
    # sizes of arrays
    _labelled("counts", r"最大数组长度|数组最大长度|数组长度上限|最[大多](?:元素|图片|图像|文件|视频|音频)?(?:数量|个数|张数|数目|项数)|(?:数量|个数)上限|max(?:imum)? (?:array length|items|number of \w+)|maxItems", "max", _FREE),
    _labelled("counts", r"最小数组长度|数组最小长度|数组长度下限|最[小少](?:元素|图片|图像|文件|视频|音频)?(?:数量|个数|张数|数目|项数)|min(?:imum)? (?:array length|items|number of \w+)|minItems", "min", _FREE),
    _labelled("counts", r"(?:数组长度|(?:元素|图片|图像|视频|文件)?(?:数量|个数))(?:限制|要求)", "max"),
    _labelled("counts", r"(?:必填|要求)?数组长度(?:范围)?|(?:元素|图片|图像|视频|文件)?(?:数量|个数)(?:范围)?|(?:required )?array length|item count", None),
    _rule("counts", rf"(?:正好|恰好|有且仅有|必须为|必须是|必须提供|exactly|必须包含){_VERBS}(?P<n>{N})\s*(?P<counts>{_COUNTS})", lambda m: {"min": number(m["n"]), "max": number(m["n"])}),
    _rule("counts", rf"(?:{_AT_MOST}|仅支持|只支持|仅限|只能(?:上传|传入|提供|有)?|仅允许|只允许){_VERBS}(?P<ceiling>{N})\s*(?P<counts>{_COUNTS})", lambda m: {"max": number(m["ceiling"])}),
    _rule("counts", rf"(?:至少|不少于|最少|at least|minimum(?: of)?){_VERBS}(?P<floor>{N})\s*(?P<counts>{_COUNTS})", lambda m: {"min": number(m["floor"])}),
    _rule("counts", rf"(?<![\d.])(?<!\d,)(?P<first>\d+){TO}(?P<last>\d+)\s*(?P<counts>{_COUNTS})", both),
    _labelled("counts", r"最大长度(?=[^\n]{1,12}[个张项条段])|长度(?=[^\n]{1,16}[个张项条段])", "max"),
    # numbers
    _rule("number", rf"(?<!不)(?:大于(?!或?等于)|高于|must be greater than)\s*(?P<low>{N})(?![\d.]){_UNIT}{_ENDS}", lambda m: {"above": number(m["low"])}),
    _rule("number", rf"(?<!不)(?:小于(?!或?等于)|低于|must be less than)\s*(?P<high>{N})(?![\d.]){_UNIT}{_ENDS}", lambda m: {"below": number(m["high"])}),
    _rule("number", rf"(?<![\d.:×xX\-–~至到])(?<!\d,)(?P<ceiling>{N})\s*(?:秒|s\b)?\s*(?:以内|之内)", lambda m: {"max": number(m["ceiling"])}),
    _rule("counts", rf"(?<![\d.\-–~至到])(?<!\d,)(?P<ceiling>{N})\s*(?P<counts>{_COUNTS})\s*(?:以内|之内|or (?:less|fewer))", lambda m: {"max": number(m["ceiling"])}),
    _rule("number", rf"(?<!\w)[xX]\s*(?P<least>{GE})\s*(?P<floor>{N})", lambda m: {"above" if m["least"] in ">＞" else "min": number(m["floor"])}),
    _rule("number", rf"(?<!\w)[xX]\s*(?P<most>{LE})\s*(?P<ceiling>{N})", lambda m: {"below" if m["most"] in "<＜" else "max": number(m["ceiling"])}),
    _rule("number", rf"(?:大于(?:或)?等于|不小于|不低于|≥|>=){_VERBS}(?P<floor>{N})", lambda m: {"min": number(m["floor"])}),
    _rule("number", rf"(?:小于(?:或)?等于|不大于|不高于|不超过|≤|<=){_VERBS}(?P<ceiling>{N})", lambda m: {"max": number(m["ceiling"])}),
    _rule("number", rf"(?:取值)(?:为|在)?\s*[:：]?\s*(?P<first>{N}){TO}(?P<last>{N})", both),
    _rule("number", rf"(?:(?<=^)|(?<=[，,；;。\n])(?<!\d,))\s*(?P<first>{N}){TO}(?P<last>{N})\s*秒?\s*(?=$|[。；;，,\n])", both),
    _labelled("number", r"(?:必填|有效|取值|数值|值|参数|可选|允许|合法|的)*(?:范围|区间)|(?:required |valid |value |allowed )?range", None),
    _labelled("number", r"最大值?|上限|maximum(?: value)?|max\.?(?: value)?", "max"),
    _labelled("number", r"最小值?|下限|minimum(?: value)?|min\.?(?: value)?", "min"),
    _rule("number", rf"(?:步长|步进值?|增量|\bstep(?: size)?){_IS}(?P<step>{N})(?!\s*[.\d])", lambda m: {"step": number(m["step"])}),
    _rule("number", rf"(?P<no>[不非][^\d，,。；;]{{0,4}})?(?:(?:必须|需|应)?(?:为|是)\s*)?(?<![\d.])(?P<step>{N})\s*的(?:整数)?倍数|multiple of (?P<step2>{N})", lambda m: {} if m["no"] else {"step": number(m["step"] or m["step2"])}),
    _rule("number", rf"(?:介于|在|must be between|between){_VERBS}(?P<first>{N}){TO}(?P<last>{N})(?:\s*之间)?", both),
    _rule("number", rf"[（(]\s*(?P<first>{N}){TO}(?P<last>{N})\s*[)）]", both),
    _rule("number", rf"(?<![\d.\-])(?<!\d,)(?P<first>{N}){TO}(?P<last>{N})\s*之间", both),
)  # fmt: skip
