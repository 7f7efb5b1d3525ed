"""Rounds of connections that have more to parse, or to be answered, than others should wait for."""

import asyncio
from collections import deque
from collections.abc import Callable
from time import monotonic

from fakie.adapters.server.apart import apart

# So long a turn of the loop is held up by all of them together.
_SECONDS = 0.005


class Rounds:
    """Lets connections go on one after the other, some in each turn of the loop; newcomers are not among them."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: deque[tuple[Callable[[], None], Callable[[], None]]] = deque()
        self._due = False

    def wait(self, go_on: Callable[[], None], drop: Callable[[], None]) -> None:
        """Go on once it is one's turn, not at once; one that fails then is dropped."""
        self._waiting.append((go_on, drop))
        if not self._due:
            self._due = True
            self._loop.call_soon(self._take)

    def _take(self) -> None:
        waiting, until = self._waiting, monotonic() + _SECONDS
        while waiting:
            apart(self._loop, *waiting.popleft())
            if monotonic() >= until:
                break
        self._due = bool(waiting)
        if waiting:
            self._loop.call_soon(self._take)
