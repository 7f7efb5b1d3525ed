"""The `fakie` program: its commands are loaded only when called, and errors are one line each."""

import errno
import importlib
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from fakie.commands.groups import PlainGroup
from fakie.commands.listed import COMMANDS
from fakie_schemas.errors import FakieError
from fakie_schemas.version import __version__

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_HELP = ["-h", "--help"]
# What a write ends with where the place that stdout leads to takes no more.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


class _Lazy(PlainGroup):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def words_of(self, ctx: click.Context, name: str) -> str:  # noqa: ARG002
        return COMMANDS[name].help

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list["CompletionItem"]:
        from click.shell_completion import CompletionItem

        known = [CompletionItem(name, help=one.help) for name, one in COMMANDS.items() if name.startswith(incomplete)]
        # The group's own options; a group would import each command.
        return known + click.Command.shell_complete(self, ctx, incomplete)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"fakie.commands.{COMMANDS[cmd_name].module}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        # A command keeps the first help option that was made of it, whatever context that was for.
        command.context_settings.setdefault("help_option_names", _HELP)
        return command


@click.group(cls=_Lazy, context_settings={"help_option_names": _HELP})
@click.version_option(__version__, message="%(prog)s %(version)s")
@click.pass_context
def program(context: click.Context) -> None:
    """Fake kie.ai, and judge whatever speaks its API."""
    name = context.invoked_subcommand or ""
    # Who asks for help may be about to mend the file; of what `exec` runs, such a word may be an argument.
    asks_for_help = name != "exec" and set(_HELP) & set(sys.argv)
    if name and not asks_for_help:
        from fakie.commands.file_settings import from_files
        from fakie_schemas.options.variables import unread_variables

        # What serves has a log on stderr, perhaps as JSON, and tells it beside the line that says it is ready.
        for line in unread_variables(os.environ) if name != "serve" else ():
            _complain(f"warning: {line}")
        context.default_map = {name: from_files(name)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program; a wrong call or an unusable setting ends it with one line and exit code 2."""
    if sys.stdout is None:
        # Closed by whoever started it, who wants to read nothing.
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - for as long as it runs
        os.set_inheritable(sys.stdout.fileno(), True)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What others sent may hold half a character, and a terminal may know none but its own: both are escaped.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = program.main(arguments, prog_name="fakie", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        code = 2
    except (click.ClickException, FakieError) as error:
        text = error.format_message() if isinstance(error, click.ClickException) else str(error)
        _complain(" ".join(text.split()))
        code = 2
    except (click.Abort, KeyboardInterrupt):
        code = 130
    except OSError as error:
        if error.errno not in _FULL:
            raise
        _complain(f"what it tells could not be written: {error.strerror}")
        # Or the interpreter tries again at its end.
        sys.stdout, code = None, 2
    sys.exit(code)


def _complain(words: str) -> None:
    # Where nobody can read it, the exit code says as much.
    with suppress(OSError):
        click.echo(f"fakie: {words}", err=True)
