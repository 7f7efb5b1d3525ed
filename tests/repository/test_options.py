"""One table of options: command line, environment and pytest say the same, and are refused alike."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from fakie.cli import program
from fakie.commands.options import table_options
from fakie_contract.run.settings import SuiteSettings
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.options.table import OPTIONS, option_of, options_of

TOOLS = sorted({tool for option in OPTIONS for tool in option.tools})
COMMANDS = ("serve", "record", "test", "check-traffic", "diff", "verify-pages", "sync")
# A text that is meant, and one that is not, for each kind that refuses anything.
SAMPLES = {
    "speed": ("2.5", "nan"),
    "port": ("9", "65536"),
    "rate-limit": ("5/1s", "5"),
    "credits": ("0", "-1"),
    "docs": ("latest", "newest"),
    "prices": ("listed", "gone.json"),
    "seed": ("3", "3.5"),
    "generate": ("7", "-1"),
    "wait": ("1.5", "1e3"),
    "callback-url": ("https://x.test/hook", "x.test"),
    "fail-on": ("none", "all"),
    "public-url": ("http://x.test", "x.test"),
    "timeout": ("2", "0"),
    "date": ("2026-08", "2026-13"),
    "pace": ("0", "-1"),
    "severity": ("drift.code_added=breaking", "drift.code_added"),
}


@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_has_each_option_once(tool: str) -> None:
    """Two rows of one name would make two options of it."""
    keys = [option.key for option in options_of(tool)]
    assert keys
    assert len(keys) == len(set(keys))


def test_one_variable_means_one_thing() -> None:
    """A variable that two tools read is of the same kind of value for both."""
    meant: dict[str, set[str]] = {}
    for option in OPTIONS:
        if option.variable:
            meant.setdefault(option.variable, set()).add(option.kind.metavar)
    assert {name: kinds for name, kinds in meant.items() if len(kinds) > 1} == {}


def test_the_environment_does_not_decide_what_may_be_spent() -> None:
    """FAKIE_ALLOW_PAID is one act; the other must be made by somebody who runs a command."""
    assert [option.variable for option in OPTIONS if option.key == "max_credits"] == [None]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_takes_what_the_table_lists(command: str) -> None:
    """Every row is an option of the command, under its names, with its variable."""
    found = program.get_command(click.Context(program), command)
    assert found is not None
    taken = {parameter.name: parameter for parameter in found.params if isinstance(parameter, click.Option)}
    for option in options_of(command):
        assert set(option.flags_of(command)) <= set(taken[option.key].opts)
        assert taken[option.key].envvar == option.variable


@pytest.mark.parametrize("name", SAMPLES)
def test_each_place_takes_and_refuses_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that the command line refuses is refused from the environment too, in the same words."""
    tool = next(option.tools[0] for option in OPTIONS if option.name == name)
    option = option_of(tool, name.replace("-", "_"))
    good, bad = SAMPLES[name]
    values: list[object] = []

    @click.command()
    @table_options(tool)
    def command(**given: object) -> None:
        values.append(given[option.key])

    def told(*arguments: str) -> str:
        return CliRunner().invoke(command, arguments).output

    told(f"--{name}", good)
    by_line = told(f"--{name}", bad)
    assert option.variable
    monkeypatch.setenv(option.variable, good)
    told()
    monkeypatch.setenv(option.variable, bad)
    by_variable = told()
    assert values == [(option.read(good),) if option.many else option.read(good)] * 2
    assert "expected" in by_line
    assert by_line.rpartition(": ")[2] == by_variable.rpartition(": ")[2]
    with pytest.raises(ConfigurationError, match="expected"):
        option.read(bad)


def test_of_an_option_that_cannot_be_meant_the_default_holds_until_the_check(tmp_path: Path) -> None:
    """A run that is refused for an option can still write its report where that says."""
    texts = {"wait": "soon", "report": "r.json"}
    settings = SuiteSettings.read(lambda option: texts.get(option.key), tmp_path)
    assert settings.report == tmp_path / "r.json"
    assert settings.wait is None
    with pytest.raises(ConfigurationError, match="--fakie-wait: expected a number"):
        settings.check()
