"""A probe of a receiver's work, read when the work rests: a thread or a queue of it may go on after the answer."""

from collections.abc import Callable
from time import sleep
from typing import Any

from fakie.harness.probed_values import copy_of

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
        """Return what the probe gives, as it is now."""
        value = copy_of(self._probe())
        if not self._first:
            self._first.append(value)
        self.moved = self.moved or bool(value != self._first[0])
        return value


def patient(probe: Probe, deliver: Callable[[], object]) -> Probe:
    """Return a probe that is read at rest if work goes on after the answer, as after `deliver`."""
    before = probe()
    deliver()
    rest = _rest_needed(probe, before)
    return lambda: _at_rest(probe, rest)


def _rest_needed(probe: Probe, before: Any) -> int:
    """Return how many equal readings show that the work is done; 0 if the answer shows it, or nothing does."""
    value, last, step = probe(), 0, 0
    until = _LATEST if value == before else _SOON
    while step < until:
        sleep(_STEP)
        step += 1
        now = probe()
        if now != value:
            value, last, until = now, step, min(2 * step + _SOON, _MOST)
    return min(2 * last + _SOON, _MOST) if 0 < last < _MOST else 0


def _at_rest(probe: Probe, rest: int) -> Any:
    value, equal = probe(), 0
    for _ in range(_MOST):
        if equal >= rest:
            break
        sleep(_STEP)
        now = probe()
        value, equal = now, equal + 1 if now == value else 0
    return value
