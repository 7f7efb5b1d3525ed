"""Settings in files: `fakie.toml`, else the table `[tool.fakie]` of `pyproject.toml`. Imports nothing heavy."""

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time
from pathlib import Path
from typing import Any

from msgspec import Struct

from fakie_schemas.errors import ConfigurationError
from fakie_schemas.nearest import did_you_mean
from fakie_schemas.options.kinds import FLAG
from fakie_schemas.options.option import Option
from fakie_schemas.options.table import OPTIONS
from fakie_schemas.strict_json import parse_toml

FAKIE_TOML, PYPROJECT = "fakie.toml", "pyproject.toml"
# Where it says no, no file is read; so it does for a fake that a contract suite starts for itself.
SWITCH = "FAKIE_SETTINGS_FILES"
# Within pytest the suite takes what `fakie test` takes; a tool whose options no file sets has no table.
TABLES = tuple(
    dict.fromkeys(tool for option in OPTIONS if option.by_environment for tool in option.tools if tool != "suite")
)


class SettingsFile(Struct, frozen=True):
    """The settings of one file: texts by (table, key), the table empty for what stands above all tables."""

    path: Path
    name: str
    texts: Mapping[tuple[str, str], tuple[str, ...]]

    def said(self, option: Option, tables: Iterable[str]) -> tuple[tuple[str, ...], str] | None:
        """Return the texts of an option and the place they stand at, such as `fakie.toml: serve.port`, or None.

        A table of the tool goes before what stands above all tables.
        """
        above = ("",) if option.stands_alone else ()
        for table in (*(table for table in tables if table in option.tools), *above):
            texts = self.texts.get((table, option.key)) if option.by_environment else None
            if texts:
                return texts, f"{self.name}: {table}{'.' if table else ''}{option.name}"
        return None


def settings_files(folder: Path) -> tuple[SettingsFile, ...]:
    """Return the files of a folder that hold settings, the one that counts most first; raises ConfigurationError."""
    return tuple(_files(folder)) if _are_read() else ()


def said_in(files: Iterable[SettingsFile], option: Option, *tables: str) -> tuple[tuple[str, ...], str] | None:
    """Return the texts of an option for tools and their place; of several files the first that sets anything holds."""
    return next((file.said(option, tables) for file in files), None)


def _are_read() -> bool:
    said = os.environ.get(SWITCH) or "on"
    try:
        return bool(FLAG.read(said))
    except ValueError as error:
        raise ConfigurationError(f"{SWITCH}: {error}; got {said!r}") from None


def _files(folder: Path) -> Iterator[SettingsFile]:
    for name in (FAKIE_TOML, PYPROJECT):
        data = _parsed(folder / name)
        prefix = name
        if name == PYPROJECT and data is not None:
            tool = data.get("tool")
            data = tool.get("fakie") if isinstance(tool, Mapping) else None
            prefix = f"{name}: [tool.fakie]"
        if data is not None:
            if not isinstance(data, Mapping):
                raise ConfigurationError(f"{prefix}: expected a table; got {_as_toml(data)}")
            yield SettingsFile(folder / name, prefix, dict(_texts(data, prefix)))


def _parsed(path: Path) -> dict[str, Any] | None:
    try:
        if path.exists() and not path.is_dir() and not path.is_file():
            # A pipe might never end, or never begin.
            raise ConfigurationError(f"{path.name}: it cannot be read: expected a file")
        # Editors of some systems begin a file with a mark of its encoding.
        return parse_toml(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigurationError(f"{path.name}: it cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path.name}: expected TOML in UTF-8; it holds other bytes") from None
    except ValueError as error:
        raise ConfigurationError(f"{path.name}: it is not TOML: {error}") from None


def _texts(data: Mapping[str, Any], file: str) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    for name, value in data.items():
        if name in TABLES and not isinstance(value, Mapping) and not any(_key(name) == one.key for one in OPTIONS):
            raise ConfigurationError(f"{file}: {name}: expected a table of options; got a value")
        if name not in TABLES or not isinstance(value, Mapping):
            yield ("", _key(name)), _text(value, *_known_above(name, file))
            continue
        options = [option for option in OPTIONS if name in option.tools]
        for inner, one in value.items():
            place = f"{file}: {name}.{inner}"
            yield (name, _key(inner)), _text(one, *_known(inner, options, file, place))


def _key(name: str) -> str:
    return name.replace("-", "_")


def _known_above(name: str, file: str) -> tuple[Option, str]:
    """Find an option that stands above all tables."""
    place = f"{file}: {name}"
    alone = [option for option in OPTIONS if option.stands_alone or not option.by_environment]
    in_tables = [tool for option in OPTIONS if option.in_table and option.key == _key(name) for tool in option.tools]
    if in_tables and not any(option.key == _key(name) for option in alone):
        raise ConfigurationError(f"{place}: only the table of its command sets it; write it below [{in_tables[0]}]")
    return _known(name, alone, file, place, TABLES)


def _known(
    name: str, options: Iterable[Option], file: str, place: str, more: tuple[str, ...] = ()
) -> tuple[Option, str]:
    found = [option for option in options if _key(option.name) == _key(name)]
    allowed = [option for option in found if option.by_environment]
    if found and not allowed:
        raise ConfigurationError(f"{place}: no file sets it; give --{found[0].name} on the command line")
    if not found:
        names = [*(option.name for option in options if option.by_environment), *more]
        hint = did_you_mean(name.replace("_", "-"), names, otherwise=f"; `fakie config` lists what {file} may say")
        raise ConfigurationError(f"{place}: no option has this name{hint}")
    return allowed[0], place


def _text(value: Any, option: Option, place: str) -> tuple[str, ...]:
    if option.kind.is_flag:
        if not isinstance(value, bool):
            raise ConfigurationError(f"{place}: expected true or false; got {_shown(option, value)}")
        return ("yes",) if value else ()
    if isinstance(value, list):
        if not option.repeatable:
            raise ConfigurationError(f"{place}: expected one value; got a list")
        return tuple(_one(option, one, place) for one in value)
    return (_one(option, value, place),)


def _one(option: Option, value: Any, place: str) -> str:
    if isinstance(value, bool) and option.kind.takes_value(value):
        # What has on and off as words is meant by true and false too.
        return "on" if value else "off"
    if isinstance(value, date) and option.kind.takes_value(value):
        return value.isoformat()
    if value == "":
        raise ConfigurationError(f"{place}: it is empty; leave the line out, or fill it")
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ConfigurationError(f"{place}: expected a text or a number; got {_shown(option, value)}")
    try:
        return str(value)
    except ValueError:
        raise ConfigurationError(f"{place}: the number has too many digits") from None


def _shown(option: Option, value: Any) -> str:
    return "something else" if option.kind.may_be_secret else _as_toml(value)


def _as_toml(value: Any) -> str:
    """Name a value as whoever wrote the file knows it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "a table"
    return "a list" if isinstance(value, list) else repr(value)
