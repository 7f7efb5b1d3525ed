"""One table of options: command line, environment and pytest say the same, and are refused alike."""

import ast
import importlib
import inspect
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import fakie
from fakie.cli import program
from fakie.commands.file_settings import from_files
from fakie.commands.options import table_options
from fakie.core.settings import Settings
from fakie_contract.run.settings import SuiteSettings
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.options.pytest_options import text_of
from fakie_schemas.options.table import OPTIONS, option_of, options_of
from support.some import some

TOOLS = sorted({tool for option in OPTIONS for tool in option.tools})
COMMANDS = (
    *("serve", "record", "test", "check-traffic", "check-receiver", "diff", "verify-pages", "sync"),
    *("derive", "baseline", "ledger", "rules", "config", "models", "show", "openapi"),
)
# A text that is meant, and one that is not, for each kind that refuses anything.
SAMPLES = {
    "speed": ("2.5", "nan"),
    "host": ("[::1]", "[::1]:80"),
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
    "changed-since": ("2026-08-19", "2026-02-30"),
    "pace": ("0", "-1"),
    "junit": ("one.xml", "."),
    "severity": ("drift.code_added=breaking", "drift.code_added"),
}

# Tools of a command with an option that is one text with commas between.
LISTED = [tool for tool in TOOLS if tool in COMMANDS and any(option.listed for option in options_of(tool))]


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


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_has_a_parameter_for_each_option(command: str) -> None:
    """A row alone makes an option that nobody asks for, or that ends every call of its command."""
    found = program.get_command(click.Context(program), command)
    assert found is not None
    assert found.callback is not None
    taken = inspect.signature(found.callback).parameters
    passed_on = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in taken.values())
    missing = [option.key for option in options_of(command) if not passed_on and option.key not in taken]
    assert missing == [], f"give the function of `fakie {command}` a parameter for each of these"


def test_the_suite_has_a_field_for_each_option() -> None:
    """One that is not a field is read by nobody."""
    missing = {option.key for option in options_of("suite")} - set(SuiteSettings.__struct_fields__)
    assert missing == set(), "give SuiteSettings (run/settings.py of the suite) a field for each of these"


def test_a_fake_has_a_setting_for_each_option_that_serve_passes_on() -> None:
    """What no function on the way takes by its name becomes a field of Settings, under its own name or another."""
    module = importlib.import_module("fakie.commands.serving")
    taken = {*inspect.signature(module._serve).parameters, "host", "port", "workers"}
    renamed = {"http_status", "rate_limit", "key", "account", "way", "disable"}
    known = taken | renamed | set(Settings.__struct_fields__)
    missing = {option.key for option in options_of("serve")} - known
    assert missing == set(), "give Settings (core/settings.py) a field for each of these"


@pytest.mark.parametrize(
    ("given", "address"),
    [("[::1]", "::1"), ("::1", "::1"), ("[fe80::1%eth0]", "fe80::1%eth0"), ("localhost", "localhost"), ("", "")],
)
def test_an_address_may_have_the_brackets_of_urls(given: str, address: str) -> None:
    """It is listened on without; what is empty is refused where it is bound."""
    assert option_of("serve", "host").read(given) == address


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


@pytest.mark.parametrize("tool", LISTED)
def test_of_a_list_with_commas_all_counts_that_is_given(tool: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given twice, as a list in a file, or in one variable it is one text, as with commas on the command line."""
    (option,) = (one for one in options_of(tool) if one.listed)
    flag, values = option.flags_of(tool)[0], []

    @click.command()
    @table_options(tool)
    def command(**given: object) -> None:
        values.append(given[option.key])

    def told(*arguments: str, default: object = None) -> None:
        assert CliRunner().invoke(command, arguments, default_map={option.key: default}).exit_code == 0

    told(flag, "kling/*,veo/*")
    told(flag, "kling/*", flag, "veo/*")
    told(default=["kling/*", "veo/*"])
    if option.variable:
        monkeypatch.setenv(option.variable, "kling/*,veo/*")
        told()
    assert values == ["kling/*,veo/*"] * (4 if option.variable else 3)


def test_no_command_has_an_option_outside_the_table() -> None:
    """`click.option` stands in the adapter of the table alone; a row makes flag, variable and key of a file."""
    found = [
        f"{file.name}:{node.lineno}"
        for file in some(sorted(Path(fakie.__file__).parent.rglob("*.py")))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in {"option", "Option"} and ast.unparse(node.value) == "click"
    ]
    outside = [place for place in found if not place.startswith("options.py:")]
    assert outside == [], "make each a row of options/telling.py"


def test_what_a_name_alone_does_not_say_has_no_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The host that a fake listens on is no pattern of hosts: of a file the table of the command alone counts."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FAKIE_HOST", "::1")
    assert option_of("check-traffic", "host").variable is None
    (tmp_path / "fakie.toml").write_text("host = '127.0.0.1'\nfail-on = 'none'\n", encoding="utf-8")
    assert from_files("check-traffic") == {"fail_on": "none"}
    (tmp_path / "fakie.toml").write_text("[check-traffic]\nhost = '*.kie.ai'\n", encoding="utf-8")
    assert from_files("check-traffic") == {"host": "*.kie.ai"}
    (tmp_path / "fakie.toml").write_text("[openapi]\nformat = 'yaml'\n[catalog]\ndocs = 'latest'\n", encoding="utf-8")
    assert from_files("openapi") == {"format": "yaml", "docs": "latest"}


def test_within_pytest_a_list_with_commas_counts_whole(pytester: pytest.Pytester) -> None:
    """The flag twice is the flag once with a comma, and so is a list in `fakie.toml`."""
    option = option_of("suite", "model")
    (pytester.path / "fakie.toml").write_text('test.model = ["kling/*", "veo/*"]', encoding="utf-8")
    for more in ((), ("--fakie-model=kling/*", "--fakie-model=veo/*"), ("--fakie-model=kling/*,veo/*",)):
        config = pytester.parseconfig("--rootdir", str(pytester.path), *more)
        assert text_of(config, option) == "kling/*,veo/*"


def test_of_an_option_that_cannot_be_meant_the_default_holds_until_the_check(tmp_path: Path) -> None:
    """A run that is refused for an option can still write its report where that says."""
    texts = {"wait": "soon", "report": "r.json"}
    settings = SuiteSettings.read(lambda option: texts.get(option.key), tmp_path)
    assert settings.report == tmp_path / "r.json"
    assert settings.wait is None
    with pytest.raises(ConfigurationError, match="--fakie-wait: expected a number"):
        settings.check()
