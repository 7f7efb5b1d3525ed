"""Numbers as pages write them: in digits with separators and multipliers, and in English and Chinese words."""

import re
from decimal import Decimal

from fakie_schemas.compiler.prose.lexicon import lexicon

_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?")
_TIMES = re.compile(
    r"\s*(?P<word>百万|千万|十万|[百千万亿](?!像素)|thousand\b|million\b|hundred\b|dozen\b)(?![分十百千万亿])",
    re.IGNORECASE,
)
_HAN = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_CHINESE = re.compile(r"[零一二两三四五六七八九十百千]+万?|半(?=个?(?:小时|分钟|秒))")
_HALF = re.compile(r"half(?=\s+an?\s+(?:second|minute|hour)\b)", re.IGNORECASE)
_ENGLISH = re.compile(r"[a-z]+(?:[ -][a-z]+){0,4}", re.IGNORECASE)


def number(text: str) -> int | float:
    """Read a number in digits, perhaps with a sign; whole numbers are int."""
    return _plain(Decimal(text.replace(",", "").replace("−", "-")))


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def written(text: str, at: int) -> tuple[int, int | float]:
    """Read the number that begins at a place; returns where it ends and its value ("5 万" is 50000)."""
    match = _DIGITS.match(text, at)
    if match is None:
        raise ValueError(text[at : at + 20])
    end, value = match.end(), Decimal(match[0].replace(",", ""))
    if times := _TIMES.match(text, end):
        end, value = times.end(), value * lexicon().multipliers[times["word"].lower()]
    return end, _plain(value)


def in_words(text: str, at: int) -> tuple[int, int | float] | None:
    """Read a number in words that begins at a place; returns where it ends and its value, or None."""
    if match := _CHINESE.match(text, at):
        value = 0.5 if match[0] == "半" else _chinese(match[0])
        return None if value is None else (match.end(), value)
    if at and text[at - 1].isascii() and text[at - 1].isalnum():
        return None
    if half := _HALF.match(text, at):
        return half.end(), 0.5
    match = _ENGLISH.match(text, at)
    return _english(match[0], at) if match else None


def _chinese(text: str) -> int | None:
    """Read 十二, 五百 or 两千五百; None for what is not a certain number, such as 两三."""
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
    """Add up "twenty-five", "five hundred" or "two dozen" at the start of a text."""
    lexical = lexicon()
    end, total = at, None
    for match in re.finditer(r"[a-z]+", text, re.IGNORECASE):
        word = match[0].lower()
        if word in lexical.multipliers:
            total = (1 if total is None else total) * lexical.multipliers[word]
        elif word in lexical.numerals and (total is None or (total % 10 == 0 and lexical.numerals[word] < 10 <= total)):
            total = (total or 0) + lexical.numerals[word]
        else:
            break
        end = at + match.end()
    return None if total is None else (end, total)
