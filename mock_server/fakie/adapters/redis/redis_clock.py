"""The clock of a fake that many processes are: Redis' own, whatever each machine thinks of the time."""

import threading
import time

from fakie.adapters.redis.connection import RedisConnection
from fakie.core.ports import StoreUnwritableError

# Seconds between two looks at Redis' clock.
_BETWEEN = 10.0


class RedisClock:
    """Seconds since the epoch as Redis has them, measured now and then and carried on in between."""

    def __init__(self, connection: RedisConnection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._ahead = 0.0
        self._next_look = 0.0
        self._measure()

    def __call__(self) -> float:
        """Return the time; while Redis is away the last look counts."""
        now = time.monotonic()
        if now >= self._next_look and self._lock.acquire(blocking=False):
            try:
                self._measure()
            except StoreUnwritableError:
                self._next_look = now + 1.0
            finally:
                self._lock.release()
        return time.monotonic() + self._ahead

    def _measure(self) -> None:
        """Look at Redis' clock; of several looks the quickest knows best."""
        looks = []
        for _ in range(3):
            before = time.monotonic()
            told = self._connection.seconds()
            after = time.monotonic()
            looks.append((after - before, told - (before + after) / 2))
        self._ahead = min(looks)[1]
        self._next_look = time.monotonic() + _BETWEEN
