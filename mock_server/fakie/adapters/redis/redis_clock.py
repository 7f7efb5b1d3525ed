"""The clock of a fake that many processes are: Redis' own, whatever each machine thinks of the time."""

import time

from fakie.adapters.redis.connection import RedisConnection

# Seconds between two looks at Redis' clock.
_BETWEEN = 10.0


class RedisClock:
    """Seconds since the epoch as Redis has them, measured now and then and carried on in between."""

    def __init__(self, connection: RedisConnection) -> None:
        self._connection = connection
        self._ahead = 0.0
        self._next_look = 0.0
        self.look()

    def __call__(self) -> float:
        """Return the time, without a word to Redis, which may be away: then the last look counts."""
        return time.monotonic() + self._ahead

    def look(self) -> None:
        """Look at Redis' clock if it is time; of several looks the quickest knows best. Raises StoreUnwritableError."""
        if time.monotonic() < self._next_look:
            return
        looks = []
        for _ in range(3):
            before = time.monotonic()
            told = self._connection.seconds()
            after = time.monotonic()
            looks.append((after - before, told - (before + after) / 2))
        self._ahead = min(looks)[1]
        self._next_look = time.monotonic() + _BETWEEN
