"""Strictness of data: no key twice, no NaN and Infinity, which Python reads, and no dates, which TOML has."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from json import JSONDecoder, dumps, loads
from math import isfinite, isinf
from typing import Any, NoReturn

# Without a way back, so that what is never closed is read once; it ends with the text.
_TEXT = r'(?s)"[^"\\]*+(?:\\.[^"\\]*+)*+"?'
# What may stand around a JSON value; files end with a line.
_BLANKS = " \t\n\r"
# As many as Python makes an integer of.
_MOST_DIGITS = 4300


class TooManyValuesError(ValueError):
    """A JSON text that would become more values than a reader takes."""


class HalfCharacterError(ValueError):
    """A JSON text with an escape for half a character, which has no bytes."""


class StrictJson:
    """A reader of JSON within bounds, made once; `None` is no bound.

    It refuses keys that occur twice (unless `unique` is False), numbers that are not finite (unless `finite` is), with
    `whole` half a character, which only an escape can write, and integers of more than `most_digits`. Of a text that
    would become more than `most_values` none is made.
    """

    def __init__(
        self,
        *,
        unique: bool = True,
        finite: bool = True,
        whole: bool = False,
        most_digits: int | None = None,
        most_values: int | None = None,
    ) -> None:
        self._whole = whole
        self._most_values = most_values
        # The standard library's scanner in C, which calls these only for objects, numbers and words that are none.
        hooks: dict[str, Any] = {
            "object_pairs_hook": unique_keys if unique else None,
            "parse_constant": _no_constant if finite else None,
            "parse_float": _finite if finite else None,
        }
        bounded = _bounded(_MOST_DIGITS if most_digits is None else most_digits)
        self._decode = JSONDecoder(**hooks, parse_int=None if most_digits is None else bounded).raw_decode
        # Of what that one cannot read this one says why; of too many digits Python speaks of its own settings.
        self._telling = JSONDecoder(**hooks, parse_int=bounded)

    def read(self, data: bytes | str, depth: int | None = None) -> Any:
        """Return the value of a JSON text, of UTF-8 where it is bytes, that is at most `depth` levels deep.

        Raises ValueError for what is none (HalfCharacterError, TooManyValuesError), RecursionError where it is deeper.
        """
        text = data if isinstance(data, str) else data.decode()
        most = self._most_values
        if most is not None and len(text) > most and _has_more_values(text, most):
            raise TooManyValuesError(f"it has more than {most} values")
        try:
            # Without a look for blanks before it, which are rare.
            value, end = self._decode(text)
        except ValueError:
            end = -1
        if end < 0 or (end != len(text) and text[end:].strip(_BLANKS)):
            value = self._value(text)
        if self._whole and "\\u" in text:
            _require_whole(value)
        # With few brackets it cannot be deep.
        if depth is not None and text.count("{") + text.count("[") >= depth and is_deeper(value, depth):
            raise RecursionError(f"it is nested more than {depth} levels deep")
        return value

    def _value(self, text: str) -> Any:
        """Read what has blanks around it, or is no JSON: in the words of the standard library."""
        return loads(text) if text.startswith("\ufeff") else self._telling.decode(text)


def _require_whole(value: object) -> None:
    """Raise HalfCharacterError for a text within data that holds one."""
    try:
        dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        half = f"\\u{ord(error.object[error.start]):04x}"
        why = f"a text in it holds half a character, {half}; expected both halves, or neither"
        raise HalfCharacterError(why) from None


def unique_keys(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object's members (`object_pairs_hook`); raises ValueError when a key occurs twice."""
    unique = dict(pairs)
    if len(unique) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counts.items() if count > 1)
        raise ValueError(f"the key {twice[:40]!r} occurs twice in one object")
    return unique


def _no_constant(name: str) -> NoReturn:
    """Raise ValueError (`parse_constant`): NaN and Infinity are no numbers of JSON."""
    raise ValueError(f"{name} is not a JSON number")


def _finite(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise ValueError(f"the number {text[:20]}… is too large")
    return number


def _bounded(most_digits: int) -> Callable[[str], int]:
    def integer(text: str) -> int:
        digits = len(text.removeprefix("-"))
        if digits > most_digits:
            raise ValueError(f"a number of {digits} digits is too long")
        return int(text)

    return integer


def _has_more_values(text: str, most: int) -> bool:
    """Tell whether a text would become more values than `most`, without making one of them."""
    if _signs(text) <= most:
        return False
    # What stands in a text is no value; the text is one itself, or the name of one.
    within = 0
    for number, quoted in enumerate(re.finditer(_TEXT, text)):
        if number == most:
            return True
        within += _signs(quoted[0])
    return _signs(text) - within > most


def _signs(text: str) -> int:
    return text.count(",") + text.count("{") + text.count("[")


def is_deeper(value: object, depth: int) -> bool:
    """Tell whether data is nested more than `depth` levels deep, without recursion, which has bounds of its own."""
    level: list[object] = [value]
    for _ in range(depth):
        level = [child for parent in level for child in _children(parent)]
        if not level:
            return False
    return True


def _children(value: object) -> Sequence[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else ()


_STRICT = StrictJson(most_digits=_MOST_DIGITS)


def parse_strict(text: str) -> Any:
    """Return the value of a JSON text of a file; raises ValueError for what is none, or cannot be read."""
    try:
        return _STRICT.read(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def parse_toml(text: str) -> dict[str, Any]:
    """Return the tables of a TOML text of a file; raises ValueError for what is none, or cannot be read."""
    # Most runs read none.
    import tomllib

    try:
        return tomllib.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except tomllib.TOMLDecodeError:
        raise
    except ValueError:
        # Of too many digits Python speaks of its own settings.
        raise ValueError(f"a number of more than {_MOST_DIGITS} digits is too long") from None


def foreign_values(value: Any, place: str = "") -> Iterator[str]:
    """Yield the place and kind of each value within data that JSON has not, such as `steps[0].from: a date`."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from foreign_values(inner, f"{place}.{name}" if place else str(name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from foreign_values(inner, f"{place}[{number}]")
    elif isinstance(value, float) and not isfinite(value):
        yield f"{place}: {value}, which is no finite number"
    elif not isinstance(value, str | int | float | None):
        yield f"{place}: a {type(value).__name__}, {value}"
