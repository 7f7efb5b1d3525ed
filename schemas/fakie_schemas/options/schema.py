"""The JSON Schema of `fakie.toml` and of `[tool.fakie]`, made from the table. Imports nothing heavy."""

from collections.abc import Iterable
from typing import Any

from fakie_schemas.options.option import Option
from fakie_schemas.options.settings_files import TABLES
from fakie_schemas.options.table import OPTIONS, options_of


def settings_schema() -> dict[str, Any]:
    """Return the schema of a settings file: options above, and a table for each tool."""
    tables = {tool: {"type": "object", **_closed(options_of(tool))} for tool in TABLES}
    above = _closed(option for option in OPTIONS if option.stands_alone)
    # A word may be both, such as a tool and an option of one name.
    alone = above["properties"]
    both = {name: {"anyOf": [alone[name], table]} for name, table in tables.items() if name in alone}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Settings of fakie: fakie.toml, or [tool.fakie] in pyproject.toml",
        "type": "object",
        "properties": {**alone, **tables, **both},
        "additionalProperties": False,
    }


def _closed(options: Iterable[Option]) -> dict[str, Any]:
    rows: dict[str, Option] = {}
    for option in options:
        if option.by_environment:
            rows.setdefault(option.name, option)
    return {"properties": {name: _schema(option) for name, option in rows.items()}, "additionalProperties": False}


def _schema(option: Option) -> dict[str, Any]:
    one: dict[str, Any] = {"type": "boolean"} if option.kind.is_flag else {"type": ["string", "number", "boolean"]}
    many = {"anyOf": [one, {"type": "array", "items": one}]} if option.repeatable else one
    return {"description": option.help(), **many}
