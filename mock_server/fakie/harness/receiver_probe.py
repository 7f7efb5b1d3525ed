"""A probe of a receiver's work, read when the work rests: a thread or a queue of it may go on after the answer."""

from collections.abc import Callable, Iterator, Sized
from contextlib import suppress
from copy import deepcopy
from time import sleep
from typing import Any

# Counted in readings, since the clock of a test may be fast-forwarded: seconds between two of them.
_STEP = 0.02
# What an earlier callback left to do is seen within so many; what this one did, within so many.
_SOON, _LATEST = 5, 50
# A value that changes for so long has no rest.
_MOST = 250

Probe = Callable[[], Any]


class WatchedProbe:
    """A probe that remembers whether it has ever given another value than at first."""

    def __init__(self, probe: Probe) -> None:
        """Watch a probe; it is not called yet."""
        self._probe = probe
        self._first: list[Any] = []
        self.moved = False

    def __call__(self) -> Any:
        """Return what the probe gives."""
        value = self._probe()
        if not self._first:
            self._first.append(_copy_of(value))
        self.moved = self.moved or bool(value != self._first[0])
        return value


def rises(before: Any, once: Any, twice: Any) -> Iterator[tuple[float, float]]:
    """Yield how much each amount in what a probe gives rose, from the first to the second time and on to the third.

    An amount is a number or how many there are: of the whole, and of each part of a tuple or a dict.
    """
    first, second, third = map(_amounts, (before, once, twice))
    for part in first.keys() & second.keys() & third.keys():
        yield second[part] - first[part], third[part] - second[part]


def _amounts(value: Any) -> dict[Any, float]:
    whole, parts = object, dict(enumerate(value)) if isinstance(value, tuple) else value
    every = {whole: value, **(parts if isinstance(parts, dict) else {})}
    numbers = {part: one for part, one in every.items() if isinstance(one, int | float)}
    # A text among several is a name or a state, and no amount.
    sizes = ((part, one) for part, one in every.items() if isinstance(one, Sized))
    return numbers | {part: len(one) for part, one in sizes if part is whole or not isinstance(one, str)}


def patient(probe: Probe, deliver: Callable[[], object]) -> Probe:
    """Return a probe that gives copies, each read at rest if work goes on after the answer, as after `deliver`."""
    before = _copy_of(probe())
    deliver()
    rest = _rest_needed(probe, before)
    return lambda: _at_rest(probe, rest)


def _rest_needed(probe: Probe, before: Any) -> int:
    """Return how many equal readings show that the work is done; 0 if the answer shows it, or nothing does."""
    value, last, step = _copy_of(probe()), 0, 0
    until = _LATEST if value == before else _SOON
    while step < until:
        sleep(_STEP)
        step += 1
        now = _copy_of(probe())
        if now != value:
            value, last, until = now, step, min(2 * step + _SOON, _MOST)
    return min(2 * last + _SOON, _MOST) if 0 < last < _MOST else 0


def _at_rest(probe: Probe, rest: int) -> Any:
    value, equal = _copy_of(probe()), 0
    for _ in range(_MOST):
        if equal >= rest:
            break
        sleep(_STEP)
        now = _copy_of(probe())
        value, equal = now, equal + 1 if now == value else 0
    return value


def _copy_of(value: Any) -> Any:
    # What a probe gives may be what the receiver goes on changing. Some things cannot be copied.
    with suppress(Exception):
        return deepcopy(value)
    return value
