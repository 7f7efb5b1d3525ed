"""Delays: answers that take as long as those of the API were measured to."""

import threading
from collections import Counter
from os import urandom

from fakie.core.chance import Spread, draw
from fakie.core.transport_faults import TransportFault
from fakie_schemas.catalog.habits import Habits


class Delays:
    """Draws how late an answer is, around the measured median; `habits` None: nothing is late.

    With a seed, each account's nth request of an endpoint is late by the same in every run, whatever others ask.
    """

    def __init__(self, habits: Habits | None, seed: str) -> None:
        self._habits = habits
        self._seed = seed or urandom(8).hex()
        self._lock = threading.Lock()
        self._asked: Counter[tuple[str, str]] = Counter()

    def of(self, endpoint: str | None, account: str = "") -> TransportFault | None:
        """Return the latency of an answer to an account, by its handle, or None where there is none to add."""
        latency = self._habits.latency_of(endpoint) if self._habits else None
        if latency is None or endpoint is None:
            return None
        with self._lock:
            self._asked[account, endpoint] += 1
            number = self._asked[account, endpoint]
        spread = Spread.around(latency.median, latency.p90)
        return TransportFault("latency", spread.seconds(draw(self._seed, "latency", account, endpoint, number)))
