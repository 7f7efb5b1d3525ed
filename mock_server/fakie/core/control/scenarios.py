"""Control of scenarios: read with all checks, played for one account or for all, and ended."""

from collections.abc import Callable, Mapping
from math import inf
from typing import Any

from msgspec.structs import replace

import fakie_schemas
from fakie.core.accounts import HandleOf, handle_of
from fakie.core.chance import Spread
from fakie.core.control.accounts import AccountControl
from fakie.core.control.arguments import SCENARIO, SECONDS, check
from fakie.core.control.errors import WrongOrderError, hinted
from fakie.core.control.order_maker import OrderMaker
from fakie.core.orders import USUAL_ENDPOINT
from fakie.core.scenario.player import Playing, ReadScenario, ScenarioPlayer
from fakie.core.scenario.scenario import Effect, Quota, Scenario, Step
from fakie.core.transport_faults import LONGEST_SECONDS
from fakie_schemas.catalog.validation import first_violation
from fakie_schemas.families.family import of_kind
from fakie_schemas.scenario_files import read_scenario, scenario_names
from fakie_schemas.validator import contract_validator, holds

_EFFECTS = ("fault", "transport_fault", "plan")
# How long what goes by chance takes at most (s), as the orders of these kinds have it.
_LONGEST: Mapping[str, float] = {"transport_fault": LONGEST_SECONDS, "plan": SECONDS["maximum"]}


class ScenarioControl:
    """Scenarios by name or as data; one of which a step could never be met is refused."""

    def __init__(self, maker: OrderMaker, player: ScenarioPlayer, accounts: AccountControl) -> None:
        self._maker = maker
        self._player = player
        self._accounts = accounts

    def play(self, scenario: str | Mapping[str, Any], account: str | None = None) -> Scenario:
        """Play a ready scenario, or one that is given as data, from now on; in place of the one that was played."""
        check(SCENARIO, {"scenario": scenario, "account": account})
        data = _ready(scenario) if isinstance(scenario, str) else scenario
        read = read_steps(data, self._maker, self._accounts.handle_of)
        own = None if account is None else self._accounts.get(account)
        began = (own.clock if own else self._accounts.common).now()
        self._player.play(_without_keys(data, read), own.handle if own else None, began)
        return read

    def stop(self, account: str | None = None) -> int:
        """End the scenario of an account, or all; return how many there were."""
        return self._player.stop(self._accounts.handle(account))

    @property
    def playing(self) -> list[Playing]:
        """The scenarios that are played."""
        return self._player.playing


def _without_keys(data: Mapping[str, Any], read: Scenario) -> Mapping[str, Any]:
    """Return a scenario's data with handles in place of keys: a store may be a place that holds none."""
    steps = [dict(given) for given in data["steps"]]
    for given, step in zip(steps, read.steps, strict=True):
        if "account" in given:
            given["account"] = step.where.account
    return {**data, "steps": steps}


def as_kept(maker: OrderMaker) -> ReadScenario:
    """Return what reads a scenario's data as they are kept."""
    return lambda data: read_steps(data, maker, str)


def _ready(name: str) -> Mapping[str, Any]:
    # By name alone: whoever calls a lever must not make the fake read files.
    if name not in scenario_names():
        raise WrongOrderError(hinted("scenario", name, scenario_names()))
    return read_scenario(name)


def read_steps(data: Mapping[str, Any], maker: OrderMaker, named: HandleOf = handle_of) -> Scenario:
    """Read a scenario's data; raises WrongOrderError with the step, what was expected, what came, what works."""
    schema = fakie_schemas.format_schema("scenario")
    _check_names("scenario", data, schema["properties"])
    for number, given in enumerate(data["steps"] if isinstance(data.get("steps"), list) else ()):
        _check_names(f"steps[{number}]", given, schema["properties"]["steps"]["items"]["properties"])
    _check(schema, data, "scenario")
    lasts = data.get("lasts", inf)
    steps: list[Step] = []
    for number, given in enumerate(data["steps"]):
        try:
            step = _step(given, maker, schema, named)
            _check_window(step, lasts)
            _check_among(step, steps)
        except WrongOrderError as error:
            raise WrongOrderError(f"steps[{number}] {given['id']!r}: {error}") from None
        steps.append(step)
    return Scenario(data["name"], data.get("seed", data["name"]), tuple(steps), lasts, data.get("what", ""))


def _step(given: Mapping[str, Any], maker: OrderMaker, schema: Mapping[str, Any], named: HandleOf) -> Step:
    kind = next(name for name in _EFFECTS if name in given)
    selected = {name: given[name] for name in ("model", "endpoint", "when", "probability") if name in given}
    where = maker.where({**selected, "times": None})
    if kind == "plan" and where.endpoint not in (*of_kind("create"), *of_kind("transform")):
        raise WrongOrderError(f"endpoint: {where.endpoint!r} makes no task, and a plan is a task's; leave it out")
    effect, spread = _effect(kind, dict(given[kind]), given, maker, schema)
    if "account" in given:
        where = replace(where, account=named(given["account"]))
    quota = Quota(**given["quota"]) if "quota" in given else None
    return Step(given["id"], effect, where, given.get("from", 0.0), given.get("to", inf), quota, spread)


def _effect(
    kind: str, effect: dict[str, Any], step: Mapping[str, Any], maker: OrderMaker, schema: Mapping[str, Any]
) -> tuple[Effect, Spread | None]:
    asked = {"endpoint": USUAL_ENDPOINT} | {name: step[name] for name in ("endpoint", "model") if name in step}
    doubled = [name for name in effect if name in step or name in {"times", "after", "account", "probability", "when"}]
    if doubled:
        raise WrongOrderError(f"{kind}.{doubled[0]}: which requests are meant is said by the step, not by its {kind}")
    spread = None
    if isinstance(effect.get("seconds"), Mapping):
        spread = _spread(effect["seconds"], schema, _LONGEST.get(kind, inf))
        # The most that it says of itself: what the order of this kind takes holds for each draw.
        effect["seconds"] = spread.p90 if spread.median is not None else spread.high
    makers: Mapping[str, Callable[..., Effect]] = {
        "fault": maker.fault,
        "transport_fault": maker.transport_fault,
        "plan": maker.plan,
    }
    return makers[kind](**effect, **asked), spread


def _spread(given: Mapping[str, Any], schema: Mapping[str, Any], longest: float) -> Spread:
    _check(schema["$defs"]["spread"], given, "seconds")
    if "median" in given:
        if given["p90"] < given["median"]:
            raise WrongOrderError(f"seconds: expected a p90 that is not below the median; got {given['p90']:g}")
        return Spread.around(given["median"], given["p90"], longest)
    if given["to"] < given["from"]:
        raise WrongOrderError(f"seconds: expected a `to` that is not below `from`; got {given['to']:g}")
    return Spread(given["from"], given["to"])


def _check_names(where: str, given: Any, known: Mapping[str, Any]) -> None:
    for name in given if isinstance(given, Mapping) else ():
        if name not in known:
            raise WrongOrderError(hinted(where, name, known))


def _check(schema: Mapping[str, Any], given: Any, what: str) -> None:
    if not holds(schema, given):
        wrong = first_violation(contract_validator(schema), given)
        if wrong:
            field = what if wrong.field == "body" else f"{what}: {wrong.field}"
            raise WrongOrderError(f"{replace(wrong, field=field).told}; for example {wrong.works}")


def _check_window(step: Step, lasts: float) -> None:
    if step.ends <= step.begins:
        raise WrongOrderError(f"to: expected a moment after {step.begins:g} s, when it begins; got {step.ends:g}")
    end = step.begins if step.ends == inf else step.ends
    if end > lasts or step.begins >= lasts:
        raise WrongOrderError(f"its window lies beyond the {lasts:g} s after which the scenario begins again")


def _check_among(step: Step, earlier: list[Step]) -> None:
    """Refuse a name that is taken, and a step that an earlier one always comes before."""
    for other in earlier:
        if other.id == step.id:
            raise WrongOrderError("id: an earlier step has the same; give each step its own")
        if type(other.effect) is type(step.effect) and _takes_all(other, step):
            raise WrongOrderError(
                f"its window overlaps that of {other.id!r}, which all these requests meet first; "
                "move one of them, or give the earlier one a probability"
            )


def _takes_all(other: Step, step: Step) -> bool:
    """Return whether an earlier step leaves a later one none of its requests, or some of one that is for all."""
    wide = all(getattr(other.where, name) in (default, getattr(step.where, name)) for name, default in _WIDE.items())
    if not (wide and _meets_all(other)):
        return False
    inside = other.begins <= step.begins and step.ends <= other.ends
    overlap = max(step.begins, other.begins) < min(step.ends, other.ends)
    return inside or (overlap and _meets_all(step))


def _meets_all(step: Step) -> bool:
    return step.where.probability >= 1 and step.quota is None


_WIDE: Mapping[str, Any] = {"account": None, "model": None, "when": None, "endpoint": "*"}
