"""Words that a shell completes: models, situations, profiles, scenarios, areas of rules. Imports nothing heavy."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import click

Complete = Callable[[click.Context, click.Parameter, str], list[str]]


def completed(words: Callable[[], Iterable[str]]) -> Complete:
    """Return a completion of click's: those of the words that begin with what is typed."""

    def complete(context: click.Context, parameter: click.Parameter, typed: str) -> list[str]:  # noqa: ARG001
        return [word for word in words() if word.startswith(typed)]

    return complete


def models() -> Iterable[str]:
    """Return the models that are shipped."""
    from fakie_schemas.catalog.catalog import Catalog

    return Catalog.shipped().models


def models_and_endpoints() -> Iterable[str]:
    """Return what `fakie show` shows: models, and endpoints that have pages of their own."""
    from fakie_schemas.families.family import with_pages

    return (*models(), *with_pages())


def situations() -> Iterable[str]:
    """Return the situations that can be ordered."""
    from fakie_schemas.catalog.profile import Profile

    return Profile.load("documented").orderable


def profiles() -> Iterable[str]:
    """Return the profiles that are shipped."""
    from fakie_schemas.catalog.profile_files import profile_names

    return profile_names()


def scenarios() -> Iterable[str]:
    """Return the scenarios that are ready."""
    from fakie_schemas.scenario_files import scenario_names

    return scenario_names()


def areas() -> Iterable[str]:
    """Return what there are rules about."""
    from fakie_schemas.rules.table import rules

    return dict.fromkeys(rule.area for rule in rules().values())


# By the key of an option in the table.
_OPTIONS: Mapping[str, Callable[[], Iterable[str]]] = {
    "disable": models,
    "expect": profiles,
    "model": models,
    "profile": profiles,
    "scenario": scenarios,
    "way": lambda: (f"{name}=" for name in situations()),
}


def completing(key: str, metavar: str) -> Mapping[str, Any]:
    """Return what makes click complete an option: by its key, or by the words of a metavar such as `[on|off]`."""
    words = _OPTIONS.get(key)
    if words is None and metavar.startswith("[") and "|" in metavar:
        choices = metavar.strip("[]").split("|")
        return {"shell_complete": completed(lambda: choices)}
    return {} if words is None else {"shell_complete": completed(words)}
