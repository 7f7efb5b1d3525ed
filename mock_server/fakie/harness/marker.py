"""What is wrong with the arguments of the marker `fakie`, found before any test runs."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from fakie.harness.chosen import options, read_marked
from fakie.harness.words import known_faults, known_profiles, known_spoils, why_no_profile
from fakie_schemas.errors import ConfigurationError


def marker_fault(given: Sequence[object], named: Mapping[str, Any], known: Iterable[str], folder: Path) -> str | None:
    """Return what is wrong with a marker, and what would be right; None when nothing is.

    `known` are its arguments; a relative path is meant from `folder`.
    """
    unknown = [str(name) for name in named if name not in known] or [str(one) for one in given]
    if unknown:
        return f"has no argument {_hinted(unknown[0], known)}"
    fault = profile_fault(named["profile"]) if "profile" in named else ""
    return f"profile: {fault}" if fault else _option_fault(named, folder) or _order_fault(named)


def profile_fault(name: object) -> str:
    """Tell what is wrong with a profile, a shipped one or a file; empty when nothing is."""
    if str(name).endswith(".json"):
        return why_no_profile(str(name))
    return "" if name in known_profiles() else f"there is no {_hinted(name, known_profiles())}"


def _option_fault(named: Mapping[str, Any], folder: Path) -> str | None:
    try:
        for name, option in options().items():
            if name in named:
                read_marked(option, named[name], folder)
    except ConfigurationError as error:
        return str(error)
    return None


def _order_fault(named: Mapping[str, Any]) -> str | None:
    if not {"fail", "spoil"} & set(named):
        return None
    for name, known in {"fail": known_faults(), "spoil": known_spoils()}.items():
        wrong = [value for value in _listed(named.get(name, [])) if str(value) not in known]
        if wrong:
            return f"has no {name} {_hinted(wrong[0], known)}"
    return None


def _hinted(wrong: object, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(str(wrong), list(known), 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"{wrong!r}{hint} (it has: {', '.join(known)})"


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]
