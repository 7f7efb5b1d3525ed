"""Callbacks that went out to a port, and have not been answered yet."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Thread

from msgspec import Struct

from fakie.core.clock import Now
from fakie.core.ports import Delivered, Outgoing
from fakie.harness.forward import real
from fakie.harness.forward.doubts import Worker
from fakie.harness.forward.tickets import NEVER

Done = Callable[[Delivered], None]
# So long (seconds, real) at most it takes until one is on a connection, which tells whether its receiver is at work.
_SETTING_OUT = 0.25


class _Out(Struct):
    """One that is out: when its time is up, how long that is in seconds, whom to tell, and what ends it."""

    end: float
    seconds: float
    done: Done
    cut: Callable[[], None]


class Outstanding:
    """Callbacks that are out, each until its answer comes or its receiver's time is up, as the test sees it.

    Whoever sends them counts real seconds, of which hardly any pass where time is skipped.
    """

    def __init__(self, now: Now) -> None:
        self._now = now
        self._out: dict[int, _Out] = {}
        self._numbers = itertools.count()
        self._last_began = 0.0
        # How many keep the time from being up, for threads may do so at once.
        self._keeps = 0

    def begin(self, outgoing: Outgoing, done: Done, cut: Callable[[], None]) -> Done:
        """Hear that one goes out; return what to tell in place of `done`, which hears whatever comes first alone.

        `cut` is called when its time is up.
        """
        number, self._last_began = next(self._numbers), real.clock()
        self._out[number] = _Out(self._now() + outgoing.timeout, outgoing.timeout, done, cut)
        return partial(self._tell, number)

    def at_work(self, _: set[Thread]) -> Iterator[Worker]:
        """Name one that may not be on its way yet."""
        if self._out and real.clock() - self._last_began < _SETTING_OUT:
            yield Worker(self, "a callback that sets out", certain=True)

    def next_end(self) -> float:
        """Return the moment at which the time of one is up, `inf` if there is none."""
        return NEVER if self._keeps else min((one.end for one in list(self._out.values())), default=NEVER)

    def end_overdue(self) -> None:
        """Tell of those whose time is up that no answer came."""
        now = self._now()
        for number, one in list(self._out.items()):
            if one.end <= now and not self._keeps:
                one.cut()
                self._tell(number, Delivered(None, f"no answer within {one.seconds:g} s"))

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Let the time of none be up for a `with` block, from whose end on each has all of it."""
        self._keeps += 1
        try:
            yield
        finally:
            for one in list(self._out.values()):
                one.end = self._now() + one.seconds
            self._keeps -= 1

    def _tell(self, number: int, delivered: Delivered) -> None:
        one = self._out.pop(number, None)
        if one is not None:
            one.done(delivered)
