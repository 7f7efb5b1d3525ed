"""The page of the commands: usage, options, what the exit code means."""

import inspect
from collections.abc import Iterator
from typing import Any

import click

from fakie.cli import program
from fakie_reference.exit_codes import EXIT_CODES
from fakie_reference.tables import code, codes, page, table


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command with its whole name, such as `profile show`, in the order of the help."""
    yield from _below(program, "")


def commands_page() -> str:
    """Return the page of every command of `fakie`."""
    about = (
        "`fakie --version` says which version runs, `-h` or `--help` after any command what it takes. An option\n"
        "without a value in the last column has no default. What a value may be stands on\n"
        "[the page of the options](options.md)."
    )
    return page("Commands", about, _exit_codes(), *(_section(name, command) for name, command in commands()))


def _below(group: click.Group, before: str) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None  # noqa: S101 - it was listed
        if isinstance(command, click.Group):
            yield from _below(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


def _exit_codes() -> str:
    rows = ((codes(f"fakie {name}" for name in names), str(number), meaning) for names, number, meaning in EXIT_CODES)
    return f"## Exit codes\n\n{table(('command', 'code', 'what it means'), rows)}"


def _section(name: str, command: click.Command) -> str:
    # A command keeps the first help option that is made of it.
    context = click.Context(command, info_name=f"fakie {name}", **command.context_settings)
    usage = " ".join([f"fakie {name}", *command.collect_usage_pieces(context)])
    options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
    rows = ((codes(one.opts), one.help or "", _default(one)) for one in options)
    parts = [f"## fakie {name}", code(usage), inspect.cleandoc((command.help or "").replace("\b\n", ""))]
    return "\n\n".join([*parts, table(("option", "what it says", "default"), rows)] if options else parts)


def _default(option: click.Option) -> str:
    value: Any = ",".join(option.default) if isinstance(option.default, list) else option.default
    shown = isinstance(value, str | int | float) and not isinstance(value, bool) and not option.is_flag
    return code(value) if shown else ""
