"""The plugin's settings: options with their ini twins, and what a marker says. Imports nothing heavy."""

from typing import Any

import pytest

from fakie.harness.marker import hinted
from fakie_schemas.addresses import UnclearUrl, read_url
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.options.pytest_options import text_of
from fakie_schemas.options.table import option_of, options_of


def check_settings(config: pytest.Config) -> None:
    """Raise UsageError for settings that cannot be meant."""
    for option in options_of("plugin"):
        setting(config, option.key)
    _check_profile(setting(config, "profile"))
    for line in config.getini("fakie_hosts"):
        try:
            read_url(line)
        except UnclearUrl as unclear:
            raise pytest.UsageError(f"fakie_hosts: {line!r}: {unclear}; such as https://gateway.example/kie") from None
    for line in config.getini("fakie_env"):
        if not variable(line):
            raise pytest.UsageError(f"fakie_env: expected NAME=url, NAME=url/path or NAME=key; got {line!r}")


def setting(config: pytest.Config, key: str) -> Any:
    """Return the value of one of the plugin's options; raises UsageError."""
    option = option_of("plugin", key)
    try:
        return option.read(text_of(config, option) or option.default or "", shown_as=f"fakie_{key}")
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from None


def by_options(config: pytest.Config) -> dict[str, Any]:
    """Return what the options say, as a marker would say it."""
    return {
        "profile": setting(config, "profile"),
        "fast_forward": setting(config, "fast_forward") == "on",
        "other_hosts": setting(config, "other_hosts"),
    }


def marked(item: pytest.Item) -> dict[str, Any]:
    """Return what the markers of a test say, the nearest first."""
    merged: dict[str, Any] = {}
    for marker in reversed(list(item.iter_markers("fakie"))):
        merged |= marker.kwargs
    return merged


def patience(config: pytest.Config) -> float:
    """Return the seconds of real time for what may be at work."""
    return float(setting(config, "patience")) / 1000


def variable(line: str) -> tuple[str, str] | None:
    """Read a line of the ini `fakie_env`: a variable, and what it holds; None for another line."""
    name, separator, what = line.strip().partition("=")
    good = separator and name.isidentifier() and (what in {"url", "key"} or what.startswith("url/"))
    return (name, what) if good else None


def _check_profile(name: str) -> None:
    if name == option_of("plugin", "profile").default:
        return
    from fakie.harness.words import known_profiles

    if name == "observed":
        raise pytest.UsageError("fakie_profile: observed holds facts of the wire and words no answers yet")
    if name not in known_profiles():
        raise pytest.UsageError(f"fakie_profile: there is no {hinted(name, known_profiles())}")
