"""Adapter for pytest: options on its command line with their twins in its settings file. Imports nothing heavy."""

import os

import pytest

from fakie_schemas.options.option import Option
from fakie_schemas.options.table import options_of


def add_options(tool: str, group: pytest.OptionGroup, parser: pytest.Parser) -> None:
    """Add the options of a tool as `--fakie-…`, each with a twin in the settings file, such as `fakie_target`."""
    for option in options_of(tool):
        flag, twin = f"--fakie-{option.name}", f"fakie_{option.key}"
        if option.kind.is_flag:
            group.addoption(flag, dest=twin, action="store_const", const="yes", default=None, help=option.help())
        else:
            group.addoption(flag, dest=twin, metavar=option.kind.metavar, default=None, help=option.help())
        parser.addini(twin, f"yes: {option.what}" if option.kind.is_flag else option.help(), default="")


def text_of(config: pytest.Config, option: Option) -> str:
    """Return the text of an option: from the command line, else the environment, else the settings file, else empty."""
    given = config.getoption(f"fakie_{option.key}", None)
    if given is not None:
        return str(given)
    text = os.environ.get(option.variable, "") if option.variable else ""
    return text or str(config.getini(f"fakie_{option.key}"))
