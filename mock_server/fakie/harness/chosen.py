"""Choosing how a test's fake is made: by marker, fixture, command line, environment, settings file. Imports little."""

from collections.abc import Mapping
from typing import Any

import pytest

from fakie.harness.env_lines import FORMS, variable
from fakie.harness.marker import account_fault, check_settings, options, profile_fault, said
from fakie_schemas.addresses import UnclearUrl, read_url
from fakie_schemas.options.pytest_options import value_of
from fakie_schemas.options.table import options_of


def chosen(config: pytest.Config, settings: Mapping[str, Any], item: pytest.Item | None = None) -> dict[str, Any]:
    """Return the value of every argument for a test: as its markers say, else as `fakie_settings`, else as the options.

    Raises ConfigurationError for settings that cannot be meant; what markers say has been checked before.
    """
    check_settings(settings, config.rootpath)
    named = {**settings, **(_marked(item) if item else {})}
    return said(named, config.rootpath, lambda option: value_of(config, option))


def check(config: pytest.Config, *, also_of_the_suite: bool) -> None:
    """Raise pytest.UsageError for a value that cannot be meant; the suite checks the options that it takes itself."""
    suites = {option.key for option in options_of("suite")}
    for key, option in options().items():
        if also_of_the_suite or key not in suites:
            value_of(config, option)


def check_ini(config: pytest.Config) -> None:
    """Raise pytest.UsageError for a profile, a host or a variable that cannot be meant."""
    profile = options()["profile"]
    name = value_of(config, profile)
    fault = "" if name == profile.default else profile_fault(name)
    if fault:
        raise pytest.UsageError(f"fakie_profile: {fault}")
    fault = account_fault(value_of(config, options()["account"]) or ()) or ""
    if fault:
        raise pytest.UsageError(f"fakie_{fault}")
    for line in config.getini("fakie_hosts"):
        try:
            read_url(line)
        except UnclearUrl as unclear:
            raise pytest.UsageError(f"fakie_hosts: {line!r}: {unclear}; such as https://gateway.example/kie") from None
    for line in config.getini("fakie_env"):
        if not variable(line):
            raise pytest.UsageError(f"fakie_env: expected {FORMS}; got {line!r}")


def _marked(item: pytest.Item) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for marker in reversed(list(item.iter_markers("fakie"))):
        merged |= marker.kwargs
    return merged
