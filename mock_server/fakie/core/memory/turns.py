"""The account whose event is next."""

import threading
from collections.abc import Callable
from heapq import heappop, heappush
from math import inf

from fakie.core.tasks.due import Turn


class Turns:
    """One heap over all accounts, so that none has to be looked at before its turn.

    An account's turn may come before its earliest event: it is set anew when it comes to the top. One that no longer
    counts stays in the heap until then, too.
    """

    def __init__(self) -> None:
        self._heap: list[Turn] = []
        # Of each account the turn that counts.
        self._moments: dict[str, float] = {}
        self._looking = threading.Lock()

    def set(self, handle: str, moment: float) -> bool:
        """Let an account's turn come by a moment, for its exclusive work; tells whether it may be before all others."""
        if moment >= self._moments.get(handle, inf):
            return False
        turn = Turn(moment, handle)
        self._moments[handle] = moment
        heappush(self._heap, turn)
        return self._heap[0] is turn

    def forget(self, handle: str) -> None:
        """Drop an account's turn."""
        self._moments.pop(handle, None)

    def next(self, moment_of: Callable[[str], float], set_anew: Callable[[str], None]) -> Turn | None:
        """Return whose turn is next, None for nobody's; asks for an account's moment, and for its turn to be set."""
        with self._looking:
            while self._heap:
                turn = self._heap[0]
                counts = self._moments.get(turn.account) == turn.moment
                if counts and moment_of(turn.account) <= turn.moment:
                    return turn
                gone = heappop(self._heap)
                if gone is not turn:
                    # Somebody has planned an earlier one just now.
                    heappush(self._heap, gone)
                elif counts:
                    set_anew(turn.account)
        return None
