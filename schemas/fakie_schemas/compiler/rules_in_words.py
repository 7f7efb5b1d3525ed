"""Rules that words state without a number: patterns, signs that a text may have, kinds of numbers, footnotes."""

import re
from collections.abc import Callable

from fakie_schemas.compiler.facts import Field, Log

# A pattern, or the characters that a text may hold, named after a word that leaves no others.
_PATTERN = re.compile(
    r"(?:(?<![A-Za-z])(?:pattern|regexp?|regular expression)|正则(?:表达式)?)\s*(?:[:：=]|is\b|[为是])?\s*[`\"“]?[\^/(\[\\]"
    r"|(?<![\w\]])\^[^\s`]{1,200}\$(?!\w)|\balphanumeric\b"
    r"|\b(?:only|must be|must contain|consists? of)\b"
    # So many letters are a length.
    r"(?:[^.;,\n\d]{0,30}\bletters|[^.;,\n]{0,30}\b(?:digits|(?:lower|upper)-?case|ASCII|hyphens|underscores))\b"
    r"|(?:只能|仅限|只允许|只支持|仅支持|仅允许)[^。；，\n]{0,8}(?:字母|数字|小写|大写|下划线)",
    re.IGNORECASE,
)
# What numbers may be, said without one.
_SIGNED = re.compile(
    r"\bnon-?negative\b|\b(?:positive|negative|even|odd) (?:whole )?(?:(?:integer|number)\b|(?:integers|numbers|values?) only\b)"
    # Of several it may be told what they mean.
    r"|\b(?:only|must be) (?:positive|negative|even|odd) (?:whole )?(?:integers|numbers)\b|\bpowers? of (?:two|2)\b"
    r"|非负|正整数|正数|偶数|奇数",
    re.IGNORECASE,
)
# That a text or a list holds something, said as a rule: "a non-empty text shows …" tells only what one does.
_FILLED = re.compile(
    r"(?:\b(?:must be|required)[\s,;.]+(?:an? )?|(?:^|[.;,]\s*))non-?empty\b(?! \w+ (?:will|shows?|means)\b)"
    r"|\b(?:must|can|may|should)(?: ?not|n't) be (?:left )?(?:empty|blank)\b|不(?:能|可|得|允许)为空|非空",
    re.IGNORECASE | re.MULTILINE,
)
_FOOTNOTE = re.compile(r"\[\^[\w-]{1,20}\](?!:)")


def doubt_rules(target: Field, text: str, where: Callable[[int], int], log: Log) -> None:
    """List as unread what a text says of a field's values that no keyword states; `where` gives a position's line."""
    is_text = (target.items or target).kind in {"string", None}
    if is_text and "pattern" not in target.facts and (match := _PATTERN.search(text)):
        log.doubt(where(match.start()), f"{target.name}: a pattern in words is not read", text[match.start() :])
    is_bounded = target.facts.keys() & {"minimum", "exclusiveMinimum", "multipleOf", "enum"}
    if target.value("type") in {"number", "integer"} and not is_bounded and (match := _SIGNED.search(text)):
        log.doubt(where(match.start()), f"{target.name}: a limit in words was not read", match[0])
    is_filled = target.facts.keys() & {"minLength", "minItems", "enum"}
    if target.value("type") in {"string", "array"} and not is_filled and (match := _FILLED.search(text)):
        log.doubt(where(match.start()), f"{target.name}: a limit in words was not read", match[0].strip(" .,;"))
    if match := _FOOTNOTE.search(text):
        log.doubt(where(match.start()), f"{target.name}: a footnote is not read", match[0])
