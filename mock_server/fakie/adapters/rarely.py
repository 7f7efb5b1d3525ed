"""A warning that may apply very often."""

import logging
from time import monotonic

_log = logging.getLogger("fakie")
_QUIET_SECONDS = 60.0


class Rarely:
    """A warning that is logged at most once a minute, with how often it applied since the last time."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._count = 0
        self._next = 0.0

    def say(self, fact: object) -> None:
        """Log the text, with the count and a fact in it, unless that was done a moment ago."""
        self._count += 1
        now = monotonic()
        if now >= self._next:
            _log.warning(self._text, self._count, fact)
            self._count, self._next = 0, now + _QUIET_SECONDS
