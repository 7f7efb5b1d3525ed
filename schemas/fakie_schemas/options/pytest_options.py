"""Adapter for pytest: options on its command line with their twins in its settings file. Imports nothing heavy."""

import argparse
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fakie_schemas.errors import ConfigurationError
from fakie_schemas.options.kinds import EMPTY
from fakie_schemas.options.option import Option
from fakie_schemas.options.settings_files import SettingsFile, said_in, settings_files
from fakie_schemas.options.table import options_of

_PLUGIN = "plugin"
_GROUP = "fakie"
# A text, the folder that it is said from, and its place.
_Said = tuple[str, Path, str]
# By the keys of options.
_WRITTEN: pytest.StashKey[dict[str, tuple[_Said, ...]]] = pytest.StashKey()
_READ: pytest.StashKey[dict[tuple[str, _Said], Any]] = pytest.StashKey()
_FILES: pytest.StashKey[tuple[SettingsFile, ...]] = pytest.StashKey()


def add_options(tool: str, group: pytest.OptionGroup, parser: pytest.Parser, *, shown: tuple[str, ...] = ()) -> None:
    """Add the options of a tool as `--fakie-…`, each with a twin in the settings file, such as `fakie_target`.

    What the fixtures take stands in their group, whichever plugin comes first. With `shown`, only these are in help.
    """
    own = {option.key: option for option in options_of(_PLUGIN)}
    for option in options_of(tool):
        hidden = bool(shown) and option.name not in shown and option.key not in own
        try:
            _add(own.get(option.key, option), parser.getgroup(_GROUP) if option.key in own else group, hidden)
        except ValueError:
            # The other of the two plugins has added it.
            continue
        parser.addini(f"fakie_{option.key}", f"as --fakie-{option.name}", default="")


def _add(option: Option, group: pytest.OptionGroup, hidden: bool) -> None:
    flag, twin = f"--fakie-{option.name}", f"fakie_{option.key}"
    words = argparse.SUPPRESS if hidden else option.help()
    if option.kind.is_flag:
        group.addoption(flag, dest=twin, action="store_const", const="yes", default=None, help=words)
    else:
        action = "append" if option.repeatable else "store"
        group.addoption(flag, dest=twin, action=action, metavar=option.kind.metavar, default=None, help=words)


def text_of(config: pytest.Config, option: Option) -> str:
    """Return the text of an option: command line, environment, pytest's ini file or a settings file; or empty."""
    return next((text for text, _, _ in _said(config, option)), "")


def value_of(config: pytest.Config, option: Option) -> Any:
    """Return the value of an option, None where neither it nor a default is given; raises pytest.UsageError.

    One that may be given several times has a tuple of values. A relative path is meant from where pytest was called, in
    the settings file from the root of the project.
    """
    nowhere = (option.default or "", config.rootpath, f"fakie_{option.key}")
    said = next(iter(_said(config, option)), nowhere)
    read = config.stash.setdefault(_READ, {})
    # Every test asks for every option.
    if (option.key, said) not in read:
        read[option.key, said] = _read(option, *said)
    return read[option.key, said]


def _read(option: Option, text: str, folder: Path, place: str) -> Any:
    try:
        return option.value(text, folder, shown_as=place)
    except ConfigurationError as error:
        raise pytest.UsageError(str(error)) from None


def _said(config: pytest.Config, option: Option) -> Iterator[_Said]:
    """Yield what is said of an option, what counts most first."""
    called_from, place = config.invocation_params.dir, f"fakie_{option.key}"
    given = config.getoption(f"fakie_{option.key}", None)
    if given is not None:
        text = option.joined(given) if isinstance(given, list) else str(given)
        if not text:
            raise pytest.UsageError(f"--fakie-{option.name}: {EMPTY}")
        yield text, called_from, place
    text = os.environ.get(option.variable, "") if option.variable else ""
    if text:
        yield text, called_from, place
    files = config.stash.setdefault(_WRITTEN, {})
    if option.key not in files:
        files[option.key] = tuple(_written(config, option))
    yield from files[option.key]


def _written(config: pytest.Config, option: Option) -> Iterator[_Said]:
    """Yield what the settings files say, which does not change in a run."""
    text = str(config.getini(f"fakie_{option.key}"))
    if text:
        yield text, config.rootpath, f"fakie_{option.key}"
    found = said_in(_files(config), option, _PLUGIN, "test")
    if found:
        yield option.joined(found[0]), config.rootpath, found[1]


def _files(config: pytest.Config) -> tuple[SettingsFile, ...]:
    """Return the settings files beside pytest's own, read once; raises pytest.UsageError."""
    if _FILES not in config.stash:
        try:
            config.stash[_FILES] = settings_files(config.rootpath)
        except ConfigurationError as error:
            raise pytest.UsageError(str(error)) from None
    return config.stash[_FILES]
