"""A text as tokens: words by their kinds, numbers with their values."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import takewhile
from typing import Any, NamedTuple

from fakie_schemas.compiler.prose.lexicon import lexicon
from fakie_schemas.compiler.prose.numerals import goes_on_with_part, in_words, number, written

UNITS = {"chars", "words", "items", "bytes", "seconds", "long_time", "pixels", "measure", "other_unit"}
# Kinds that may stand as the first half of a word such as "character-limit".
_HYPHENED = UNITS | {"length", "max", "min", "size", "limit", "word", "other"}
LONGEST = 34
LARGEST_EXPONENT = 64
_N = r"\d+(?:\.\d+)?"
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if code != 0xFF0C} | {0x3000: 0x20}
_PLAIN = str.maketrans(
    {**{chr(code): chr(plain) for code, plain in _WIDE.items()}, "`": " ", "*": " ", "“": '"', "”": '"'}
)
# 2^32-1 is a number, written with a caret, two asterisks or raised digits; other powers are not certain.
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_POWER = re.compile(
    rf"(?P<base>\d+)\s?(?:\^{{1,2}}\s?(?P<exponent>\d+)|(?P<raised>[{_RAISED}]+)|<sup>(?P<sup>\d+)</sup>)"
    r"(?P<less>\s?[-−–]\s?1(?!\d|\.\d))?"
)
# What looks like a number and is none: addresses, dates, types, prices, versions; numbers of a list's lines.
_OTHER = re.compile(
    r"[a-z][a-z+]{0,20}://[^\s，。；、]*|(?:image|video|audio|text|font|model|application)/[\w.+-]*\w|\w[\w.+-]{0,63}@\w[\w.-]*"
    r"|20\d\d-(?:0[1-9]|1[0-2])(?:-\d\d)?(?![\d])|[$¥€£]\s*\d[\d.,]*|\d+(?:\.\d+){2,}|ISO[ -]?\d+(?:-\d+)?|H\.26\d"
    r"|(?<![^\n])\s*\d{1,2}[.)、](?![\d.])",
    re.IGNORECASE,
)
# Ratios, sizes of pictures and numbers that are not certain are listed where limits are spoken of.
_ODD = re.compile(
    rf"{_N}:{_N}|\d+\s?[x×*]\s?\d+(?:\s?px)?|\d{{1,3}},\d{{4,}}(?!\d)|\d+(?:,\d{{1,2}})+(?!\d)|\d+(?:_\d+)+|(?:±|\+/[-−])\s?{_N}|\d+e\d+|\d[\d,]{{0,14}}(?:\.\d+)?k(?![a-z])|\d+(?:\.\d+)?x(?!\w)",
    re.IGNORECASE,
)
_TIER = re.compile(r"\d{3,4}p(?![a-z])|[1248]K(?![a-z]|\s*(?:char|word|token|letter|个?字))", re.IGNORECASE)
_INTERVAL = re.compile(rf"([\[(])\s*([-−]?{_N})\s*[,，]\s*([-−]?(?!0\d){_N})\s*([\])])")
_WORD = re.compile(r"[A-Za-z_]\w*(?:[-./’'‑]\w+)*", re.ASCII)
_ALNUM = re.compile(r"\d[\d,]{0,30}(?:\.\d+)?(?P<letters>[A-Za-z]\w*)", re.ASCII)
# The dash of "500-character limit".
_JOINS = re.compile(r"(?<=\d)[-‑](?=[A-Za-z])")
_SIGN = re.compile(r"[-−](?=\.?\d)")
# The point of ".5", which no digit stands before.
_POINT = re.compile(r"(?<![\w.])\.(?=\d)")
# "~10" is about ten where no range begins before it; "010" may be meant as eight.
_ABOUT = re.compile(r"[~～〜∼]\s?(?=\.?\d)")
_PADDED = re.compile(r"0\d")
# What is reckoned with: "x²", "2 × x", "images + videos".
_RECKONED = set("+×÷²³√∑^")
_TIMES = re.compile(r"(?<=[^\s*]) \* (?=[^\s*])|(?<=\w)\*(?=\w)")
_PUNCTUATION = {**dict.fromkeys("([{（【", "open"), **dict.fromkeys(")]}）】", "close"), **dict.fromkeys(",，", "comma"),
                **dict.fromkeys(";；。!！?？\n|", "stop")}  # fmt: skip


class Token(NamedTuple):
    """A word or number: its kind, its place, and the value of a number (of an interval: low, high, open, close)."""

    kind: str
    text: str
    at: int
    value: Any = None
    in_words: bool = False


def tokens(text: str, name: str = "") -> list[Token]:
    """Return the tokens of a text about the field `name`, without what has no meaning for limits."""
    plain = re.sub(r"(?<=\d)\*\*(?=\d)", "^^", _TIMES.sub(_multiplied, text)).translate(_PLAIN)
    found: list[Token] = []
    at = 0
    while at < len(plain):
        taken, at = _next(plain, at, found, name.lower())
        found.extend(taken)
    return [token for token in _resolved(found) if token.kind != "filler"]


def _multiplied(match: re.Match[str]) -> str:
    return match[0].replace("*", "×")


def _next(text: str, at: int, before: list[Token], name: str) -> tuple[list[Token], int]:
    """Return the tokens that begin at a place (or none), and where to go on."""
    if text[at] == " " or _JOINS.match(text, at):
        return [], at + 1
    if (power := _POWER.match(text, at)) and not text[max(0, at - 1) : at].isdigit():
        return [_power(power)], power.end()
    for kind, pattern in (("word", _OTHER), ("named", _TIER), ("odd", _ODD)):
        if (match := pattern.match(text, at)) and not text[max(0, at - 1) : at].isdigit():
            return [Token(kind, match[0], at)], match.end()
    if match := _INTERVAL.match(text, at):
        return [_interval(match)], match.end()
    return _with_sign(text, at, before) or _words(text, at, name) or _mark(text, at)


def _with_sign(text: str, at: int, before: list[Token]) -> tuple[list[Token], int] | None:
    """Return the number that begins at a place, or what a sign before it says of it."""
    free = _may_be_signed(before)
    if free and (about := _ABOUT.match(text, at)):
        return [Token("hedge", text[at], at)], about.end()
    if free and (sign := _SIGN.match(text, at)):
        return _number(text, at, sign.end())
    return _number(text, at, at) if text[at].isdecimal() or _POINT.match(text, at) else None


def _power(match: re.Match[str]) -> Token:
    raised = "".join(str(_RAISED.index(sign)) for sign in match["raised"] or "")
    base, exponent = match["base"], match["exponent"] or match["sup"] or raised
    if base not in {"2", "10"} or int(exponent) > LARGEST_EXPONENT:
        return Token("odd", match[0], match.start())
    return Token("number", match[0], match.start(), int(base) ** int(exponent) - bool(match["less"]))


def _interval(match: re.Match[str]) -> Token:
    opened, low, high, closed = match.groups()
    kind = "odd" if opened + closed == "()" else "interval"
    return Token(kind, match[0], match.start(), (number(low), number(high), opened == "(", closed == ")"))


def _may_be_signed(before: list[Token]) -> bool:
    """Tell whether a dash is a minus: not behind a number, nor behind a number's unit."""
    kinds = [token.kind for token in before[-2:]]
    return not (kinds[-1:] == ["number"] or (kinds[:1] == ["number"] and kinds[1:] and kinds[1] in UNITS))


def _number(text: str, at: int, digits: int) -> tuple[list[Token], int]:
    """Read a number with its sign and multipliers, or a name that begins with a digit."""
    if (alnum := _ALNUM.match(text, digits)) and not _is_unit(alnum["letters"]):
        return [Token("word", alnum[0], at)], alnum.end()
    end, value = written(text, digits)
    if part := goes_on_with_part(text, end):
        return [Token("odd", text[at:part], at)], part
    if end - digits > LONGEST or _PADDED.match(text, digits):
        return [Token("odd", text[at:end], at)], end
    token = Token("number", text[at:end], at, -value if digits > at else value)
    if text[end : end + 1] == "+" and not text[end + 1 : end + 2].strip():
        return [token, Token("at_least_post", "+", end)], end + 1
    return [token], end


def _is_unit(letters: str) -> bool:
    words = lexicon().kinds.get(letters.lower(), ("bytes",) if letters.lower() in lexicon().bytes else ())
    return bool(words) and words[0] in UNITS | {"min"}


def _words(text: str, at: int, name: str) -> tuple[list[Token], int] | None:
    """Read the longest known word at a place, a number in words, the field's own name, or another word."""
    word = _WORD.match(text, at) if text[at].isascii() and (text[at].isalpha() or text[at] == "_") else None
    if word and name and word[0].lower() == name:
        return [Token("own", word[0], at)], word.end()
    known = _known(text, at)
    if (numeral := in_words(text, at)) and (known is None or numeral[0] >= known[1]):
        kind = "odd" if numeral[1] is None else "number"
        return [Token(kind, text[at : numeral[0]], at, numeral[1], in_words=True)], numeral[0]
    if known:
        kinds, end = known
        return [Token(kind, text[at:end].lower(), at) for kind in kinds], end
    if word:
        kind = "named" if re.search(r"\d", word[0]) else "word"
        return [Token(kind, word[0].lower(), at)], word.end()
    return None


def _known(text: str, at: int) -> tuple[tuple[str, ...], int] | None:
    lexical = lexicon()
    piece = text[at : at + LONGEST].lower()
    for length in range(len(piece), 0, -1):
        word = piece[:length]
        kinds = lexical.kinds.get(word) or (("bytes",) if word in lexical.bytes else None)
        if kinds and _is_whole(text, at, at + length, kinds[0]):
            return kinds, at + length
    return None


def _is_whole(text: str, at: int, end: int, kind: str) -> bool:
    """Tell whether a Latin word ends where it seems to, and does not begin inside of another."""
    if not text[end - 1].isascii() or not text[end - 1].isalnum():
        return True
    after = text[end : end + 2]
    inside = at > 0 and text[at].isalpha() and text[at - 1].isascii() and text[at - 1].isalpha()
    if inside or (after[:1].isascii() and (after[:1].isalnum() or after[:1] == "_")):
        return False
    return not (after[:1] == "-" and after[1:].isalpha() and kind not in _HYPHENED)


def _mark(text: str, at: int) -> tuple[list[Token], int]:
    """Read a mark of punctuation, or a character without a meaning of its own."""
    sign = text[at]
    if kind := _PUNCTUATION.get(sign):
        return [Token(kind, sign, at)], at + 1
    if sign == "." and not text[at + 1 : at + 2].isalnum():
        return [Token("stop", sign, at)], at + 1
    if sign in _RECKONED:
        return [Token("another", sign, at)], at + 1
    if unicodedata.category(sign) == "Sc":
        return [Token("other_unit", sign, at)], at + 1
    if unicodedata.decomposition(sign).startswith("<fraction>"):
        return [Token("odd", sign, at)], at + 1
    return ([Token("word", sign, at)] if sign.isalpha() else []), at + 1


_ASKS = {"at_most", "below", "at_least", "above", "confine", "max", "min", "limit", "exact", "only", "between", "step",
         "multiple", "to", "or", "must_be", "within", "and"}  # fmt: skip
_AFTER = UNITS | {"within_post", "at_least_post", "multiple_post"}
_POSTFIXED = {"at_most", "at_least", "only", "max", "min", "limit", "within_post", "at_least_post"}
_PASSED = {"filler", "is", "colon", "must", "may", "verb", "value", "own", "each", "items", "array", "count", "length"}


# What may stand between a bound and a number with letters that are no known unit: "max file size: 10M".
_BOUNDED = _PASSED | {"size", "media", "range", "limit", "other", "max", "min", "preposition", "in"}


def _resolved(found: list[Token]) -> Iterator[Token]:
    """Keep numbers in words where they count or compare; elsewhere they are words, as in "one of them"."""
    asked = lettered = False
    for index, token in enumerate(found):
        if token.in_words and not _counts(found, index, asked):
            token = token._replace(kind="word")
        if split := _two_bounds(found, index):
            yield from split
            continue
        if (lettered and token.kind == "word" and token.text[:1].isdecimal()) or _is_one_of_two(found, index):
            # A number with letters that are no known unit, "at most 10M", or in two pieces, "1 200".
            token = token._replace(kind="odd")
        asked = token.kind in _ASKS or (asked and token.kind in _PASSED)
        lettered = token.kind in _ASKS or (lettered and token.kind in _BOUNDED)
        yield _minutes(found, index) or _bare_letter(found, index) or _compound(found, index) or token


def _is_one_of_two(found: list[Token], index: int) -> bool:
    """Tell whether a number stands beside another one with nothing between: what they say is not certain."""
    near = [found[place] for place in (index - 1, index + 1) if 0 <= place < len(found)]
    return found[index].kind == "number" and any(one.kind in {"number", "odd"} for one in near)


def _counts(found: list[Token], index: int, asked: bool) -> bool:
    after = [token for token in found[index + 1 : index + 6] if token.kind != "filler"]
    follows = after[0].kind if after else "stop"
    if any(token.kind == "items" for token in _described(after)):
        follows = "items"
    if found[index].text.lower() == "one" and after and after[0].text == "of":
        return False
    if asked or follows in {"within_post", "at_least_post", "multiple_post"}:
        return True
    second = after[1].kind if len(after) > 1 else "stop"
    if found[index].value != 1 and follows in _AFTER | _POSTFIXED:
        return True
    return (follows in {"to", "or"} and second == "number") or (follows == "items" and second in _POSTFIXED)


def _two_bounds(found: list[Token], index: int) -> list[Token]:
    """Take "or above" before a number for a bound of that number, as in "below 1 or above 10"."""
    token = found[index]
    joint, _, bound = token.text.partition(" ")
    kinds = lexicon().kinds.get(bound)
    if token.kind not in {"within_post", "at_least_post"} or joint not in {"or", "and"} or kinds is None:
        return []
    if index + 1 == len(found) or found[index + 1].kind != "number":
        return []
    return [token._replace(kind=joint, text=joint), token._replace(kind=kinds[0], text=bound)]


def _described(after: list[Token]) -> list[Token]:
    """Return what follows two words of description at most, as in "five clear reference photos"."""
    words = list(takewhile(lambda token: token.kind in {"word", "verb"}, after[:2]))
    return after[len(words) : len(words) + 1]


def _minutes(found: list[Token], index: int) -> Token | None:
    """Take "min" behind a number for minutes, where a bound was asked for before it."""
    token = found[index]
    if token.text != "min" or index == 0 or found[index - 1].kind != "number":
        return None
    bounded = any(other.kind in _ASKS or other.kind == "media" for other in found[max(0, index - 6) : index - 1])
    return token._replace(kind="long_time") if bounded else None


def _compound(found: list[Token], index: int) -> Token | None:
    """Take the first half of "7 image slots" for no image: slots are counted."""
    token = found[index]
    counted = index > 0 and found[index - 1].kind == "number" and found[index - 1].value != 1
    if token.kind != "items" or not counted or not token.text.isascii() or token.text.endswith("s"):
        return None
    after = found[index + 1] if index + 1 < len(found) else token
    return token._replace(kind="word") if after.kind == "word" and after.text.isascii() else None


def _bare_letter(found: list[Token], index: int) -> Token | None:
    """Take "s" for seconds behind a number only."""
    token = found[index]
    if token.text != "s" or (index and found[index - 1].kind == "number"):
        return None
    return token._replace(kind="word")
