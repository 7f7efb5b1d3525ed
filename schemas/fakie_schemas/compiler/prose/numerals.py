"""Numbers as pages write them: in digits with separators and multipliers, and in English and Chinese words."""

import re
from decimal import Decimal

from fakie_schemas.compiler.prose.lexicon import lexicon
from fakie_schemas.schema.values import plain_number

_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+")
_TIMES = re.compile(
    r"\s*(?P<word>百万|千万|十万|[百千万亿](?!像素)|thousand\b|million\b|hundred\b|dozen\b)(?![分十百千万亿])",
    re.IGNORECASE,
)
_HAN = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_CHINESE = re.compile(r"[零〇一二两三四五六七八九十百千]+万?|半(?=个?(?:小时|分钟|秒))")
# 一百五 is 150 to most who say it, and 105 by its signs.
_SHORTENED = re.compile(r"^[百千]|[百千][一二两三四五六七八九]$")
_HALF = re.compile(r"half(?=\s+an?\s+(?:second|minute|hour)\b)", re.IGNORECASE)
_AND_PART = re.compile(
    r"\s+and\s+(?:an?|one|two|three)[\s-]+(?:half|quarters?|thirds?)\b(?:\s+(?:dozen|hundred|thousand|million)\b)?",
    re.IGNORECASE,
)
_ENGLISH = re.compile(r"[a-z]+(?:[ -][a-z]+){0,7}", re.IGNORECASE)


def number(text: str) -> int | float:
    """Read a number in digits, perhaps with a sign and thousands separators; whole numbers are int, and exact."""
    return plain_number(Decimal(text.replace(",", "").replace("−", "-")))


def written(text: str, at: int) -> tuple[int, int | float]:
    """Read the number that begins at a place; returns where it ends and its value ("5 万" is 50000)."""
    match = _DIGITS.match(text, at)
    if match is None:
        raise ValueError(text[at : at + 20])
    end, value = match.end(), Decimal(match[0].replace(",", ""))
    if times := _TIMES.match(text, end):
        end, value = times.end(), value * lexicon().multipliers[times["word"].lower()]
    return end, plain_number(value)


def goes_on_with_part(text: str, end: int) -> int | None:
    """Return where "and a half", which goes on from a number, ends with its multiplier; None without it."""
    found = _AND_PART.match(text, end)
    return found.end() if found else None


def in_words(text: str, at: int) -> tuple[int, int | float | None] | None:
    """Read a number in words that begins at a place; returns where it ends and its value (None if not certain), or None."""
    if match := _CHINESE.match(text, at):
        return match.end(), 0.5 if match[0] == "半" else _chinese(match[0])
    if at and text[at - 1].isascii() and text[at - 1].isalnum():
        return None
    if half := _HALF.match(text, at):
        return half.end(), 0.5
    match = _ENGLISH.match(text, at)
    if (found := _english(match[0], at) if match else None) and (end := goes_on_with_part(text, found[0])):
        return end, None
    return found


def _chinese(text: str) -> int | None:
    """Read 十二, 五百 or 两千五百; None for what is not a certain number, such as 两三, 五〇〇, 一百五 or a bare 千."""
    if _SHORTENED.search(text):
        return None
    body, _, myriads = text.partition("万")
    if text.endswith("万"):
        whole = _chinese(body) if body else 1
        return None if whole is None or myriads else whole * 10_000
    total, digit = 0, None
    for sign in text:
        if sign in _TENS:
            total, digit = total + (1 if digit is None else digit) * _TENS[sign], None
        elif digit is not None and digit != 0:
            return None
        else:
            digit = _HAN[sign]
    return total + (digit or 0)


def _english(text: str, at: int) -> tuple[int, int] | None:
    """Add up "twenty-five", "two hundred and fifty" or "two dozen" at the start of a text."""
    lexical = lexicon()
    end, whole, group = at, 0, 0
    words = list(re.finditer(r"[a-z]+", text, re.IGNORECASE))
    for place, match in enumerate(words):
        word = match[0].lower()
        factor, numeral = lexical.multipliers.get(word, 0), lexical.numerals.get(word)
        if factor >= 1000:
            whole, group = whole + (group or 1) * factor, 0
        elif factor:
            group = (group or 1) * factor
        elif numeral is not None and _joins(group, numeral):
            group += numeral
        elif word == "and" and _goes_on(whole, group, [one[0].lower() for one in words[place + 1 : place + 3]]):
            continue
        else:
            break
        end = at + match.end()
    return None if end == at else (end, whole + group)


def _joins(group: int, numeral: int) -> bool:
    return group % 100 == 0 or (group % 100 >= 20 and group % 10 == 0 and numeral < 10)


def _goes_on(whole: int, group: int, following: list[str]) -> bool:
    """Tell whether "and" joins two halves of one number: not so in "between one hundred and two hundred"."""
    lexical = lexicon()
    if not following or following[0] not in lexical.numerals or group % 100 or not whole + group:
        return False
    return following[-1] not in lexical.multipliers or (following[-1] == "hundred" and not group)
