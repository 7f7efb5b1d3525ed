"""How long something takes by a client's clock, told apart from what this machine really takes over it."""

import os
import time
from collections.abc import Callable


def by_wall() -> float:
    """Return the seconds of the wall clock, as a client reads it."""
    return time.time()


def by_steady_clock() -> float:
    """Return the seconds of the monotonic clock, as a client reads it."""
    return time.monotonic()


class Lap:
    """A stretch of a client's time, in seconds, begun when it is made."""

    def __init__(self, clock: Callable[[], float] = by_wall) -> None:
        self._clock = clock
        self._began, self._real = clock(), os.times().elapsed

    def seconds(self) -> float:
        """Return the seconds since it began, by the client's clock: skipped ones and real ones."""
        return self._clock() - self._began

    def real(self) -> float:
        """Return how many of them really passed; `os.times` is no clock that the plugin moves."""
        return os.times().elapsed - self._real

    def __repr__(self) -> str:
        return f"<{self.seconds():.3f} s, {self.real():.2f} of them real>"

    def skipped(self, seconds: float, *, within: float = 1) -> bool:
        """Tell whether so many seconds passed, beside what this machine took, and did not really pass.

        A machine that was busy for a second fails no test by it, and on an idle one the bound is narrow.
        """
        # Asked in this order: what passes between the two readings must not count as too late.
        passed, real = self.seconds(), self.real()
        return seconds - within <= passed <= seconds + real + within and real < max(30, seconds / 2)
