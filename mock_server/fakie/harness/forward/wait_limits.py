"""Limits of a thread's waits: until when a receiver may wait that is to answer, whatever it waits for."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

from msgspec import Struct

from fakie.harness.forward.spinning import CaughtStopError, stop_loop
from fakie.harness.forward.tickets import NEVER

# So long (seconds of the test) after the limit of a thread its waits end that have an end of their own.
_OVERTIME = 3600.0
# So often such an end may be caught: who goes on may look at a clock for his own, which goes on for him, too.
_MOST_CAUGHT = 3


class _WaitLimit(Struct):
    """The moment until which a thread may wait without an end, and how often its waits were ended so far."""

    moment: float
    ended: int = 0


class WaitLimits:
    """The limits of threads; most have none."""

    def __init__(self) -> None:
        self._of: dict[int, _WaitLimit] = {}

    def moment(self, *, endless: bool) -> float:
        """Return the moment at which a wait of this thread is to end; one that has an end of its own ends later."""
        limit = self._of.get(threading.get_ident())
        if limit is None:
            return NEVER
        return limit.moment if endless else limit.moment + _OVERTIME

    @contextmanager
    def until(self, moment: float) -> Iterator[None]:
        """Let waits of this thread that have no end of their own end with TimeoutError at a moment, for a block.

        Those that have one do an hour later: who waits again and again would go on for ever where no time passes.
        Who catches all of these errors ends with TimeoutError as well, at the end of the block.
        """
        me = threading.get_ident()
        before = self._of.get(me)
        limit = self._of[me] = _WaitLimit(moment)
        try:
            yield
        except CaughtStopError as stopped:
            if limit.ended <= _MOST_CAUGHT:
                # Another loop was stopped, such as one that reads a clock: its test is to end.
                raise
            raise TimeoutError(str(stopped)) from stopped
        finally:
            if before is None:
                del self._of[me]
            else:
                self._of[me] = before

    def end(self, place: str, now: float, *, endless: bool) -> NoReturn:
        """End a wait of this thread; raises TimeoutError, or CaughtStopError when this was caught too often."""
        limit = self._of[threading.get_ident()]
        # Either way an hour later.
        limit.moment = now + _OVERTIME if endless else now
        limit.ended += 1
        how = "waits without a time limit" if endless else "still waits, long after its time was up"
        stop_loop(TimeoutError(f"no answer: {place} {how}"), limit.ended - 1, _MOST_CAUGHT)
