"""`fakie scenario`: the ready scenarios, and what one brings in the course of its day."""

import json
from collections.abc import Iterator, Mapping
from math import inf

import click
from msgspec.structs import replace

from fakie.commands.completing import completed, scenarios
from fakie.commands.groups import PlainGroup
from fakie.commands.options import table_options
from fakie.commands.terminal import show_table
from fakie.core.accounts import handle_of
from fakie.core.control.order_maker import OrderMaker
from fakie.core.control.scenarios import read_steps
from fakie.core.orders import ANY_ENDPOINT, USUAL_ENDPOINT, Fault, OrderTarget
from fakie.core.runtime import Contracts
from fakie.core.scenario.player import Playing
from fakie.core.scenario.scenario import Scenario, Step
from fakie.core.transport_faults import TransportFault
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.scenario_files import read_scenario, scenario_names
from fakie_schemas.schema.words import counted

_COLUMNS = 48
# A scenario whose steps have no end is drawn for so long.
_USUAL_SECONDS = 600.0
_MET, _SPARED, _SHUT = "█", "░", "·"


@click.group(cls=PlainGroup)
def scenario() -> None:
    """Ready scenarios, and what one brings in the course of its day."""


@scenario.command("list")
def listed() -> None:
    """List the ready scenarios."""
    show_table(("scenario", "what it stands for"), [(name, read_scenario(name)["what"]) for name in scenario_names()])


@scenario.command("show")
@click.argument("which", metavar="NAME|FILE", shell_complete=completed(scenarios))
def show(which: str) -> None:
    """Print a scenario as JSON, to be changed and used as a file."""
    data = read_scenario(which)
    read_steps(data, _maker("documented"))
    click.echo(json.dumps(data, ensure_ascii=False, indent=2))


@scenario.command()
@click.argument("which", metavar="NAME|FILE", shell_complete=completed(scenarios))
@table_options("scenario")
def explain(which: str, key: str, profile: str) -> None:
    """Draw the day of a scenario for one account that asks once in each column."""
    read = read_steps(read_scenario(which), _maker(profile))
    for line in timeline(read, handle_of(key)):
        click.echo(line)


def timeline(scenario: Scenario, account: str) -> Iterator[str]:
    """Return the lines that draw a scenario: for each step what an account meets that asks once in each column."""
    seconds = _length(scenario)
    again = "then it begins again" if scenario.lasts < inf else "then it goes on as at its end"
    yield f"{scenario.name} (seed {scenario.seed}): {scenario.what}".rstrip(": ")
    yield f"{_duration(seconds)}, {again}; {counted(len(scenario.steps), 'step')}"
    yield ""
    width = max(len(step.id) for step in scenario.steps)
    yield f"{'':{width}}  {_scale(seconds)}"
    for step in scenario.steps:
        yield f"{step.id:{width}}  {_bar(scenario, step, account, seconds / _COLUMNS)}  {describe(step)}"
    yield ""
    yield f"{_MET} met   {_SPARED} open, and spared by chance or quota   {_SHUT} not open"


def describe(step: Step) -> str:
    """Say in a line which requests meet a step, and what they meet."""
    where = step.where
    asked = "any request" if where.endpoint == ANY_ENDPOINT else where.endpoint
    parts = [asked, *(f"of {one}" for one in (where.model, where.account) if one)]
    parts += [f"with {json.dumps(where.when, ensure_ascii=False)}"] if where.when is not None else []
    parts += [f"beyond {step.quota.requests} in {step.quota.seconds:g} s"] if step.quota else []
    parts += [f"{where.probability:.0%} of them"] if where.probability < 1 else []
    return f"{' '.join(parts)}: {_effect(step)}"


def _effect(step: Step) -> str:
    effect = step.effect
    time = str(step.spread) if step.spread else ""
    if isinstance(effect, Fault):
        return effect.situation if effect.status is None else f"{effect.situation}, HTTP {effect.status}"
    if isinstance(effect, TransportFault):
        return f"{effect.kind} {time or (f'{effect.seconds:g} s' if effect.seconds else '')}".rstrip()
    time = time or (f"{effect.seconds:g} s" if effect.seconds is not None else "")
    ending = f"the task fails with {effect.failure.code}" if effect.failure else ""
    quirk = f"its callback is {effect.quirk}" if effect.quirk else ""
    by = f"the task goes by {effect.by}" if effect.by != "time" else ""
    took = f"the task takes {time}" if time else ""
    return ", ".join(part for part in (ending, by, took, quirk) if part) or "the task goes as usual"


def _bar(scenario: Scenario, step: Step, account: str, stride: float) -> str:
    playing = Playing(replace(scenario, steps=(step,)), None, 0.0)
    endpoint = USUAL_ENDPOINT if step.where.endpoint == ANY_ENDPOINT else step.where.endpoint
    # A request that fits, so that only window, quota and chance decide.
    when = step.where.when
    body = {"any": when} if isinstance(when, str) else when if isinstance(when, Mapping) else None
    model = (step.where.model or "").replace("*", "x") or None
    meant = step.where.account or account
    target = OrderTarget(endpoint, meant, model, body, meant)
    signs = ""
    for column in range(_COLUMNS):
        moment = (column + 0.5) * stride
        met = playing.meet(target, moment).steps
        signs += _MET if met else _SPARED if step.is_on(scenario.age(moment)) else _SHUT
    return signs


def _scale(seconds: float) -> str:
    quarters = [_duration(seconds * part / 4) for part in range(4)]
    return "".join(f"{mark:<{_COLUMNS // 4}}" for mark in quarters) + _duration(seconds)


def _length(scenario: Scenario) -> float:
    if scenario.lasts < inf:
        return scenario.lasts
    ends = [step.ends for step in scenario.steps if step.ends < inf]
    begins = [step.begins for step in scenario.steps]
    return max([*ends, *(begin + _USUAL_SECONDS for begin in begins if not ends)], default=_USUAL_SECONDS)


def _duration(seconds: float) -> str:
    hours, rest = divmod(round(seconds), 3600)
    minutes, left = divmod(rest, 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else "", f"{left} s" if left else ""]
    return " ".join(part for part in parts if part) or "0 s"


def _maker(profile: str) -> OrderMaker:
    return OrderMaker(Contracts(Catalog.shipped(None, "pinned"), Profile.load(profile)))
