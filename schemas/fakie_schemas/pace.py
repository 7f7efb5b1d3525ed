"""Asking no faster than a limit allows, or than who refuses wants to be asked."""

import time
from collections import deque
from collections.abc import Callable

from fakie_schemas.decimals import whole_number
from fakie_schemas.limits import WindowLimit


class Pace:
    """Keeps requests below a limit, by sleeping; clock and sleep are the machine's unless others are given."""

    def __init__(
        self,
        limit: WindowLimit,
        now: Callable[[], float] = lambda: time.monotonic(),
        sleep: Callable[[float], object] = lambda seconds: time.sleep(seconds),
    ) -> None:
        self._limit = limit
        self._now = now
        self.sleep = sleep
        self._sent: deque[float] = deque()

    def wait(self) -> None:
        """Sleep until one more is within the limit, and count it."""
        while len(self._sent) >= self._limit.count:
            rest = self._sent[0] + self._limit.seconds - self._now()
            if rest > 0:
                self.sleep(rest)
            self._sent.popleft()
        self._sent.append(self._now())

    def answered(self) -> None:
        """Count the last one from now on: who answers may count it only when it arrives."""
        if self._sent:
            self._sent[-1] = self._now()


def asked_pause(said: str, longest: float) -> float:
    """Return the seconds of a header Retry-After, `longest` at most; 0 where it says nothing that is a number."""
    return min(float(whole_number(said) or 0), longest)
