"""Where a list of values ends: one that goes on behind what was read of it would refuse its other values."""

import re
from collections.abc import Iterable

from fakie_schemas.compiler.page_words import LABEL, role_of, says_required
from fakie_schemas.compiler.written_values import ListedValue, parse_kind, unquote

# A list that is open, and words that stand for any value.
_OPEN = re.compile(
    r"[\s,，、;；]*(?:\.{3}|…|等|etc\b|and\s+(?:more|others?|many|any)\b|and so on|more\b|any\b|以及其他|其他|自定义"
    r"|(?:or\b|或者|或(?!者))(?!\s*(?:omit|leave|left|empty|null|not\b|none|unset|不|留空|为空|空)))",
    re.IGNORECASE,
)
_NO_VALUES = {"etc", "etc.", "more", "other", "others", "any", "anything", "many"}
# They answer under a label, and are values in a list.
_ANSWERS = {"yes", "no", "y", "n", "true", "false", "是", "否"}
_QUOTED = re.compile(r"`[^`]+`|\"[^\"]+\"|“[^”]+”")
_SENTENCE = re.compile(r"[。!！?？\n]|\.(?=\s|$)")
# What follows such words is a value of its own, or tells of one that was listed.
_DEFAULT = re.compile(r"默认|缺省|\bdefaults?\b", re.IGNORECASE)
_ALSO = re.compile(r"\b(?:also|additionally|plus|as well|too|or|and)\b|也|还|另|以及|或|和", re.IGNORECASE)
_VALUE = re.compile(r"(?:(?:or|and)\s+|[或和]\s*)?(?P<value>`[^`]+`|\"[^\"]+\"|[\w.:+-]+)", re.IGNORECASE)
_ENDS_QUOTED = re.compile(r"\w\s+(?:`[^`]+`|\"[^\"]+\")$")
_LONE_WORD = re.compile(
    r"\s*[,，、/|]\s*(?:(?:or|and)\s+|[或和]\s*)?(?P<word>[\w.+-]+)\s*(?=$|[,，、/|。.;；])", re.IGNORECASE
)


def goes_on(found: list[ListedValue], rest: str) -> bool:
    """Tell whether a list goes on behind what was read of it: with words, or with other values."""
    if _OPEN.match(rest) or (not found[-1].quoted and found[-1].text.lower() in _NO_VALUES):
        return True
    if not found[0].quoted:
        mixed = any(one.quoted for one in found)
        return mixed or (bool(rest) and not re.match(r"[。.；;，,）)]|\s", rest))
    known = {one.text for one in found}
    asides = (one.aside for one in found if _ALSO.match(one.aside.strip()))
    return _has_lone_word(rest) or any(_names_other(text, known) for text in (*_sentences_of_values(rest), *asides))


def begins_with_other(text: str, found: list[ListedValue]) -> bool:
    """Tell whether a line below a list begins with a value that the list has not."""
    first = _QUOTED.match(text)
    return first is not None and unquote(first[0]) not in {one.text for one in found}


def joined_lists(parts: Iterable[str]) -> list[str]:
    """Join what commas cut apart of a list of values, as in "optional, one of `x`, `y`" and "enum: x, y, default x"."""
    joined: list[str] = []
    for part in parts:
        if joined and _opens_list(joined[-1]) and _is_value(part):
            joined[-1] += f", {part}"
        else:
            joined.append(part)
    return joined


def _opens_list(text: str) -> bool:
    label = LABEL.match(text)
    return (label is not None and role_of(label["label"]) == "enum") or bool(_ENDS_QUOTED.search(text))


def _is_value(text: str) -> bool:
    word = _VALUE.fullmatch(text)
    return word is not None and not _is_remark(word["value"])


def _has_lone_word(rest: str) -> bool:
    """Tell whether behind values in quotes comes a plain one."""
    found = _LONE_WORD.match(rest)
    return found is not None and not _is_remark(found["word"])


def _is_remark(word: str) -> bool:
    """Tell whether a word within or behind a list says something of the field: "optional" and types, but not "no"."""
    return parse_kind(word) is not None or (says_required(word) is not None and unquote(word).lower() not in _ANSWERS)


def _sentences_of_values(rest: str) -> list[str]:
    """Return what may list more values: the list's own sentence, and others that begin with a value or add one."""
    own, *others = _SENTENCE.split(rest)
    return [own, *(one for one in others if _QUOTED.match(one.strip()) or _ALSO.search(one))]


def _names_other(text: str, known: set[str]) -> bool:
    told = _DEFAULT.split(text, maxsplit=1)[0]
    return any(unquote(one) not in known for one in _QUOTED.findall(told))
