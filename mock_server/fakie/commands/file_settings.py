"""The settings of files for a command, in the form that click takes its defaults in."""

from pathlib import Path
from typing import Any

from fakie_schemas.options.settings_files import said_in, settings_files
from fakie_schemas.options.table import options_of

# Commands that take the options of one tool together, beside their own.
_SHARED = {"models": "catalog", "show": "catalog", "openapi": "catalog"}


def from_files(command: str) -> dict[str, Any]:
    """Return the texts that the settings files of this folder have for a command, by key.

    Raises ConfigurationError with file and key. Other commands' values are not looked at, their names are.
    """
    tools = (command, *((_SHARED[command],) if command in _SHARED else ()))
    options = [option for tool in tools for option in options_of(tool)]
    files = settings_files(Path.cwd()) if options else ()
    found: dict[str, Any] = {}
    for option in options:
        said = said_in(files, option, *tools)
        if said:
            texts, place = said
            for text in texts:
                option.read(text, shown_as=place)
            found[option.key] = True if option.kind.is_flag else list(texts) if option.repeatable else texts[0]
    return found
