"""The `fakie` program: its commands are loaded only when called, and errors are one line each."""

import difflib
import importlib
import sys
from collections.abc import Mapping, Sequence

import click

from fakie.commands.groups import PlainGroup
from fakie_schemas.errors import FakieError
from fakie_schemas.version import __version__

# Each command by the module of `commands` that holds it.
_COMMANDS: Mapping[str, str] = {
    "advance": "running",
    "baseline": "baseline",
    "check-receiver": "check_receiver",
    "check-traffic": "check_traffic",
    "completion": "completion",
    "config": "config",
    "derive": "derive",
    "diff": "diff",
    "exec": "exec",
    "fail": "running",
    "finish": "running",
    "hold": "running",
    "ledger": "ledger",
    "models": "models",
    "openapi": "openapi",
    "profile": "profile",
    "record": "record",
    "rules": "rules",
    "scenario": "scenario",
    "serve": "serve",
    "show": "show",
    "state": "state",
    "sync": "sync",
    "tail": "running",
    "tasks": "running",
    "test": "test",
    "verify-pages": "verify_pages",
    "wait": "running",
}


_HELP = ["-h", "--help"]


class _Lazy(PlainGroup):
    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(_COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        near = difflib.get_close_matches(args[0], _COMMANDS, n=1)
        if args[0] not in _COMMANDS and near and not args[0].startswith("-"):
            raise click.UsageError(f"No such command {args[0]!r}; did you mean {near[0]!r}?", ctx)
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"fakie.commands.{_COMMANDS[cmd_name]}")
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

        context.default_map = {name: from_files(name)}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program; a wrong call or an unusable setting ends it with one line and exit code 2."""
    try:
        code = program.main(arguments, prog_name="fakie", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        code = 2
    except (click.ClickException, FakieError) as error:
        text = error.format_message() if isinstance(error, click.ClickException) else str(error)
        click.echo("fakie: " + " ".join(text.split()), err=True)
        code = 2
    except (click.Abort, KeyboardInterrupt):
        code = 130
    sys.exit(code)
