"""The files of a run: each is its own, and one that cannot be written keeps nothing else from being told."""

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from support.clients.suite import environment

_LIMITED = """\
import os, resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
os.execv(sys.executable, [sys.executable, "-m", "fakie", "test", *sys.argv[1:]])
"""


def outcome(*arguments: str, start: tuple[str, ...] = ("-m", "fakie", "test")) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *start, *arguments]
    return subprocess.run(command, env=environment(paid=False), capture_output=True, text=True, check=False)


def test_a_full_disk_for_one_file_leaves_the_others_and_what_is_told() -> None:
    """JUnit, which pytest writes, is no half file then; the summary names what was written, and what was not."""
    files = ("--junit", "j.xml", "--html", "r.html", "--report", "/dev/stderr")
    done = outcome("-k", "callBackUrl", *files, start=("-c", _LIMITED))
    assert done.returncode == 2
    assert json.loads(done.stderr)["verdict"] == "holds"
    assert "j.xml cannot be written: [Errno 27]" in done.stdout
    assert "r.html cannot be written: [Errno 27]" in done.stdout
    assert "the report: /dev/stderr\n" in done.stdout
    assert not Path("r.html").exists()
    error = ElementTree.parse("j.xml").getroot().find("testsuite/testcase/error")
    assert error is not None
    assert "cannot be written" in error.attrib["message"]


@pytest.mark.parametrize(
    ("first", "second"),
    [("--report", "--html"), ("--junit", "--report"), ("--report", "--baseline"), ("--html", "--prices")],
)
def test_no_file_of_a_run_takes_the_place_of_another(first: str, second: str) -> None:
    """The run does not begin, and leaves what is there, such as a baseline with its reasons."""
    Path("one.json").write_text("mine")
    done = outcome(first, "one.json", second, "../" + Path.cwd().name + "/one.json")
    assert (done.returncode, Path("one.json").read_text()) == (2, "mine")
    assert f"{first} and {second}: expected a file for each; both name " in done.stderr


def test_what_is_no_file_takes_more_than_one_of_them() -> None:
    """A null device has no place that one could take from the other."""
    assert outcome("-k", "code-455", "--report", "/dev/null", "--html", "/dev/null").returncode == 0


def test_a_report_says_why_when_the_words_of_a_choice_cannot_be_read() -> None:
    """No case is run then; pytest has its own line on what is wrong with them."""
    done = outcome("-k", "((", "--report", "r.json")
    data = json.loads(Path("r.json").read_text(encoding="utf-8"))
    assert (done.returncode, data["verdict"], data["complete"]) == (2, "interrupted", False)
    assert "-k" in data["interrupted"]
    assert {one["reason"] for one in data["results"]} == {f"the run ended before it: {data['interrupted']}"}
