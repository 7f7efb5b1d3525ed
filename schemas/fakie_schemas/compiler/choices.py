"""Values that a text offers for a choice, where nothing else on the page lists them."""

import re
from collections.abc import Callable

from fakie_schemas.compiler.facts import Field, Log
from fakie_schemas.compiler.prose.media_types import names_formats
from fakie_schemas.compiler.taken_files import takes_files
from fakie_schemas.compiler.written_values import options

_OFFERED = re.compile(
    r"(?:\b(?:one of|either|choose (?:from|between)|(?:allowed|accepted|supported|valid|possible|available) "
    r"(?:values?|options|choices)(?: are| is)?|(?:must|can|may|should) be|pick from|(?:values?|options|choices|enum|allowed|accepted|accepts|supported|supports|valid|range)(?: are| is|(?=\s*[:：])))"
    r"|可选值|可选项|可选|取值|枚举值?|仅支持|支持|只能是|必须是|必须为|可以是|可为)"
    r"\s*[:：为是]?\s*(?=[`\"“])",
    re.IGNORECASE,
)
# "`fast`: for drafts; `fine`: for prints".
_DESCRIBED = re.compile(
    r"(?:^|[\s:：])[`\"“](?P<one>[\w.+-]{1,40})[`\"”]\s*(?:[:：=–—-]|\b(?:for|means|is)\b)[^`\"“;；,，.。\n]{1,60}[;；,，.。\n]\s*(?:and |or |[-*•] )?"
    r"[`\"“](?P<other>[\w.+-]{1,40})[`\"”]\s*(?:[:：=–—-]|\b(?:for|means|is)\b)",
    re.IGNORECASE,
)
# So much of a text is looked at for one list.
LONGEST = 4_000
_VALUE = r"[A-Za-z0-9][\w.+-]{0,40}|[\u4e00-\u9fff]{1,8}"
_BETWEEN = r"[ \t]*(?:[/|／、,，]|\b(?:or|and)\b|[或和])[ \t]*(?:(?:or|and)[ \t]+|[或和][ \t]*)?"
_END = r"[ \t]*(?=[.。;；(（\n]|$)"
# Plain words are values where they are all of a line, or stand behind a label that says so.
_SHORT = r"[A-Za-z0-9][\w.+-]{0,40}|[\u4e00-\u9fff]{1,4}"
_BARE_LINE = re.compile(
    rf"^[ \t]*(?:[^\s:：]{{1,30}}[:：][ \t]*)?(?:{_SHORT})(?:[ \t]*[/|／][ \t]*(?:{_SHORT}))+[ \t]*[.。]?[ \t]*$",
    re.MULTILINE,
)
# Items of a list in a cell, each of one such word.
_LINES = re.compile(rf"^[ \t]*(?:{_SHORT})[ \t]*(?:\n[ \t]*(?:{_SHORT})[ \t]*)+$", re.MULTILINE)
_LABELLED = re.compile(
    r"(?:\b(?:(?:allowed|accepted|supported|valid|possible|available|permitted)(?: values?| options| choices)?"
    r"|values?|options|choices|choose from|pick from|enum|formats?|ranges?)|可选值|可选项|可选|取值范围|取值|范围|枚举值?|仅支持|支持|只能是|可以是|可为|格式)"
    r"(?:[ \t]*[:：]|[ \t]+(?:are|is)\b|[为是])[ \t]*"
    rf"(?:{_VALUE})(?:{_BETWEEN}(?:{_VALUE}))+{_END}"
    rf"|\b(?:choose|pick|select)[ \t]+(?:between|from)[ \t]+(?:{_VALUE})(?:{_BETWEEN}(?:{_VALUE}))+{_END}"
    rf"|\b(?:can|may|must) be[ \t]+(?:{_VALUE})(?:[ \t]*,[ \t]*(?:{_VALUE}))+,?[ \t]+(?:or|and)[ \t]+(?:{_VALUE}){_END}"
    rf"|\bsupports?[ \t]+\d\w{{0,20}}(?:{_BETWEEN}\d\w{{0,20}})+{_END}"
    rf"|(?<!least )(?<!most )(?<!exactly )\b(?:one of|either):?[ \t]+(?:{_VALUE})(?:{_BETWEEN}(?:{_VALUE}))+{_END}",
    re.IGNORECASE | re.MULTILINE,
)
# A value that is marked as the default is one of several.
_MARKED = re.compile(rf"(?<![\w.+-])(?:{_VALUE})[ \t]*[(（](?:the )?(?:default|默认)[)）]", re.IGNORECASE)
# Ratios and sizes are values wherever several of them stand, unless as examples, or as bounds.
_NO_VALUES = re.compile(
    r"(?:\be\.?g\.?|\bexamples?|\binstance|\bsuch as|\blike|\bthan|如)[\s:：,，(（]{0,3}$", re.IGNORECASE
)
_SIZE = r"[`\"“]?(?<![\w:.])\d{1,5}[:x×*]\d{1,5}(?![\w:]|\.\d)[`\"”]?"
_SIZES = re.compile(
    rf"{_SIZE}(?:[ \t]*(?:[/|／、,，]|\bor\b|或)[ \t]*(?:(?:or|and)\b|[或和])?[ \t]*{_SIZE})+", re.IGNORECASE
)
# Numbers with no more than this between them are doubted as a list of their own.
_ALTERNATIVES = re.compile(r"\d\s*(?:[/／、]|或|\bor\b)\s*\d", re.IGNORECASE)
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.]*[A-Za-z:])")


def doubt_choices(target: Field, text: str, where: Callable[[int], int], log: Log) -> None:
    """List two or more values that are offered in words as unread; `where` gives the line of a position."""
    holder = target.items or target
    kind = holder.kind
    if any({"enum", "x-media-types"} & (one.facts.keys() | one.contested) for one in (target, holder)):
        return
    found = None
    if kind in {"string", None}:
        found = _offered(target.name, text) or _described(target.name, text) or _listed_bare(target, text)
    elif kind in {"integer", "number"} and not {"minimum", "maximum"} & holder.facts.keys():
        found = _listed_numbers(text)
    if found:
        at, listed = found
        log.doubt(where(at), f"{target.name}: a choice of values in words was not read for certain", listed)


def _offered(name: str, text: str) -> tuple[int, str] | None:
    """Return where values are offered in quotes, and which."""
    for start in (0, *(match.end() for match in _OFFERED.finditer(text))):
        listed = options(text[start : start + LONGEST])[0]
        # "At least one of `prompt` or `image_url`" is said of fields.
        if len(listed) > 1 and listed[0].quoted and name not in {one.text for one in listed}:
            return start, ", ".join(one.text for one in listed)
    return None


def _described(name: str, text: str) -> tuple[int, str] | None:
    """Return where values stand each with what it is for, and the first two of them."""
    found = _DESCRIBED.search(text[:LONGEST])
    return (found.start("one"), f"{found['one']}, {found['other']}") if found and name not in found.groups() else None


def _listed_bare(target: Field, text: str) -> tuple[int, str] | None:
    """Return where plain words are offered, and which; formats of files that a field takes are no values, nor are names of fields."""
    for pattern in (_BARE_LINE, _LINES, _LABELLED, _SIZES, _MARKED):
        for found in pattern.finditer(text):
            # The name of a model has a slash in it.
            is_other = (takes_files(target) and names_formats(found[0])) or (
                target.name == "model" and " " not in found[0]
            )
            before = text[max(0, found.start() - 20) : found.start()]
            is_other = is_other or (pattern is _SIZES and bool(_NO_VALUES.search(before)))
            if not is_other and not re.search(rf"\b{re.escape(target.name)}\b", found[0]):
                return found.start(), found[0].strip()
    return None


def _listed_numbers(text: str) -> tuple[int, str] | None:
    """Return where several numbers are offered behind a word that says so, and which."""
    for found in _LABELLED.finditer(text):
        if len(_NUMBER.findall(found[0])) > 1 and not _ALTERNATIVES.search(found[0]):
            return found.start(), found[0].strip()
    return None
