"""What a test's fake is to be like: by marker, command line, environment, settings file. Imports nothing heavy."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.options.option import Option
from fakie_schemas.options.pytest_options import value_of
from fakie_schemas.options.table import options_of

# What a fake is made of; the other options are about the test around it.
_SHAPE = ("speed", "credits", "webhook_key", "prices", "rate_limit", "http_status", "wire", "latency", "files")


def options() -> Mapping[str, Option]:
    """Return the options of the plugin by their keys, which are the marker's arguments too."""
    return {option.key: option for option in options_of("plugin")}


def chosen(config: pytest.Config, marked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the value of every option for a test whose markers have these arguments."""
    known = options()
    own = {key: read_marked(known[key], value, config.rootpath) for key, value in marked.items() if key in known}
    return {key: value_of(config, option) if own.get(key) is None else own[key] for key, option in known.items()}


def shape(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those values that make a fake, but for its profile and its catalog."""
    return {key: values[key] for key in _SHAPE}


def check(config: pytest.Config, *, also_of_the_suite: bool) -> None:
    """Raise pytest.UsageError for a value that cannot be meant; the suite checks the options that it takes itself."""
    suites = {option.key for option in options_of("suite")}
    for key, option in options().items():
        if also_of_the_suite or key not in suites:
            value_of(config, option)


def read_marked(option: Option, value: Any, folder: Path) -> Any:
    """Return what an argument of the marker means, None for None; raises ConfigurationError as for an option.

    A relative path is meant from the root of the project.
    """
    if value is None:
        return None
    text = {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)
    return option.read(text, folder, shown_as=option.key)
