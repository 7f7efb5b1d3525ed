"""`fakie record` as a program: what it prints, how it ends, and wrong calls."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from fakie.cli import program as whole_program
from fakie.core.service import Service
from support.clients.doors import CREATE, CREDIT, MODEL, running
from support.clients.program import fakie
from support.servers.upstreams import RunningRecorder

KEY = "Bearer k3y-of-the-client"
BODY = {"model": MODEL, "input": {}}
Start = Callable[..., tuple["subprocess.Popen[str]", str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    programs: list[subprocess.Popen[str]] = []

    def begin(*arguments: str, **environment: str) -> tuple["subprocess.Popen[str]", str]:
        command = [sys.executable, "-m", "fakie", "record", "--port", "0", "--out", str(tmp_path / "out"), *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        program = subprocess.Popen(command, env={**os.environ, **environment}, **pipes)  # type: ignore[call-overload]
        programs.append(program)
        return program, program.stdout.readline()

    yield begin
    for program in programs:
        if program.poll() is None:
            program.kill()
        program.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_program_ends_with_a_summary_and_no_key(
    start: Start, service: Service, tmp_path: Path, number: int
) -> None:
    """It tells where it listens, logs each exchange, and ends by a signal with exit code 0."""
    with running(service) as fake_url:
        program, line = start("--upstream", fake_url, "--live", HTTP_PROXY="http://127.0.0.1:1")
        url = line.split(" -> ")[0].split()[-1]
        recorder = RunningRecorder(url, None, tmp_path / "out")  # type: ignore[arg-type]
        assert recorder.ask("GET", f"{CREDIT}?token=plain-token-value", Authorization=KEY).json["code"] == 200
        assert recorder.ask("POST", CREATE, BODY, Authorization=KEY).status == 403
    program.send_signal(number)
    printed, _ = program.communicate(timeout=60)
    assert program.returncode == 0
    assert printed.splitlines()[-1] == (
        f"exchanges recorded: 1; paid creates passed: 0, refused: 1; folder: {tmp_path / 'out'}"
    )
    assert "000001-get-credit.json 200" in printed
    assert "k3y" not in printed
    assert "plain-token" not in printed


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--upstream", "api.kie.ai", "--out", "o"], "https://api.kie.ai"),
        (["--upstream", "https://u:hidden-word@x.test", "--out", "o"], "without path, query or user"),
        (["--upstream", "http://127.0.0.1:1", "--out", "file"], "cannot write recordings"),
        (["--upstream", "http://127.0.0.1:1"], "--out"),
        (["--upstream", "http://127.0.0.1:1", "--out", "o", "--max-credits", "-1"], "max-credits"),
    ],
)
def test_a_wrong_call_is_one_line_and_exit_2(tmp_path: Path, arguments: list[str], word: str) -> None:
    """The line says what would work, and shows no password."""
    (tmp_path / "file").write_text("")
    command = [sys.executable, "-m", "fakie", "record", "--port", "0", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert word in done.stderr
    assert "hidden-word" not in done.stderr


def test_help_names_what_lets_creates_pass() -> None:
    """Both acts are in the help."""
    text = " ".join(fakie("record", "--help").stdout.split())
    assert "--max-credits" in text
    assert "FAKIE_ALLOW_PAID=1" in text


def test_the_commands_on_the_docs_page_exist() -> None:
    """Each line that the page shows is a call that the program understands."""
    page = Path(__file__).parents[2] / "docs" / "record-replay.md"
    blocks = page.read_text(encoding="utf-8").split("```console\n")[1:]
    lines = [line for block in blocks for line in block.split("```")[0].splitlines()]
    assert len(lines) == 2
    for line in lines:
        _, name, *arguments = line.split()
        parent = click.Context(whole_program, **whole_program.context_settings)
        command = whole_program.get_command(parent, name)
        assert command is not None
        assert command.make_context(name, arguments, parent=parent).params
