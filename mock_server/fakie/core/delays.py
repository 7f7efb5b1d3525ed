"""Delays: answers that take as long as those of the API were measured to."""

import random

from fakie.core.http.transport_faults import TransportFault
from fakie.core.scenario.chance import Spread
from fakie_schemas.catalog.habits import Habits


class Delays:
    """Draws how late an answer is, around the measured median; `habits` None: nothing is late."""

    def __init__(self, habits: Habits | None, seed: str) -> None:
        self._habits = habits
        self._random = random.Random(seed or None)  # noqa: S311 - no secret hangs on it

    def of(self, endpoint: str | None) -> TransportFault | None:
        """Return the latency of one answer of an endpoint, or None where there is none to add."""
        latency = self._habits.latency_of(endpoint) if self._habits else None
        if latency is None:
            return None
        spread = Spread.around(latency.median, latency.p90)
        return TransportFault("latency", spread.seconds(self._random.random()))
