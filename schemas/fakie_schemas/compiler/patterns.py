"""Patterns that a page states, and those among them that some texts would keep busy for ever."""

import re

from msgspec import Struct

# A character as it stands, a set of them, or what begins or ends a group.
_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?[^():!<=|]*:?|.", re.DOTALL)
_WITHOUT_END = re.compile(r"[*+]|\{\d*,\}")


# A pattern between slashes, with flags or without: its slashes would be asked for.
_IN_SLASHES = re.compile(r"/.+/[dgimsuvy]*", re.DOTALL)
# What only other dialects read as a set within a set, or as its end among its signs, and halves of characters, which no
# text here has.
_SETS = re.compile(r"^\[\^?\]|\[\^?\[|\[[:.=]|--|&&|~~|\|\|")
_NESTED = re.compile(r"(?<!\\)\[\^?\[")
# What Python alone reads as it is meant: flags and names in groups, repetitions that give nothing back or begin with a
# comma, and the ends of a text; to ECMA-262 it is an error, or plain signs.
_OF_PYTHON = re.compile(r"\(\?(?![:=!]|<[=!])|[*+?}]\+|\{,|\\[AZ]")
_HALVES = re.compile(r"\\u[dD][89a-fA-F]")


def is_of_another_dialect(pattern: str) -> bool:
    """Tell whether a pattern means something else where it comes from than it would here."""
    if _IN_SLASHES.fullmatch(pattern) or _HALVES.search(pattern) or _NESTED.search(pattern):
        return True
    tokens = [found[0] for found in _TOKEN.finditer(pattern)]
    if any(_SETS.search(token) for token in tokens if token.startswith("[")):
        return True
    return _OF_PYTHON.search("".join(map(_without_signs, tokens))) is not None


def _without_signs(token: str) -> str:
    """Return a token, or a space for a set and for a sign that is escaped."""
    return " " if token[0] == "[" or (token[0] == "\\" and not token[1:].isalpha()) else token


class _Group(Struct):
    """The contents of brackets so far: something without end, or a choice."""

    repeats: bool = False
    chooses: bool = False


def may_take_for_ever(pattern: str) -> bool:
    """Tell whether a pattern repeats without end what itself repeats without end, or what is a choice.

    Of such patterns some are harmless; a text that fits none of the other ones takes them exponentially long.
    """
    groups, at = [_Group()], 0
    while at < len(pattern) and (token := _TOKEN.match(pattern, at)):
        at = token.end()
        if token[0].startswith("("):
            groups.append(_Group())
            continue
        closed = groups.pop() if token[0] == ")" and len(groups) > 1 else _Group()
        groups[-1].chooses |= token[0] == "|" or closed.chooses
        repeated = _WITHOUT_END.match(pattern, at)
        if repeated and (closed.repeats or closed.chooses):
            return True
        groups[-1].repeats |= bool(repeated) or closed.repeats
    return False
