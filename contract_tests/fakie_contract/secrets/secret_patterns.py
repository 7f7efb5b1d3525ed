"""The forms in which a secret comes back, as patterns: each whole, or cut off where a text was shortened."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from fakie_schemas.recordings.hidden import HiddenSecrets
from fakie_schemas.recordings.secrets import BASE64_LEAST, SHORTEST, base64_part

# What a shortened text ends with, and before it the first part of one more character, such as %6 of %6b.
_CUT = r"[~%\\&#{uUxXa-z0-9A-F]{0,12}(?=…)"
_NAMED = {"&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos"}
# A part of a secret in one piece that is shorter can be a word.
_PART_LEAST = 12
# More keys than a run has at a time: what is made of a key is dear.
_KEYS = 256


def shows(text: str, secret: str) -> bool:
    """Tell whether a text holds a secret in any of its forms, or most of it; one as short as words is never found."""
    if len(secret) < SHORTEST:
        return False
    # The patterns are dear to make, and hardly any text has even the middle of a secret, or was cut.
    part = most_of(secret) if _middle(secret) in text.lower() else None
    if (part and part.search(text)) or _hidden(secret).stand_in(text):
        return True
    return "…" in text and _is_cut_off_in(text.replace("\0", ""), secret)


def _is_cut_off_in(text: str, secret: str) -> bool:
    """Tell whether a text holds a start of a secret that was cut; hardly any has the first letters of one."""
    return bool(_heads(secret).search(text)) and any(pattern.search(text) for pattern in _patterns(secret))


@lru_cache(maxsize=_KEYS)
def _heads(secret: str) -> re.Pattern[str]:
    """Return the pattern of what all the others begin with: it takes a fraction of the time that they take to make."""
    return re.compile("|".join("".join(units[:least]) for units, least in _forms(secret, SHORTEST)))


@lru_cache(maxsize=_KEYS)
def _hidden(secret: str) -> HiddenSecrets:
    return HiddenSecrets([secret])


@lru_cache(maxsize=_KEYS)
def _patterns(secret: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in secret_patterns(secret, SHORTEST))


def secret_patterns(secret: str, least: int) -> Iterator[str]:
    """Return a pattern for each form of a secret; the first `least` of its characters are known as a start of it.

    Every pattern begins with letters that decide early, so that a long text is searched fast: that is why case is
    spelt out in each.
    """
    return (_chain(units, known) for units, known in _forms(secret, least))


def _forms(secret: str, least: int) -> Iterator[tuple[Sequence[str], int]]:
    """Return the patterns of the units of each form, one by one, and how many of them are known as a start of it."""
    letters = [_letter(one) for one in secret]
    yield letters, least
    yield letters[::-1], least
    yield [_any_case(f"{byte:02x}") for byte in secret.encode("utf-8", "surrogateescape")], least
    for before in range(3):
        parts = [_of_base64(one) for one in base64_part(secret.encode("utf-8", "surrogateescape"), before)]
        yield parts, min(BASE64_LEAST, len(parts))


@lru_cache(maxsize=_KEYS)
def _middle(secret: str) -> str:
    """Return what stands in each piece that `most_of` finds, in small letters; nothing where those are not certain."""
    least = _most_least(secret)
    return secret[len(secret) - least : least].lower() if secret.isascii() else ""


def _most_least(secret: str) -> int:
    return max(_PART_LEAST, -(-len(secret) * 3 // 4))


@lru_cache(maxsize=_KEYS)
def most_of(secret: str) -> re.Pattern[str] | None:
    """Return the pattern of three quarters or more of a secret in one piece; None where that tells it from no word."""
    least = _most_least(secret)
    starts = range(len(secret) - least + 1)
    # The longest first: of each start all that follows it.
    pieces = ("".join(map(_plain, secret[at : at + least])) + _rest(secret[at + least :]) for at in starts)
    return re.compile("|".join(pieces)) if starts else None


def _rest(text: str) -> str:
    tail = ""
    for one in reversed(text):
        tail = f"(?:{_plain(one)}{tail})?"
    return tail


def _plain(one: str) -> str:
    forms = "".join(dict.fromkeys(form for form in (one, one.lower(), one.upper()) if len(form) == 1))
    return f"[{re.escape(forms)}]"


def _chain(units: Sequence[str], least: int) -> str:
    """Write the pattern of a text, unit by unit, and of every start of it from `least` units on that was cut."""
    tail = ""
    for unit in reversed(units[least:]):
        tail = f"(?:{unit}{tail}|{_CUT})"
    return "".join(units[:least]) + tail


def _letter(one: str) -> str:
    """Write the pattern of one character: plain, escaped for JSON, a URL, a JSON pointer or HTML, once or twice."""
    number = f"{ord(one):x}"
    percent = "".join(f"%(?:25)*{_any_case(f'{byte:02x}')}" for byte in one.encode("utf-8", "surrogateescape"))
    numbered = rf"[uU]\{{?0*{_any_case(number)}\}}?|x{_any_case(number)}|{ord(one):03o}"
    escaped = rf"\\\\{{0,3}}(?:{numbered}|{re.escape(one)})"
    entity = rf"&(?:amp;)*#(?:0*{ord(one)}|[xX]0*{_any_case(number)});?"
    plain = [re.escape(form) for form in dict.fromkeys((one, one.lower(), one.upper())) if len(form) == 1]
    named = [f"&(?:amp;)*{_NAMED[one]};"] if one in _NAMED else []
    pointer = {"~": ["~0"], "/": ["~1"]}.get(one, [])
    return f"(?:{'|'.join([*named, *pointer, *plain, percent, escaped, entity])})"


def _any_case(text: str) -> str:
    return "".join(f"[{one}{one.upper()}]" if one.isalpha() else one for one in text)


def _of_base64(letter: str) -> str:
    return {"+": "[-+]", "/": "[_/]"}.get(letter, _any_case(letter.lower()))
