"""What a command does where nobody can read what it tells: a reader that left, a full disk, no output at all."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.recordings import create

FAKIE = [sys.executable, "-m", "fakie"]
FULL = Path("/dev/full")
TELLING = (["--help"], ["models"], ["rules"], ["show", "z-image"], ["openapi"], ["config"])


def in_shell(arguments: list[str], *after: str) -> "subprocess.CompletedProcess[str]":
    """Run a command in a shell, with what follows it there; `$?` is the command's own."""
    command = ["bash", "-c", f'set -o pipefail; "$@" {" ".join(after)}', "bash", *FAKIE, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("arguments", TELLING, ids=" ".join)
def test_a_reader_that_leaves_is_told_nothing(arguments: list[str]) -> None:
    """As `head -1` does: no trace, nor a line about it."""
    done = in_shell(arguments, "| head -1")
    assert done.stderr == ""
    assert done.returncode in (0, 2)
    assert done.stdout.count("\n") == 1


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that takes nothing")
@pytest.mark.parametrize("arguments", TELLING, ids=" ".join)
def test_a_disk_that_is_full_is_one_line_and_exit_2(arguments: list[str]) -> None:
    """What was asked for is not there, and a script must know."""
    done = in_shell(arguments, f">{FULL}")
    assert done.returncode == 2
    assert done.stderr == "fakie: what it tells could not be written: No space left on device\n"


@pytest.mark.skipif(not FULL.exists(), reason="needs a device that takes nothing")
@pytest.mark.parametrize("arguments", [[], ["profile"], ["state"]], ids=["fakie", "profile", "state"])
def test_the_help_for_a_call_without_a_command_meets_a_full_disk_as_any_does(arguments: list[str]) -> None:
    """One line and exit code 2, and nothing about a reader that has left."""
    done = in_shell(arguments, f">{FULL}")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "could not be written" in done.stderr
    assert in_shell(arguments, "| true").stderr == ""


@pytest.mark.parametrize("arguments", TELLING, ids=" ".join)
def test_a_closed_output_is_harmless(arguments: list[str]) -> None:
    """Whoever starts it so wants the exit code alone."""
    done = in_shell(arguments, ">&-")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("where", [f">{FULL}", "2>&-"], ids=["full", "closed"])
@pytest.mark.skipif(not FULL.exists(), reason="needs a device that takes nothing")
def test_a_complaint_that_nobody_can_read_keeps_its_exit_code(where: str) -> None:
    """A wrong call is exit code 2 still."""
    assert in_shell(["nonsense"], where.replace(">/", "2>/")).returncode == 2


@pytest.mark.parametrize(
    ("after", "code", "said"),
    [
        ("| head -1", 2, ""),
        (f">{FULL}", 2, "fakie: what it tells could not be written: No space left on device\n"),
        (">&-", 0, ""),
    ],
    ids=["left", "full", "closed"],
)
@pytest.mark.skipif(not FULL.exists(), reason="needs a device that takes nothing")
def test_a_run_of_the_suite_that_nobody_reads_has_found_nothing(after: str, code: int, said: str) -> None:
    """Exit code 1 means findings, and never that a pipe or a disk was at its end."""
    done = in_shell(["test", "--model", "z-image", "-k", "credit"], after)
    assert (done.returncode, done.stderr) == (code, said)


def test_a_reader_that_leaves_a_judge_has_not_seen_findings(tmp_path: Path) -> None:
    """Exit code 1 of what judges means findings; a reader that was gone before the first line is no finding."""
    (tmp_path / "one.json").write_text(json.dumps(create({"model": "z-image", "input": {}}, {"code": 200})))
    reading, writing = os.pipe()
    os.close(reading)
    command = [*FAKIE, "check-traffic", "--fail-on", "none", str(tmp_path)]
    try:
        done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False, timeout=60)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (2, b"")


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "ascii"])
@pytest.mark.parametrize("more", [(), ("--json",)], ids=["table", "json"])
def test_signs_that_the_output_has_not_are_escaped(tmp_path: Path, encoding: str, more: tuple[str, ...]) -> None:
    """Half a character of an answer, which nothing can write, and lines of a table where a terminal has none."""
    answer = {"code": "\ud800", "msg": "\u6a21", "data": None}
    (tmp_path / "one.json").write_text(json.dumps(create({"model": "z-image", "input": {}}, answer)))
    command = [*FAKIE, "check-traffic", str(tmp_path), *more]
    done = subprocess.run(command, capture_output=True, env={**os.environ, "PYTHONIOENCODING": encoding}, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"\\ud800" in done.stdout
