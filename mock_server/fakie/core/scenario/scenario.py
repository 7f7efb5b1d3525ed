"""A scenario: steps, each with its window, the requests that it is for, and what these meet."""

from math import inf

from msgspec import Struct
from msgspec.structs import replace

from fakie.core.chance import Spread
from fakie.core.orders import Fault, OrderScope, OrderTarget
from fakie.core.tasks.plans import PlanOrder
from fakie.core.transport_faults import TransportFault

Effect = Fault | TransportFault | PlanOrder


class Quota(Struct, frozen=True):
    """A quota: `requests` of an account pass in each stretch of `seconds`, counted from the step's beginning."""

    requests: int
    seconds: float


class Step(Struct, frozen=True):
    """The effects on requests from `begins` up to `ends`, in seconds since the scenario began.

    `where` says which requests, and with which probability; with a `quota` only those beyond it. `spread` takes the
    place of the effect's seconds.
    """

    id: str
    effect: Effect
    where: OrderScope
    begins: float = 0.0
    ends: float = inf
    quota: Quota | None = None
    spread: Spread | None = None

    def is_on(self, age: float) -> bool:
        """Return whether its window is open."""
        return self.begins <= age < self.ends

    def fits(self, target: OrderTarget) -> bool:
        """Return whether it is for a request; plans are for those that make a task."""
        return self.where.fits(target)

    def stretch(self, age: float) -> int:
        """Return which stretch of its quota a moment lies in."""
        return 0 if self.quota is None else int((age - self.begins) / self.quota.seconds)

    def effect_at(self, drawn: float) -> Effect:
        """Return what a request meets, for a number between 0 and 1."""
        if self.spread is None or isinstance(self.effect, Fault):
            return self.effect
        return replace(self.effect, seconds=self.spread.seconds(drawn))


class Scenario(Struct, frozen=True):
    """A named course of steps; what goes by chance goes by the `seed`. After `lasts` seconds it begins again."""

    name: str
    seed: str
    steps: tuple[Step, ...]
    lasts: float = inf
    what: str = ""

    def age(self, seconds: float) -> float:
        """Return where in its course it is, so many seconds after it began."""
        return seconds if self.lasts == inf else seconds % self.lasts

    def round(self, seconds: float) -> int:
        """Return how often it has begun again."""
        return 0 if self.lasts == inf else int(seconds // self.lasts)
