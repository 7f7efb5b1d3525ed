"""Settings in files: which place goes before which, for every option, and what is wrong with a file."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from click.shell_completion import ShellComplete
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from fakie.cli import program
from fakie.commands.file_settings import from_files
from fakie.commands.options import table_options
from fakie_schemas.options.option import Option
from fakie_schemas.options.pytest_options import text_of
from fakie_schemas.options.schema import settings_schema
from fakie_schemas.options.settings_files import TABLES
from fakie_schemas.options.table import options_of
from support.clients.plugin_project import run
from support.clients.program import fakie

# Texts that some kind takes; the files and folders are made by the test.
TEXTS = (
    *("3", "4", "http://a.test", "http://b.test", "2/1s", "3/1s", "a=credits:1", "b=credits:2", "latest", "pinned"),
    *("2026-08-19", "2026-04-01"),
    *("one.json", "two.json", "one", "two", "drift.code_added=breaking", "drift.code_added=minor"),
    *("redis://a.test:1", "redis://b.test:1"),
    *("credits_insufficient=1", "credits_insufficient=2", "flaky-upstream", "slow-provider", "a.test", "b.test"),
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of its own, with what options may name."""
    _make_named(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _make_named(folder: Path) -> None:
    for name in ("one", "two"):
        (folder / f"{name}.json").write_text("{}", encoding="utf-8")
        (folder / name).mkdir()


def _taken(option: Option, text: str) -> bool:
    try:
        option.kind.read(text)
    except ValueError:
        return False
    return True


def _two_texts(option: Option) -> tuple[str, str]:
    """Return two texts that an option takes, the same one twice where there is no other."""
    words = option.kind.metavar.strip("[]").split("|")
    good = [text for text in (*words, *TEXTS) if _taken(option, text)]
    return good[0], (good[1:] or good)[0]


def _write(folder: Path, name: str, table: str, texts: Mapping[str, str]) -> None:
    lines = [f"{key} = {json.dumps(text)}" for key, text in texts.items()]
    (folder / name).write_text("\n".join([f"[{table}]", *lines]), encoding="utf-8")


def _given(tool: str) -> list[Option]:
    return [option for option in options_of(tool) if option.by_environment and not option.kind.is_flag]


@pytest.mark.parametrize("tool", [tool for tool in TABLES if tool != "plugin"])
def test_the_places_of_a_command_go_before_each_other(tool: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every option: the command line, then the environment, `fakie.toml`, and last `[tool.fakie]`."""
    options = _given(tool)
    ones, twos = ({o.name: _two_texts(o)[place] for o in options} for place in (0, 1))
    values: dict[str, Any] = {}

    @click.command()
    @table_options(tool, as_text=True)
    def command(**given: Any) -> None:
        values.update(given)

    def holds(texts: Mapping[str, str], *arguments: str) -> None:
        done = CliRunner().invoke(command, arguments, default_map=from_files(tool), catch_exceptions=False)
        assert done.exit_code == 0, done.output
        assert {o.name: values[o.key] for o in options} == {
            o.name: (texts[o.name],) if o.many else texts[o.name] for o in options
        }

    _write(folder, "pyproject.toml", f"tool.fakie.{tool}", ones)
    holds(ones)
    _write(folder, "fakie.toml", tool, twos)
    holds(twos)
    alone = [option for option in options if option.variable]
    for option in alone:
        monkeypatch.setenv(str(option.variable), ones[option.name])
    holds({**twos, **{option.name: ones[option.name] for option in alone}})
    holds(twos, *(word for o in options for word in (o.flags_of(tool)[0], twos[o.name])))


def test_the_places_of_the_plugin_go_before_each_other(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every option: the command line, then the environment, pytest's ini file, `fakie.toml`, `[tool.fakie]`."""
    _make_named(pytester.path)
    options = _given("plugin")
    ones, twos = ({o.name: _two_texts(o)[place] for o in options} for place in (0, 1))

    def holds(texts: Mapping[str, str], *arguments: str) -> None:
        config = pytester.parseconfig("--rootdir", str(pytester.path), *arguments)
        assert {o.name: text_of(config, o) for o in options} == dict(texts)

    _write(pytester.path, "pyproject.toml", "tool.fakie.plugin", ones)
    holds(ones)
    _write(pytester.path, "fakie.toml", "plugin", twos)
    holds(twos)
    pytester.makeini("\n".join(["[pytest]", *(f"fakie_{o.key} = {ones[o.name]}" for o in options)]))
    holds(ones)
    for option in options:
        monkeypatch.setenv(str(option.variable), twos[option.name])
    holds(twos)
    holds(ones, *(f"--fakie-{o.name}={ones[o.name]}" for o in options))


BAD = {
    "unknown": ("sped = 3", "fakie.toml: sped: no option has this name; did you mean 'speed'?"),
    "unknown in a table": ("[serve]\nprt = 3", "fakie.toml: serve.prt: no option has this name; did you mean 'port'?"),
    "a word": ("speed = 'fast'", "fakie.toml: speed: expected a finite number from 1e-06 on, such as 2.5; got 'fast'"),
    "a list": ("speed = [3]", "fakie.toml: speed: expected one value; got a list"),
    "a date": ("speed = 2026-01-01", "fakie.toml: speed: expected a text or a number; got 2026-01-01"),
    "an hour": ("speed = 07:30:00", "fakie.toml: speed: expected a text or a number; got 07:30:00"),
    "a table for a value": ("[speed]\na = 1", "fakie.toml: speed: expected a text or a number; got a table"),
    "a switch": ("[serve]\nport = true", "fakie.toml: serve.port: expected a text or a number; got true"),
    "nothing": (
        "[check-traffic]\nbaseline = ''",
        "check-traffic.baseline: it is empty; leave the line out, or fill it",
    ),
    "no balance": ("[serve]\ncredits = 1e300", "serve.credits: expected a finite number from 0 up to 1e+12"),
    "no flag": ("maintenance = 'yes'", "fakie.toml: maintenance: expected true or false; got 'yes'"),
    "no TOML": ("speed ==", "fakie.toml: it is not TOML: Invalid value (at line 1, column 8)"),
    "nested deeply": (f"speed = {'[' * 50_000}", "fakie.toml: it is not TOML: it is nested too deeply"),
    "many digits": (
        f"speed = {'1' * 5000}",
        "fakie.toml: it is not TOML: a number of more than 4300 digits is too long",
    ),
    "many digits of a hexadecimal": (f"speed = 0x{'f' * 5000}", "fakie.toml: speed: the number has too many digits"),
    "a value for a table": ("serve = 1", "fakie.toml: serve: expected a table of options; got a value"),
    "of one tool": ("against = 'one'", "against: only the table of its command sets it; write it below [verify-pages]"),
    "anew each time": ("[diff]\njson = true", "fakie.toml: diff.json: no file sets it; give --json"),
    "spending": ("[test]\nmax-credits = 3", "fakie.toml: test.max-credits: no file sets it; give --max-credits"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_one_line_with_file_and_key(name: str, folder: Path) -> None:
    """Nothing is started, and the exit code is 2; `fakie config` says the same."""
    text, told = BAD[name]
    (folder / "fakie.toml").write_text(text, encoding="utf-8")
    for command in ("serve", "config"):
        done = fakie(command)
        assert done.returncode == 2
        assert done.stderr.count("\n") == 1
        assert told in done.stderr


@pytest.mark.parametrize(
    ("said", "counts"), [("off", False), ("0", False), ("No", False), ("FALSE", False), ("1", True), ("", True)]
)
def test_no_file_counts_where_the_environment_says_no(
    folder: Path, monkeypatch: pytest.MonkeyPatch, said: str, counts: bool
) -> None:
    """In any of the words of a flag; without a word they count."""
    (folder / "fakie.toml").write_text("speed = 7", encoding="utf-8")
    monkeypatch.setenv("FAKIE_SETTINGS_FILES", said)
    assert ("fakie.toml: speed" in fakie("config", "serve").stdout) is counts


def test_a_word_that_says_neither_yes_nor_no_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would leave files in place that somebody wanted out of the way."""
    monkeypatch.setenv("FAKIE_SETTINGS_FILES", "never")
    done = fakie("config", "serve")
    assert (done.returncode, done.stderr) == (2, "fakie: FAKIE_SETTINGS_FILES: expected yes or no; got 'never'\n")


def test_a_date_of_toml_is_a_date(folder: Path) -> None:
    """Where an option takes a day, TOML's own is as good as one in quotes."""
    for tool, option in [("serve", "docs"), ("test", "changed-since")]:
        (folder / "fakie.toml").write_text(f"[{tool}]\n{option} = 2026-08-19\n", encoding="utf-8")
        rows = [line.split() for line in fakie("config", tool).stdout.splitlines()]
        assert [tool, option, "2026-08-19", "fakie.toml:", f"{tool}.{option}"] in rows


def test_bytes_and_folders_are_no_settings(folder: Path) -> None:
    """What cannot be read is named, in a line."""
    (folder / "fakie.toml").write_bytes(b"\xff")
    assert "expected TOML in UTF-8" in fakie("serve").stderr
    (folder / "fakie.toml").unlink()
    (folder / "fakie.toml").mkdir()
    assert "fakie.toml: it cannot be read" in fakie("serve").stderr


def test_a_pipe_is_no_settings_file(folder: Path) -> None:
    """No command waits for somebody to write into it."""
    os.mkfifo(folder / "fakie.toml")
    assert fakie("config").stderr == "fakie: fakie.toml: it cannot be read: expected a file\n"


def test_a_mark_of_the_encoding_is_no_setting(folder: Path) -> None:
    """As editors write it at the beginning of a file."""
    (folder / "fakie.toml").write_bytes(b"\xef\xbb\xbfspeed = 7\n")
    assert "fakie.toml: speed" in fakie("config", "serve").stdout


def test_a_bad_file_is_a_usage_error_of_pytest(pytester: pytest.Pytester) -> None:
    """The plugin refuses it as the commands do."""
    pytester.makefile(".toml", fakie="[plugin]\nspede = 3")
    pytester.makepyfile("def test_it(fakie): pass")
    done = run(pytester)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines(["*fakie.toml: plugin.spede: no option has this name; did you mean 'speed'?"])


def test_config_says_where_values_come_from(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The place of each value, no secret, and the file that is not read."""
    (folder / "fakie.toml").write_text("key = ['hush']\nspeed = 3\n[serve]\nport = 9", encoding="utf-8")
    (folder / "pyproject.toml").write_text("[tool.fakie]\nspeed = 4\ncredits = 5", encoding="utf-8")
    monkeypatch.setenv("FAKIE_HOST", "::1")
    done = fakie("config", "serve", "--json")
    data = json.loads(done.stdout)
    rows = {row["option"]: (row["value"], row["from"]) for row in data["options"]}
    assert rows["speed"] == ("3", "fakie.toml: speed")
    assert rows["port"] == ("9", "fakie.toml: serve.port")
    assert rows["host"] == ("::1", "environment FAKIE_HOST")
    assert rows["credits"] == ("", "default")
    assert rows["key"] == ("(hidden)", "fakie.toml: key")
    assert data["unused_files"] == ["pyproject.toml: [tool.fakie]"]
    assert "pyproject.toml: [tool.fakie] is not read" in fakie("config", "serve").stdout
    assert "hush" not in done.stdout


def test_the_published_schema_is_that_of_the_table() -> None:
    """What editors read is made from the table: `fakie config --schema`."""
    import fakie_schemas

    file = Path(fakie_schemas.__file__).parent / "formats" / "settings.schema.json"
    assert json.loads(file.read_text("utf-8")) == settings_schema() == json.loads(fakie("config", "--schema").stdout)
    judge = Draft202012Validator(settings_schema())
    assert judge.is_valid({"speed": 3, "key": ["a"], "serve": {"port": 9}})
    assert not judge.is_valid({"sped": 3})
    assert not judge.is_valid({"test": {"max-credits": 3}})


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("show topaz/v", {"topaz/video-upscale"}),
        ("serve --disable z-im", {"z-image"}),
        ("serve --way credits_ins", {"credits_insufficient="}),
        ("serve --profile ob", {"observed"}),
        ("serve --http-status m", {"mirror"}),
        ("test --model topaz/v", {"topaz/video-upscale"}),
        ("exec --scenario flaky", {"flaky-upstream"}),
        ("scenario explain flaky", {"flaky-upstream"}),
        ("profile show doc", {"documented"}),
        ("rules cond", {"conduct"}),
        ("serve --disable no-such", set()),
    ],
)
def test_a_shell_completes_models_situations_and_other_words(typed: str, offered: set[str]) -> None:
    """What begins with the last word, as click answers a shell that asks."""
    *words, last = typed.split()
    made = ShellComplete(program, {}, "fakie", "_FAKIE_COMPLETE").get_completions(words, last)
    assert {one.value for one in made} == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_completion(shell: str) -> None:
    """The script names the program and the variable that asks it."""
    done = fakie("completion", shell)
    assert done.returncode == 0
    assert f"_FAKIE_COMPLETE={shell}_complete" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["srve"], "No such command 'srve'; did you mean 'serve'?"),
        (["state", "shwo"], "No such command 'shwo'; did you mean 'show'?"),
        (["scenario", "flaky"], "No such command 'flaky'; there are: explain, list, show"),
    ],
)
def test_an_unknown_command_is_told_the_nearest_or_all(words: list[str], said: str) -> None:
    """Of each group, in one line with exit code 2."""
    done = fakie(*words)
    assert (done.returncode, done.stderr) == (2, f"fakie: {said}\n")


def test_a_shell_that_completes_is_not_told_of_unknown_commands() -> None:
    """What is typed may not be right yet: the commands are offered, and nothing is raised."""
    made = ShellComplete(program, {}, "fakie", "_FAKIE_COMPLETE").get_completions(["srve"], "serv")
    assert [one.value for one in made] == ["serve"]
