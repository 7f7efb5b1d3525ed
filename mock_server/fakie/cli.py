"""The `fakie` program: its commands are loaded only when called, and errors are one line each."""

import errno
import importlib
import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import click

from fakie.commands.groups import PlainGroup
from fakie.commands.listed import COMMANDS
from fakie_schemas.errors import ConfigurationError, FakieError
from fakie_schemas.version import __version__

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_HELP = ["-h", "--help"]
# What a write ends with where the place that stdout leads to takes no more.
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


class _ReaderLeft(Exception):
    """A reader that has left, whom nothing more can be told."""


@contextmanager
def _telling() -> Iterator[None]:
    # click's own end is exit code 1 then, which of what judges means findings.
    try:
        yield
    except BrokenPipeError as error:
        raise _ReaderLeft from error


class _Lazy(PlainGroup):
    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        with _telling():
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with _telling():
            return super().invoke(ctx)

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
        # Before the import: Python 3.13 can have trouble with it there.
        _check_folder()
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


def _check_folder() -> None:
    try:
        os.getcwd()  # noqa: PTH109 - what it says is wanted, no path
    except OSError as error:
        raise ConfigurationError(
            f"the folder that it was started in is gone ({error.strerror}); expected one that is there: `cd` to another"
        ) from error


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program; a wrong call or an unusable setting ends it with one line and exit code 2."""
    _open_closed_streams()
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What others sent may hold half a character, and a terminal may know none but its own: both are escaped.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        code = _code_of(arguments)
    except (click.ClickException, FakieError) as error:
        _complain(" ".join(_words_of(error).split()))
        code = 2
    except (click.Abort, KeyboardInterrupt) as error:
        if isinstance(error.__cause__, EOFError):
            # Click takes it for the end of a prompt; here nobody is asked, and a module's bytecode may be cut off.
            raise error.__cause__ from None
        code = 130
    except _ReaderLeft:
        # Or the interpreter tries again at its end.
        sys.stdout, code = None, 2
    except OSError as error:
        if error.errno not in _FULL:
            raise
        _complain(f"what it tells could not be written: {error.strerror}")
        sys.stdout, code = None, 2
    sys.exit(code)


def _code_of(arguments: Sequence[str] | None) -> Any:
    try:
        return program.main(arguments, prog_name="fakie", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        with _telling():
            click.echo(error.format_message())
        return 2


def _words_of(error: click.ClickException | FakieError) -> str:
    """Return what an error says; of a wrong value in a variable it names that, and no option that nobody gave."""
    if isinstance(error, click.BadParameter) and error.ctx and error.param:
        source = error.ctx.get_parameter_source(error.param.name or "")
        if source is click.core.ParameterSource.ENVIRONMENT:
            error.param_hint = str(error.param.envvar)
    return error.format_message() if isinstance(error, click.ClickException) else str(error)


def _open_closed_streams() -> None:
    """Lead the standard streams that were closed by whoever started it, who wants to read nothing, into nothing.

    Otherwise the next file that is opened has the number of one, and what is meant for stderr would be written there.
    """
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        try:
            os.fstat(number)
        except OSError:
            # It has this number: the lowest that is free, for those below are open by now.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def _complain(words: str) -> None:
    # Where nobody can read it, the exit code says as much.
    with suppress(OSError):
        click.echo(f"fakie: {words}", err=True)
