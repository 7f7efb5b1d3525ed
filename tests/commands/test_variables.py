"""Variables of the environment that are named as ours are and that nobody reads: told, and nothing else changes."""

import json
import re
from pathlib import Path

import pytest

from fakie_schemas.options.option import Option
from fakie_schemas.options.table import OPTIONS
from fakie_schemas.options.variables import OTHER_VARIABLES, unread_variables
from support.clients.plugin_project import run
from support.clients.program import fakie
from support.servers.program import Program

REPOSITORY = Path(__file__).parents[2]
FOLDERS = ("schemas", "mock_server", "contract_tests", "clients", "deploy", "docs", "reference")


@pytest.mark.parametrize("option", [one for one in OPTIONS if one.kind.is_path], ids=lambda one: one.name)
def test_a_path_without_a_name_is_refused(option: Option) -> None:
    """As of a shell's variable that is not set: it would be the current folder, and have files written into it."""
    with pytest.raises(ValueError, match="it is empty"):
        option.kind.read("")


@pytest.mark.parametrize(
    "call",
    [
        ("test", "--target", ""),
        ("test", "--model", ""),
        ("test", "--profile", ""),
        ("test", "--changed-since", ""),
        ("test", "--replay", ""),
        ("test", "-k", ""),
        ("check-receiver", "http://127.0.0.1:1", "--endpoint", ""),
        ("openapi", "--model", ""),
        ("profile", "show", "--diff", ""),
    ],
)
def test_an_empty_text_is_not_taken_for_none(call: tuple[str, ...]) -> None:
    """As of a shell's variable that is not set: the fake would be judged in place of a target, and hold."""
    done = fakie(*call)
    assert (done.returncode, done.stdout) == (2, "")
    assert "it is empty, as an unset variable of a shell makes it; leave the option out, or fill it" in done.stderr


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("FAKIE_SPEDD", "did you mean FAKIE_SPEED?"),
        ("FAKIE_APIKEY", "did you mean FAKIE_API_KEY?"),
        ("FAKIE_KEYS", "did you mean FAKIE_KEY?"),
        ("fakie_speed", "did you mean FAKIE_SPEED?"),
        ("FAKIE_MAX_CREDITS", "give --max-credits on the command line"),
        ("FAKIE_ZZZ", "`fakie config`"),
    ],
)
def test_a_variable_that_nobody_reads_is_told(monkeypatch: pytest.MonkeyPatch, name: str, words: str) -> None:
    """Once, on stderr, with what may be meant; output and exit code are as without it, and its value is not shown."""
    without = fakie("config", "serve")
    monkeypatch.setenv(name, "a-secret-perhaps")
    done = fakie("config", "serve")
    assert (done.returncode, done.stdout) == (without.returncode, without.stdout)
    assert done.stderr.removeprefix(without.stderr).startswith(f"fakie: warning: {name}: ")
    assert words in done.stderr
    assert "a-secret" not in done.stderr
    assert done.stderr.count(name) == 1


def test_serve_tells_them_beside_its_ready_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that its log, which others read, has lines of requests alone."""
    monkeypatch.setenv("FAKIE_SPEDD", "3")
    with Program("--log", "json") as program:
        assert program.read_line() == "warning: FAKIE_SPEDD: nobody reads this variable; did you mean FAKIE_SPEED?\n"
        program.create()
        [line] = program.stop()[1].splitlines()
    assert json.loads(line)["situation"] == "accepted"


def test_whoever_asks_for_help_is_told_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor whoever asks for the version."""
    monkeypatch.setenv("FAKIE_SPEDD", "3")
    for asked in (("--version",), ("--help",)):
        assert fakie(*asked).stderr == ""


def test_pytest_tells_them_in_its_summary(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also with -q, and with warnings as errors; once for all workers."""
    monkeypatch.setenv("FAKIE_SPEDD", "3")
    pytester.makepyfile("def test_it(fakie): pass")
    result = run(pytester, "-q", "-W", "error")
    result.assert_outcomes(passed=1)
    assert result.stdout.str().count("FAKIE_SPEDD: nobody reads this variable; did you mean FAKIE_SPEED?") == 1


@pytest.mark.parametrize("option", [option for option in OPTIONS if option.variable], ids=lambda one: one.name)
def test_the_variable_of_an_option_is_read(option: Option) -> None:
    """Each of the table; an empty one says nothing anyway."""
    assert list(unread_variables({option.variable or "": "x"})) == []
    assert list(unread_variables({f"{option.variable}_": ""})) == []


@pytest.mark.parametrize(("name", "value"), [("FAKIE_PORT", "tcp://10.0.0.1:80"), ("FAKIE_MAINTENANCE", "perhaps")])
def test_a_wrong_value_in_a_variable_is_told_by_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """And not as an option that nobody gave."""
    monkeypatch.setenv(name, value)
    done = fakie("serve")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"fakie: Invalid value for {name}: ")
    assert value in done.stderr


def test_a_wrong_option_is_told_as_such_beside_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line goes first."""
    monkeypatch.setenv("FAKIE_PORT", "8080")
    done = fakie("serve", "--port", "999999")
    assert done.stderr.startswith("fakie: Invalid value for '--port': ")


@pytest.mark.parametrize("name", ["FAKIE_SERVICE_HOST", "FAKIE_PORT_8080_TCP_ADDR", "FAKIE_ENV_HOME", "FAKIE_NAME"])
def test_what_a_neighbour_of_our_name_brings_is_not_told(name: str) -> None:
    """Kubernetes and Docker set such variables in the containers beside one that is called fakie."""
    assert list(unread_variables({name: "x"})) == []


def test_every_variable_of_code_and_docs_is_known() -> None:
    """So that nobody who follows a page is warned."""
    texts = (path.read_text("utf-8", "ignore") for one in FOLDERS for path in _texts(REPOSITORY / one))
    named = {name for text in texts for name in re.findall(r"\bFAKIE_[A-Z_]*[A-Z]\b", text)}
    assert named >= {"FAKIE_SPEED", *OTHER_VARIABLES} - {"FAKIE_SHARED"}
    constants = {"FAKIE_TOML"}
    assert not list(unread_variables(dict.fromkeys(named - constants, "x")))


def _texts(folder: Path) -> list[Path]:
    kinds = {".py", ".md", ".js", ".ts", ".yaml", ".yml", ".toml", ".service", ".txt", ""}
    return [
        path
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in kinds and "node_modules" not in path.parts
    ]
