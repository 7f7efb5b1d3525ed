"""What can be said of one test's fake, by marker or by the fixture `fakie_settings`. Imports nothing heavy."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from fakie_schemas.errors import ConfigurationError
from fakie_schemas.options.table import option_of

ARGUMENTS: Mapping[str, str] = {
    "profile": "which answers to give",
    "docs": "which page of a model counts: pinned, latest, or a date",
    "http_status": "mirror: the code as HTTP status too",
    "speed": "how many times faster jobs go",
    "credits": "what the test's account starts with",
    "webhook_key": "sign callbacks with this key",
    "fast_forward": "False: sleep for real",
    "other_hosts": "pass or refuse",
    "fail": "a situation or code, or a list of them, for the first createTask requests",
    "spoil": "how the first createTask answers go wrong: lost, reset, empty, truncated, malformed, or a list of them",
}
_NAMES = ("fail", "spoil", "profile")
# What an option of the same name takes, by the tool that has the option.
_AS_OPTION = dict.fromkeys(("docs", "http_status", "speed", "credits", "webhook_key"), "serve")
_AS_OPTION["other_hosts"] = "plugin"


def argument_fault(given: Mapping[str, Any]) -> str | None:
    """Say what is wrong with a marker's arguments, and what would be right, or return None."""
    unknown = [name for name in given if name not in ARGUMENTS]
    if unknown:
        return f"has no argument {hinted(unknown[0], ARGUMENTS)}"
    if not isinstance(given.get("fast_forward", True), bool):
        return f"fast_forward: expected True or False; got {given['fast_forward']!r}"
    for name in sorted(name for name in _AS_OPTION if given.get(name) is not None):
        try:
            option_of(_AS_OPTION[name], name).read(str(given[name]), shown_as=name)
        except ConfigurationError as error:
            return str(error)
    return _unknown_name(given)


def hinted(wrong: object, known: Iterable[str]) -> str:
    """Write a name that is not known, with the near one and those that are."""
    near = difflib.get_close_matches(str(wrong), list(known), 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"{wrong!r}{hint} (it has: {', '.join(known)})"


def listed(value: Any) -> list[Any]:
    """Return a value alone as a list of one."""
    return list(value) if isinstance(value, list | tuple) else [value]


def _unknown_name(given: Mapping[str, Any]) -> str | None:
    if not set(_NAMES) & set(given):
        return None
    from fakie.harness.words import known_faults, known_profiles, known_spoils

    choices = {"fail": known_faults(), "spoil": known_spoils(), "profile": known_profiles()}
    for name, known in choices.items():
        wrong = [value for value in listed(given.get(name, [])) if str(value) not in known]
        if wrong:
            return f"has no {name} {hinted(wrong[0], known)}"
    return None
