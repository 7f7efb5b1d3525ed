"""Faults of targets that put in order what they were sent: blanks, line ends, signs, and values of each kind."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

from support.mutants.coercions import given_back
from support.servers.broken import Mutant

Turn = Callable[[Any], Any]
_RULE = "record.param_input"


def _turned(value: Any, turn: Turn) -> Any:
    """Turn a value, and whatever it holds."""
    value = turn(value)
    if isinstance(value, dict):
        return {name: _turned(one, turn) for name, one in value.items()}
    return [_turned(one, turn) for one in value] if isinstance(value, list) else value


def _tidied(name: str, likely: str, turn: Turn, model: str = "shipped", field: str = "") -> Mutant:
    """Turn all that the input has of some kind, or one field of it, where `param` gives it back."""

    def change(inner: dict[str, Any]) -> None:
        for one in [field] if field else list(inner):
            if one in inner:
                inner[one] = _turned(inner[one], turn)

    return Mutant(f"{name} in {field or 'the input'}", likely, model, given_back(change))


def _texts(turn: Callable[[str], Any]) -> Turn:
    return lambda value: turn(value) if isinstance(value, str) else value


def _lists(turn: Callable[[list[Any]], list[Any]]) -> Turn:
    return lambda value: turn(value) if isinstance(value, list) else value


_OF_TEXTS: tuple[tuple[str, Callable[[str], Any]], ...] = (
    ("blanks cut off before", str.lstrip),
    ("blanks cut off after", str.rstrip),
    ("CRLF made LF", lambda text: text.replace("\r\n", "\n")),
    ("blanks made one", lambda text: re.sub("  +", " ", text)),
    ("blanks that do not break made blanks", lambda text: text.replace("\u00a0", " ")),
    ("joiners dropped", lambda text: re.sub("[\u200b\u200d]", "", text)),
    ("colours of signs dropped", lambda text: re.sub("[\U0001f3fb-\U0001f3ff]", "", text)),
    ("turns of writing dropped", lambda text: text.replace("\u200f", "")),
    ("lines of Unicode made LF", lambda text: text.replace("\u2028", "\n")),
    ("marks dropped", lambda text: text.replace("\ufeff", "")),
    ("texts read as parts of URLs", unquote_plus),
)
_OF_VALUES: tuple[tuple[str, Turn], ...] = (
    ("digits made numbers", _texts(lambda text: int(text) if text.isdecimal() else text)),
    ("lists sorted", _lists(lambda items: sorted(items, key=str))),
    ("lists without doubles", _lists(lambda items: [one for at, one in enumerate(items) if one not in items[:at]])),
    ("empty objects made null", lambda value: None if value == {} else value),
    ("numbers of 32 bits", lambda value: value % 2**32 if type(value) is int else value),
)
TIDIED = (
    *((_tidied(name, "life::success", _texts(turn)), _RULE) for name, turn in _OF_TEXTS),
    *((_tidied(name, "odd-characters", _texts(turn), "z-image", "prompt"), _RULE) for name, turn in _OF_TEXTS),
    *((_tidied(name, "unknown-fields::in-input", turn), _RULE) for name, turn in _OF_VALUES),
)
