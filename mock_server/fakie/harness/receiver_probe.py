"""A probe of a receiver's work, read when the work rests: a thread or a queue of it may go on after the answer."""

from collections.abc import Callable
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
