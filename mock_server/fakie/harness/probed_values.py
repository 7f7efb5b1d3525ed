"""Values that a probe of a receiver's work gives, in a form that can be compared with what it gives later."""

from collections.abc import Iterable, Iterator, Mapping, Sized
from collections.abc import Set as AnySet
from contextlib import suppress
from copy import deepcopy
from decimal import Decimal
from itertools import islice
from typing import Any

# Objects know each other, in rings too, and what gives one thing after another may never end.
_DEEPEST, _MOST = 6, 100_000


def copy_of(value: Any, depth: int = 0) -> Any:
    """Return a value as it is now; where no copy equals it, as plain data of what it holds.

    What a probe gives may be what the receiver goes on changing. Objects that are told apart by their identity alone,
    views and rows of databases equal no copy of theirs, nor what says the same at the next reading.
    """
    with suppress(Exception):
        copied = deepcopy(value)
        if (copied == value) is True:
            return copied
    return _plain(value, depth + 1) if depth < _DEEPEST else type(value).__name__


def _plain(value: Any, depth: int) -> Any:
    if isinstance(value, Mapping):
        return {key: copy_of(inner, depth) for key, inner in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(repr(copy_of(inner, depth)) for inner in value)
    if isinstance(value, Iterable):
        every = (copy_of(inner, depth) for inner in islice(value, _MOST))
        return list(every) if isinstance(value, list | AnySet) else tuple(every)
    if hasattr(value, "__dict__"):
        # What a library keeps in an object for itself has an underscore.
        return {name: copy_of(inner, depth) for name, inner in vars(value).items() if not name.startswith("_")}
    return repr(value).partition(" at 0x")[0]


def moves(before: Any, once: Any, twice: Any) -> Iterator[tuple[Any, Any]]:
    """Yield how far each amount in what a probe gives moved, from the first to the second time and on to the third.

    An amount is a number or how many there are: of the whole, and of each part of a tuple or a dict. What is left of
    something falls as it is used up, which is as far as what was made of it rises.
    """
    first, second, third = map(_amounts, (before, once, twice))
    for part in first.keys() & second.keys() & third.keys():
        yield abs(second[part] - first[part]), abs(third[part] - second[part])


def is_amount_moved(before: Any, after: Any) -> bool:
    """Tell whether an amount in what a probe gives has moved, and not a state alone, which work need not change."""
    return not isinstance(after, str | bytes) and any(moved for moved, _ in moves(before, after, after))


def _amounts(value: Any) -> dict[Any, Any]:
    whole, parts = object, dict(enumerate(value)) if isinstance(value, tuple) else value
    every = {whole: value, **(parts if isinstance(parts, dict) else {})}
    # Yes and no are numbers to Python alone.
    counted = ((part, one) for part, one in every.items() if not isinstance(one, bool))
    numbers = {part: one for part, one in counted if isinstance(one, int | float | Decimal)}
    # A text among several is a name or a state, and no amount.
    sizes = ((part, one) for part, one in every.items() if isinstance(one, Sized))
    return numbers | {part: len(one) for part, one in sizes if part is whole or not isinstance(one, str)}
