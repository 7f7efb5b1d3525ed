"""Playing scenarios: which steps a request meets, as a function of the scenario, the account and its requests."""

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct, field

from fakie.core.chance import draw
from fakie.core.orders import Fault, OrderTarget
from fakie.core.scenario.scenario import Effect, Scenario, Step
from fakie.core.scenario.shelf import MemoryCounts, ScenarioCounts, ScenarioShelf, Stretch
from fakie.core.tasks.plans import PlanOrder
from fakie.core.transport_faults import TransportFault

ReadScenario = Callable[[Mapping[str, Any]], Scenario]


class RequestEffects(Struct, frozen=True):
    """The effects that one request meets; `steps` names the steps, each as scenario/step, the fault's first."""

    steps: tuple[str, ...] = ()
    fault: Fault | None = None
    transport_fault: TransportFault | None = None
    plan: PlanOrder | None = None


NOTHING_MET = RequestEffects()


class Playing(Struct, frozen=True):
    """A scenario that is played: for one account, by its handle, or for all; `began` is a time since the epoch."""

    scenario: Scenario
    account: str | None
    began: float
    counts: ScenarioCounts = field(default_factory=MemoryCounts)

    def meet(self, target: OrderTarget, now: float) -> RequestEffects:
        """Return what a request meets at a moment of its account's clock, and count it."""
        account, scenario = target.account or "", self.scenario
        seconds = max(0.0, now - self.began)
        age = scenario.age(seconds)
        steps = [step for step in scenario.steps if step.is_on(age) and step.fits(target)]
        quotas = {f"{step.id} {account}": self._stretch(step, seconds, age) for step in steps if step.quota}
        number, passed = self.counts.count(f"{target.endpoint} {account}", quotas)
        names = (target.drawn_as, target.endpoint, number)
        met: dict[type[Effect], tuple[str, Effect]] = {}
        for step in steps:
            if step.quota is not None and passed[f"{step.id} {account}"] <= step.quota.requests:
                continue
            if draw(scenario.seed, step.id, "met", *names) < step.where.probability:
                drawn = draw(scenario.seed, step.id, "seconds", *names)
                met.setdefault(type(step.effect), (step.id, step.effect_at(drawn)))
        return self._summed(met)

    def _stretch(self, step: Step, seconds: float, age: float) -> Stretch:
        return self.scenario.round(seconds), step.stretch(age)

    def _summed(self, met: dict[type[Effect], tuple[str, Effect]]) -> RequestEffects:
        if Fault in met:
            # A request that is refused makes no task.
            met.pop(PlanOrder, None)
        found = {kind: effect for kind, (_, effect) in met.items()}
        steps = tuple(f"{self.scenario.name}/{step}" for step, _ in met.values())
        return RequestEffects(steps, found.get(Fault), found.get(TransportFault), found.get(PlanOrder))  # type: ignore[arg-type]


class ScenarioPlayer:
    """The scenarios that a store keeps, read by `read` whenever they are others than before."""

    def __init__(self, shelf: ScenarioShelf, read: ReadScenario) -> None:
        self._shelf = shelf
        self._read = read
        self._seen: tuple[object, Mapping[str | None, Playing]] = (None, {})

    @property
    def playing(self) -> list[Playing]:
        """The scenarios that are played, the one for all accounts first."""
        return sorted(self._now().values(), key=lambda one: one.account or "")

    def play(self, data: Mapping[str, Any], account: str | None, now: float) -> None:
        """Play a scenario from now on, in place of the one that was played for the account, or for all."""
        self._shelf.play(data, account, now)

    def stop(self, account: str | None = None) -> int:
        """End the scenario of an account, or all; return how many there were."""
        return self._shelf.stop(account)

    def __bool__(self) -> bool:
        """Return whether anything is played."""
        version, played = self._seen
        return bool(played if version == self._shelf.version() else self._now())

    def meet(self, target: OrderTarget, now: float) -> RequestEffects:
        """Return what a request meets: of its account's own scenario, else of the one for all."""
        played = self._now()
        playing = played.get(target.account) or played.get(None)
        return playing.meet(target, now) if playing else NOTHING_MET

    def _now(self) -> Mapping[str | None, Playing]:
        version, (seen, played) = self._shelf.version(), self._seen
        if version != seen:
            # The version before: what changes meanwhile is read once more.
            kept = self._shelf.kept()
            played = {one.account: Playing(self._read(one.data), one.account, one.began, one.counts) for one in kept}
            self._seen = (version, played)
        return played
