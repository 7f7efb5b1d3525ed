"""Two creates that are under way at once: however busy the machine is, each has come before either goes on."""

import threading
from typing import Any

# How long (s) the first waits for another: all of it is waited by one that stays alone only.
_ALONE = 10.0


class Meeting:
    """Where creates meet in pairs."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[list[Any]] = []

    def first(self, own: Any) -> Any:
        """Return what the first of a pair has told, to both, once both are here; the own one of whoever stays alone."""
        with self._changed:
            if self._waiting:
                pair = self._waiting.pop()
                pair.append(own)
                self._changed.notify_all()
                return pair[0]
            pair = [own]
            self._waiting.append(pair)
            if not self._changed.wait_for(lambda: len(pair) > 1, _ALONE):
                self._waiting.remove(pair)
            return own
