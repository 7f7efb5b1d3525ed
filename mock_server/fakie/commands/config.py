"""`fakie config`: each option's value, and where it came from."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import click

from fakie.commands.options import table_options
from fakie.commands.terminal import show_table
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.options.option import Option
from fakie_schemas.options.schema import settings_schema
from fakie_schemas.options.settings_files import TABLES, SettingsFile, said_in, settings_files
from fakie_schemas.options.table import options_of

FORMAT_VERSION = 1


@click.command()
@click.argument("tool", metavar="[TOOL]", required=False, type=click.Choice(TABLES))
@table_options("config")
def config(tool: str | None, as_json: bool, schema: bool) -> None:
    """Show the value of each option, of one TOOL or of all, and where it came from.

    A TOOL is a command such as serve, or plugin, or catalog for models, show and openapi.

    A command line, a marker and pytest's ini file go before or between: this shows the environment, fakie.toml,
    [tool.fakie] in pyproject.toml, and defaults. Secrets are not shown.
    """
    if schema:
        click.echo(json.dumps(settings_schema(), indent=2))
        return
    files = settings_files(Path.cwd())
    rows = [_row(one, option, files) for one in ([tool] if tool else TABLES) for option in options_of(one)]
    unused = [file.name for file in files[1:]]
    if as_json:
        data = {"format_version": FORMAT_VERSION, "options": rows, "unused_files": unused}
        click.echo(json.dumps(data, indent=2))
        return
    show_table(["tool", "option", "value", "from"], [[str(cell) for cell in row.values()] for row in rows])
    for name in unused:
        click.echo(f"{name} is not read: {files[0].name} goes before it")


def _row(tool: str, option: Option, files: tuple[SettingsFile, ...]) -> dict[str, str]:
    texts, place = next(_said(tool, option, files), ((option.default,) if option.default else (), "default"))
    if place != "default":
        _check(option, texts, place)
    value = "(hidden)" if option.kind.may_be_secret and texts else option.joined(texts)
    return {"tool": tool, "option": option.name, "value": value, "from": place}


def _said(tool: str, option: Option, files: tuple[SettingsFile, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    text = os.environ.get(option.variable, "") if option.variable else ""
    if text:
        yield tuple(text.split()) if option.many else (text,), f"environment {option.variable}"
    found = said_in(files, option, tool)
    if found:
        yield found


def _check(option: Option, texts: tuple[str, ...], place: str) -> None:
    for text in texts:
        try:
            option.read(text, shown_as=place)
        except ConfigurationError as error:
            raise click.UsageError(str(error)) from None
