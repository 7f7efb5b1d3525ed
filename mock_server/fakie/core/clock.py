"""The one clock of everything an account sees: its parent's time plus what was skipped, or stopped."""

from collections.abc import Callable
from math import inf
from time import perf_counter, time
from typing import NamedTuple

Now = Callable[[], float]


class ForwardClock:
    """Seconds since the epoch as `wall` shows them, until it is set back: then time goes on by a `steady` clock.

    A wall clock that is set forward is followed, for so it is, too, when a machine has slept.
    """

    __slots__ = ("_ahead", "_steady", "_wall")

    def __init__(self, wall: Now = time, steady: Now = perf_counter) -> None:
        self._wall, self._steady = wall, steady
        self._ahead = -inf

    def __call__(self) -> float:
        """Return the time; it is never earlier than what was returned before."""
        # In this order: whoever has to wait between the two sees the wall clock behind, never ahead.
        wall, steady = self._wall(), self._steady()
        ahead = wall - steady
        # Every request asks several times, and a call of `max` would take as long as all else.
        if ahead > self._ahead:
            self._ahead = ahead
        return steady + self._ahead

    def reach(self, moment: float) -> None:
        """Go on from a moment, if it is earlier than that."""
        self._ahead = max(self._ahead, moment - self._steady())

    @property
    def ahead(self) -> float:
        """Seconds by which it is ahead of the wall clock: that was set back."""
        return self() - self._wall()


class ClockState(NamedTuple):
    """The seconds that were skipped, and the time at which the clock stands still, or None while it goes."""

    skipped: float = 0.0
    frozen_at: float | None = None


class Clock:
    """Seconds since the epoch: those of `parent` plus the skipped ones; it can be frozen."""

    __slots__ = ("_frozen_at", "_parent", "_skipped")

    def __init__(self, parent: Now, skipped: float = 0.0, frozen_at: float | None = None) -> None:
        self._parent = parent
        self._skipped: float = skipped
        self._frozen_at = frozen_at

    def now(self) -> float:
        """Return the time in seconds since the epoch."""
        return self._parent() + self._skipped if self._frozen_at is None else self._frozen_at

    def moment(self, at: float) -> float:
        """Return the parent's time at which this clock shows `at`: while it stands still, any time or none (inf)."""
        if self._frozen_at is None:
            return at - self._skipped
        return -inf if at <= self._frozen_at else inf

    def skip(self, seconds: float) -> None:
        """Move on by `seconds`, frozen or not; time never goes back, so a negative number moves nothing."""
        seconds = max(0.0, seconds)
        if self._frozen_at is None:
            self._skipped += seconds
        else:
            self._frozen_at += seconds

    def freeze(self) -> None:
        """Stop at the present moment."""
        self._frozen_at = self.now()

    def resume(self) -> None:
        """Go on from the moment at which it was frozen."""
        if self._frozen_at is not None:
            self._skipped = self._frozen_at - self._parent()
            self._frozen_at = None

    @property
    def skipped(self) -> float:
        """The seconds by which this clock is ahead of its parent; a frozen one those when it was frozen."""
        return self._skipped

    @property
    def frozen_at(self) -> float | None:
        """The time at which the clock stands still, or None while it goes."""
        return self._frozen_at

    @property
    def state(self) -> ClockState:
        """How it stands; another clock of the same parent can be made from it."""
        return ClockState(self._skipped, self._frozen_at)

    @property
    def frozen(self) -> bool:
        """True while the clock stands still."""
        return self._frozen_at is not None
