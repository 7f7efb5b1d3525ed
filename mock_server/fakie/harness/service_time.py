"""The time of a service as it passes while everybody waits: no order of anybody, so it passes after a test too."""

from fakie.core.service import Service
from fakie.harness.forward import real
from fakie.harness.forward.tickets import NEVER
from fakie.harness.outstanding import Outstanding

# How long (seconds, real) a callback that has just gone out is waited for, and how often it is looked for.
_ARRIVAL, _LOOK_ARRIVAL = 0.25, 0.0005


class ServiceTime:
    """The time of all accounts of a service, and what becomes due in it."""

    def __init__(self, service: Service, outstanding: Outstanding) -> None:
        self._service = service
        self._outstanding = outstanding
        self._arrived = 0

    def now(self) -> float:
        """Return the present moment, in seconds since the epoch."""
        return self._service.state.clock.now()

    def next_due(self) -> float:
        """Return the moment at which a task ends, a callback is due, or one has waited long enough; else `inf`."""
        seconds = self._service.runner.seconds_to_next()
        event = NEVER if seconds is None else self.now() + seconds
        return min(event, self._outstanding.next_end())

    def advance_to(self, moment: float) -> None:
        """Skip to a moment, and carry out what is due by then; one that has passed moves nothing."""
        self._service.control.time.advance_to(moment, waits=False)
        self._outstanding.end_overdue()
        self._let_arrive()

    def _let_arrive(self) -> None:
        """Wait for callbacks that have just gone out, for a moment: a receiver may itself wait for time."""
        deliveries = self._service.runner.deliveries
        until = real.clock() + _ARRIVAL if deliveries.begun > self._arrived else 0.0
        self._arrived = deliveries.begun
        while any(deliveries.on_their_way.values()) and real.clock() < until:
            real.sleep(_LOOK_ARRIVAL)
