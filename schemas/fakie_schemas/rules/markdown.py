"""The table of rules as a page of the docs."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from fakie_schemas.rules.table import Rule

_HEAD = """# Rules

Everything that fakie judges by, made from its table (`make rules`; `fakie rules --json` has the same as data).
*Weighs*: `breaking`, `minor` or `info`; *by mark*: minor where the evidence is inferred or invented, else breaking;
*known*: info, because the wire is known to differ from the page so. `{…}` stands for what a finding fills in.
*Evidence* ends with how sure it is: read on a page, observed on the wire, reported, inferred or invented by us.
"""
_SURE: Mapping[str, str] = {
    "user": "page",
    "doc": "page",
    "obs": "observed",
    "rep": "reported",
    "inf": "inferred",
    "inv": "invented",
}
_AREAS = {
    "account": "What an account is charged",
    "answer": "Any answer",
    "callback": "A callback",
    "conduct": "The client under test",
    "drift": "Two pages of one model",
    "receiver": "A webhook receiver under test",
    "record": "What recordInfo tells of a task",
    "request": "A request",
    "result": "What a task results in",
    "shape": "The keys and types of an answer or a callback",
    "task": "A task from its creation on",
}


def as_markdown(rules: Iterable[Rule]) -> str:
    """Return the page of these rules, a table for each area."""
    parts = [_HEAD, *(_area(area, of_it) for area, of_it in groupby(rules, key=lambda rule: rule.area))]
    return "\n".join(parts)


def _area(area: str, rules: Iterable[Rule]) -> str:
    rows = "\n".join(_row(rule) for rule in rules)
    head = "| rule | place | expected | weighs | evidence | judged by |\n|---|---|---|---|---|---|"
    return f"## {_AREAS[area]}\n\n{head}\n{rows}\n"


def _row(rule: Rule) -> str:
    place = f"`{rule.place}`" if rule.place else ""
    weight = rule.severity.replace("_", " ") + (f": {rule.why}" if rule.why else "")
    evidence = f"{rule.source} [{_SURE[rule.mark]}]"
    cells = (f"`{rule.id}`", place, rule.expected, weight, evidence, "; ".join(_judges(rule)))
    return f"| {' | '.join(cells)} |"


def _judges(rule: Rule) -> Iterator[str]:
    yield ", ".join(rule.judges)
    yield from (f"not {judge}: {reason}" for judge, reason in rule.without.items())
