"""The arguments of one test's fake, by marker or by fixture, and what is wrong with them. Imports nothing heavy."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from fakie_schemas.account_words import NamedAccount
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.nearest import did_you_mean
from fakie_schemas.options.option import Option
from fakie_schemas.options.table import options_of

# What a fake is made of; the other options are about the test around it.
_SHAPE = (
    *("speed", "credits", "webhook_key", "prices", "rate_limit", "limits", "http_status", "wire", "latency", "files"),
    *("account", "prompt_orders", "way"),
)
# What can be said besides the options.
_ORDERS = {
    "fail": "a situation or code, or a list of them, for the first createTask requests",
    "spoil": "how the first createTask answers go wrong: lost, reset, empty, truncated, malformed, or a list of them",
}


@cache
def options() -> Mapping[str, Option]:
    """Return the options of the plugin by their keys, which are the marker's arguments too."""
    return {option.key: option for option in options_of("plugin")}


def arguments() -> tuple[str, ...]:
    """Return the names of everything that can be said."""
    return (*options(), *_ORDERS)


def said(named: Mapping[str, Any], folder: Path, otherwise: Callable[[Option], Any]) -> dict[str, Any]:
    """Return the value of every argument: as named, an option that is not (or is None) as `otherwise` has it.

    Raises ConfigurationError for a value that cannot be meant.
    """
    known = options()
    own = {key: read_marked(known[key], value, folder) for key, value in named.items() if key in known}
    values = {key: otherwise(option) if own.get(key) is None else own[key] for key, option in known.items()}
    return {**values, **{name: _listed(named.get(name, [])) for name in _ORDERS}}


def shape(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those values that make a fake, but for its profile and its catalog."""
    return {key: values[key] for key in _SHAPE}


def read_marked(option: Option, value: Any, folder: Path) -> Any:
    """Return what an argument of the marker means, None for None; raises ConfigurationError as for an option.

    A relative path is meant from the root of the project.
    """
    if value is None:
        return None
    if isinstance(value, Mapping) and option.key == "scenario":
        return value
    if option.many:
        return tuple(option.meant(one, folder) for one in _listed(value))
    return option.meant(value, folder)


def marker_fault(given: Sequence[object], named: Mapping[str, Any], folder: Path) -> str | None:
    """Return what is wrong with a marker, and what would be right; None when nothing is.

    A relative path is meant from `folder`.
    """
    if not given and not named:
        return None
    unknown = [name for name in named if name not in arguments()]
    if unknown:
        return f"has no argument {_hinted(unknown[0], arguments())}"
    if given:
        has = ", ".join(arguments())
        return f"takes arguments by name alone, such as credits=5; got {given[0]!r:.100} (it has: {has})"
    fault = profile_fault(named["profile"]) if named.get("profile") is not None else ""
    return f"profile: {fault}" if fault else _option_fault(named, folder) or _order_fault(named)


def check_settings(named: Mapping[str, Any], folder: Path) -> None:
    """Raise ConfigurationError for what is wrong with `fakie_settings`, which takes what a marker takes."""
    if not isinstance(named, Mapping):
        raise ConfigurationError(f"fakie_settings: expected a dict of the marker's arguments; got {named!r:.80}")
    fault = marker_fault((), named, folder)
    if fault:
        raise ConfigurationError(f"fakie_settings {fault}")


def profile_fault(name: object) -> str:
    """Tell what is wrong with a profile, a shipped one or a file; empty when nothing is."""
    from fakie.harness.option_choices import known_profiles, why_no_profile

    if str(name).endswith(".json"):
        return why_no_profile(str(name))
    return "" if name in known_profiles() else f"there is no {_hinted(name, known_profiles())}"


def account_fault(accounts: Iterable[NamedAccount]) -> str | None:
    """Tell what is wrong with what named accounts meet, or None."""
    words = [word for one in accounts for word in one.orders]
    if not words:
        return None
    from fakie.harness.option_choices import known_faults, known_plans, known_spoils

    known = {"fault": known_faults, "spoil": known_spoils, "plan": known_plans}
    for word in words:
        if word.what not in known[word.kind]():
            return f"account: has no {word.kind} {_hinted(word.what, known[word.kind]())}"
    return None


def _option_fault(named: Mapping[str, Any], folder: Path) -> str | None:
    try:
        for name, option in options().items():
            if name in named:
                read = read_marked(option, named[name], folder)
                if name == "account" and read:
                    return account_fault(read)
    except ConfigurationError as error:
        return str(error)
    return None


def _order_fault(named: Mapping[str, Any]) -> str | None:
    if not set(_ORDERS) & set(named):
        return None
    from fakie.harness.option_choices import known_faults, known_spoils

    faults, spoils = known_faults(), known_spoils()
    for name, known, other, others in (("fail", faults, "spoil", spoils), ("spoil", spoils, "fail", faults)):
        wrong = [value for value in _listed(named.get(name, [])) if str(value) not in known]
        if wrong and str(wrong[0]) in others:
            return f"has no {name} {wrong[0]!r}, which is one of {other}: {other}={wrong[0]!r}"
        if wrong:
            return f"has no {name} {_hinted(wrong[0], known)}"
    return None


def _hinted(wrong: object, known: Iterable[str]) -> str:
    return f"{wrong!r}{did_you_mean(wrong, known)} (it has: {', '.join(known)})"


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
