"""Files that are no files, have no end, or have names that none can have: one line, and exit code 2."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.clients.program import fakie

EMPTY = '{"log": {"entries": []}}'


@pytest.mark.parametrize(
    "call",
    [
        ("state", "import", "new.state", "/dev/zero"),
        ("baseline", "/dev/zero", "--reason", "x", "--out", "new.json"),
        ("scenario", "show", "endless.json"),
        ("serve", "--port", "0", "--account", "x=key:@/dev/zero"),
    ],
)
def test_a_device_without_end_is_not_read(call: tuple[str, ...]) -> None:
    """It would take all the memory there is."""
    Path("endless.json").symlink_to("/dev/zero")
    # With what it needs, and no more: whoever reads on ends in an error of another kind.
    limited = f'ulimit -v 2000000; exec {sys.executable} -m fakie "$@"'
    done = subprocess.run(
        ["bash", "-c", limited, "fakie", *call], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert not Path("new.state").exists()
    assert not Path("new.json").exists()


@pytest.mark.parametrize("option", ["--baseline", "--severities"])
def test_a_pipe_in_place_of_a_file_is_told_as_one(option: str) -> None:
    """It is there, so nobody looks for a misspelt name."""
    os.mkfifo("pipe")
    Path("a.har").write_text(EMPTY)
    done = fakie("check-traffic", "a.har", option, "pipe")
    assert done.returncode == 2
    assert "this is a pipe or a device: write what it gives into a file first" in done.stderr


def test_a_folder_in_place_of_a_file_is_told_as_one() -> None:
    """Of prices, too, which may be words."""
    for call in (("check-traffic", "a.har", "--baseline", "."), ("serve", "--prices", ".")):
        assert "this is a directory" in fakie(*call).stderr


@pytest.mark.parametrize(
    "call",
    [
        ("ledger", "x" * 300),
        ("sync", "--out", "new", "--from", "x" * 300),
        ("check-traffic", "circle.har"),
        ("check-receiver", "http://127.0.0.1:1", "--path", "http://["),
    ],
)
def test_a_name_that_nothing_can_have_is_one_line(call: tuple[str, ...]) -> None:
    """Too long, a link to itself, or the beginning of an address that is none: never a trace."""
    Path("circle.har").symlink_to("circle.har")
    done = fakie(*call)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "call",
    [
        ("check-traffic", "http://fake.test/a.har"),
        ("diff", "https://fake.test/a.md", "b.md"),
        ("verify-pages", "https://fake.test/pages"),
        ("baseline", "https://fake.test/report.json", "--reason", "x", "--out", "new.json"),
    ],
)
def test_an_address_in_place_of_a_path_is_told_as_one(call: tuple[str, ...]) -> None:
    """With both of its slashes, and what would work."""
    done = fakie(*call)
    assert done.returncode == 2
    assert f"expected a path; got the URL {call[1]}; save what it gives first" in done.stderr


def test_the_mark_of_an_encoding_is_passed_over_everywhere(tmp_path: Path) -> None:
    """Editors of some systems begin a file with it: a scenario, an export, the file of a key."""
    scenario = fakie("scenario", "show", "flaky-upstream").stdout
    Path("marked.json").write_text(scenario, encoding="utf-8-sig")
    assert fakie("scenario", "show", "marked.json").stdout == scenario
    Path("export.json").write_text("{}", encoding="utf-8-sig")
    assert "format_version" in fakie("state", "import", tmp_path / "a.state", "export.json").stderr
    Path("key").write_text("a-key\n", encoding="utf-8-sig")
    assert fakie("exec", "--account", "x=key:@key", "--", sys.executable, "-c", "").returncode == 0
