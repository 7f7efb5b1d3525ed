"""Playing scenarios: which steps a request meets, as a function of the scenario, the account and its requests."""

import threading
from collections import Counter
from dataclasses import dataclass, field

from fakie.core.chance import draw
from fakie.core.orders import Fault, OrderTarget
from fakie.core.scenario.scenario import Effect, Scenario, Step
from fakie.core.tasks.plans import PlanOrder
from fakie.core.transport_faults import TransportFault


@dataclass(frozen=True)
class RequestEffects:
    """The effects that one request meets; `steps` names the steps, each as scenario/step, the fault's first."""

    steps: tuple[str, ...] = ()
    fault: Fault | None = None
    transport_fault: TransportFault | None = None
    plan: PlanOrder | None = None


NOTHING_MET = RequestEffects()


@dataclass
class Playing:
    """A scenario that is played: for one account, by its handle, or for all; `began` is a time since the epoch."""

    scenario: Scenario
    account: str | None
    began: float
    # How many requests of an account an endpoint has had, and how many a step with a quota has had in its stretch.
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    passed: Counter[tuple[str, str, int, int]] = field(default_factory=Counter)

    def meet(self, target: OrderTarget, now: float) -> RequestEffects:
        """Return what a request meets at a moment of its account's clock, and count it."""
        account = target.account or ""
        self.asked[account, target.endpoint] += 1
        names = (account, target.endpoint, self.asked[account, target.endpoint])
        seconds = max(0.0, now - self.began)
        met: dict[type[Effect], tuple[str, Effect]] = {}
        for step in self.scenario.steps:
            if self.meets(step, target, seconds, names):
                drawn = draw(self.scenario.seed, step.id, "seconds", *names)
                met.setdefault(type(step.effect), (step.id, step.effect_at(drawn)))
        return self._summed(met)

    def meets(self, step: Step, target: OrderTarget, seconds: float, names: tuple[str, str, int]) -> bool:
        """Return whether a request meets a step, so many seconds after the beginning, and count it for its quota.

        `names` are the account's handle, the endpoint and the request's number among those of the account there.
        """
        age = self.scenario.age(seconds)
        if not (step.is_on(age) and step.fits(target)):
            return False
        if step.quota is not None:
            stretch = (step.id, names[0], self.scenario.round(seconds), step.stretch(age))
            self.passed[stretch] += 1
            if self.passed[stretch] <= step.quota.requests:
                return False
        return draw(self.scenario.seed, step.id, "met", *names) < step.where.probability

    def _summed(self, met: dict[type[Effect], tuple[str, Effect]]) -> RequestEffects:
        if Fault in met:
            # A request that is refused makes no task.
            met.pop(PlanOrder, None)
        found = {kind: effect for kind, (_, effect) in met.items()}
        steps = tuple(f"{self.scenario.name}/{step}" for step, _ in met.values())
        return RequestEffects(steps, found.get(Fault), found.get(TransportFault), found.get(PlanOrder))  # type: ignore[arg-type]


class ScenarioPlayer:
    """The scenarios that are played: one for all accounts, and one for each account that has its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._playing: dict[str | None, Playing] = {}

    @property
    def playing(self) -> list[Playing]:
        """The scenarios that are played, the one for all accounts first."""
        with self._lock:
            return sorted(self._playing.values(), key=lambda one: one.account or "")

    def play(self, scenario: Scenario, account: str | None, now: float) -> None:
        """Play a scenario from now on, in place of the one that was played for the account, or for all."""
        with self._lock:
            self._playing[account] = Playing(scenario, account, now)

    def stop(self, account: str | None = None) -> int:
        """End the scenario of an account, or all; return how many there were."""
        with self._lock:
            gone = [one for one in self._playing if account in (None, one)]
            for one in gone:
                del self._playing[one]
        return len(gone)

    def __bool__(self) -> bool:
        """Return whether anything is played."""
        return bool(self._playing)

    def meet(self, target: OrderTarget, now: float) -> RequestEffects:
        """Return what a request meets: of its account's own scenario, else of the one for all."""
        with self._lock:
            playing = self._playing.get(target.account) or self._playing.get(None)
            return playing.meet(target, now) if playing else NOTHING_MET
