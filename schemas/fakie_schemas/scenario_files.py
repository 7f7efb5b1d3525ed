"""Scenarios as files: the ready ones by name, others by path, as JSON or TOML."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import fakie_schemas
from fakie_schemas import disk
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.nearest import did_you_mean
from fakie_schemas.strict_json import foreign_values, is_deeper, parse_strict, parse_toml

_MOST_BYTES = 1_000_000
# More than any body has, and so than any that could be asked for.
_MOST_LEVELS = 100


def scenario_names() -> tuple[str, ...]:
    """Return the names of the ready scenarios, sorted."""
    return tuple(path.stem for path in disk.files_in(fakie_schemas.data_folder("scenarios"), ".json"))


def read_scenario(which: str) -> Mapping[str, Any]:
    """Read a ready scenario by its name, or a file by its path; raises ConfigurationError for what is neither."""
    if which in scenario_names():
        return fakie_schemas.read_json(fakie_schemas.data_folder("scenarios") / f"{which}.json")
    path = Path(which)
    if path.suffix not in {".json", ".toml"}:
        hint = did_you_mean(which, scenario_names())
        ready = ", ".join(scenario_names())
        raise ConfigurationError(f"scenario {which[:200]!r}: expected a .json or .toml file, or one of: {ready}{hint}")
    return _parsed(path)


def _parsed(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ConfigurationError(f"{path}: it is larger than {_MOST_BYTES:,} bytes; expected a scenario")
        text = disk.read_text(path)
        value = parse_toml(text) if path.suffix == ".toml" else parse_strict(text)
    except OSError as error:
        raise ConfigurationError(f"{path}: it cannot be read: {error.strerror}") from None
    except ValueError as error:
        # Both decoders say on which line.
        raise ConfigurationError(f"{path}: expected {path.suffix[1:].upper()}; {error}") from None
    if not isinstance(value, dict):
        raise ConfigurationError(
            f"{path}: expected an object with format_version, name and steps; see the six that come with fakie"
        )
    if is_deeper(value, _MOST_LEVELS):
        raise ConfigurationError(f"{path}: it is nested more than {_MOST_LEVELS} levels deep; expected a scenario")
    foreign = next(foreign_values(value), None)
    if foreign:
        raise ConfigurationError(f"{path}: expected texts, finite numbers, true and false; got {foreign[:200]}")
    return value
