"""The end of a block for threads whose waits outlive it: each sees that its time is up, then the machine's clocks."""

import threading
from collections.abc import Callable

from fakie.harness.forward import real

# Beyond its moment (seconds), for a loop may go on exactly at it.
_BEYOND = 0.001
# So long (seconds, real) at most is waited for them to look at a clock, and so often is looked whether they have.
_PATIENCE, _LOOK = 0.05, 0.0005


class HandOver:
    """Threads whose waits were cut off by the end of the block, though they had an end of their own.

    A loop around such a wait counts by the clock, which goes back by all that was skipped, and would wait for that as
    well. So it reads once, before clocks are put back, that its time is up, and from then on the machine's clocks.
    """

    def __init__(self) -> None:
        self._up: dict[int, float] = {}
        self._over: set[int] = set()

    def cut_off(self, moment: float) -> None:
        """Note that this thread's wait was cut off, which would have ended at a moment."""
        self._up[threading.get_ident()] = moment + _BEYOND

    def now(self, skipped: Callable[[], float], own: Callable[[], float]) -> float:
        """Return the present moment as this thread is to see it: the one that was `skipped` to, or the machine's."""
        moment = self._up.get(threading.get_ident())
        goes_on = self.goes_on()
        if moment is not None:
            return moment
        return own() if goes_on else skipped()

    def goes_on(self) -> bool:
        """Tell whether this thread was cut off, and has gone on: it lives by the machine's clocks now."""
        me = threading.get_ident()
        if self._up.pop(me, None) is not None:
            self._over.add(me)
        return me in self._over

    def finish(self) -> None:
        """Wait a little until each has looked at a clock, has begun another wait, or has ended."""
        began = real.clock()
        while real.clock() - began < _PATIENCE and any(thread.ident in self._up for thread in threading.enumerate()):
            real.sleep(_LOOK)
