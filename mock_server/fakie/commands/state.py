"""`fakie state`: what is in a state file, whether it is whole, and its way into another."""

import json
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import click

from fakie.adapters.log_lines import moment_of
from fakie.adapters.state.copying import exported, import_state, read_all
from fakie.adapters.state.rows import Rows
from fakie.adapters.state.state_file import StateFile
from fakie.commands.groups import PlainGroup
from fakie.commands.terminal import show_table
from fakie.core.accounts import credits_text
from fakie_schemas import disk
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.schema.words import counted
from fakie_schemas.strict_json import parse_strict

_FILE = click.argument("file", type=click.Path(path_type=Path))
_SINGULAR = {"accounts": "account", "tasks": "task", "events": "event", "orders": "order", "journal": "line"}


@click.group(cls=PlainGroup)
def state() -> None:
    """Look at a state file of `fakie serve --state`, while no fake uses it."""


@state.command()
@_FILE
def show(file: Path) -> None:
    """Show the accounts of the state FILE: credits, tasks, and what is due next."""
    with closing(StateFile(file, create=False)) as opened:
        rows = Rows(opened, time.time)
        accounts = list(rows.accounts())
        tasks = Counter((task.account, task.seen(time.time()).end is None) for task in rows.tasks())
        events = {account.handle: rows.events(account.handle) for account in accounts}
    show_table(
        ("account", "credits", "running", "ended", "waiting", "next due"),
        [
            (
                account.handle,
                credits_text(account.credits),
                str(tasks[account.handle, True]),
                str(tasks[account.handle, False]),
                str(len(events[account.handle]) + len(account.unsigned)),
                next(map(moment_of, sorted(due.at for due in events[account.handle])), "-"),
            )
            for account in accounts
        ],
        numbers=("credits", "running", "ended", "waiting"),
    )


@state.command()
@_FILE
def check(file: Path) -> None:
    """Say whether the state FILE is whole; exit code 2 when it cannot be used."""
    with closing(StateFile(file, create=False)) as opened:
        counts = read_all(opened)
    said = ", ".join(counted(count, _SINGULAR[name]) for name, count in counts.items())
    click.echo(f"{file} is whole: {said} of the journal")


@state.command("export")
@_FILE
def export_file(file: Path) -> None:
    """Print the state FILE as JSON, by `formats/state.schema.json`; it has no key in it."""
    with closing(StateFile(file, create=False)) as opened:
        click.echo(json.dumps(exported(opened), ensure_ascii=False, indent=1))


@state.command("import")
@_FILE
@click.argument("export", type=click.Path(path_type=Path))
def import_file(file: Path, export: Path) -> None:
    """Make the state FILE, which must not exist, of what `export` has printed."""
    try:
        data = parse_strict(disk.read_text(export))
    except OSError as error:
        raise ConfigurationError(f"{export} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ConfigurationError(f"{export} cannot be read: it is not JSON ({error})") from None
    import_state(file, data)
    click.echo(f"{file} holds {counted(len(data['accounts']), 'account')} and {counted(len(data['tasks']), 'task')}")
