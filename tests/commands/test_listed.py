"""A list of the commands needs none of them."""

import subprocess
import sys

import pytest

from fakie.cli import program
from fakie.commands.listed import COMMANDS

# Made as the program makes it: a command keeps the first help option that was made of it.
CONTEXT = program.make_context("fakie", [], resilient_parsing=True)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_listed_with_its_own_words(name: str) -> None:
    """The list says the first sentence that its help says."""
    command = program.get_command(CONTEXT, name)
    assert command is not None
    assert COMMANDS[name].help == command.get_short_help_str(1000)


def test_help_and_completion_import_no_command() -> None:
    """Or each press of the tab key would wait for the suite and the server."""
    code = (
        "import sys, click; from fakie.cli import program\n"
        "context = click.Context(program, info_name='fakie')\n"
        "program.get_help(context)\n"
        "print([one.value for one in program.shell_complete(context, 'se')])\n"
        "print([name for name in sys.modules if name.startswith('fakie.commands.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["['serve']", "['fakie.commands.groups', 'fakie.commands.listed']"]


def test_options_of_the_program_are_completed_too() -> None:
    """Beside the names of commands."""
    assert {one.value for one in program.shell_complete(CONTEXT, "--v")} == {"--version"}
