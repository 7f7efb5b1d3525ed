"""Folders that are gone or closed to the user: told of in one line, never taken for empty ones."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fakie_fixtures import sample_pages
from fakie_schemas import disk
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.compiler import derive, write
from support.clients.program import fakie
from support.recordings import GOOD
from support.recordings import write as write_json

_GONE = """\
import os, sys
os.mkdir("gone")
os.chdir("gone")
os.rmdir("../gone")
os.execv(sys.executable, [sys.executable, "-c", "from fakie.cli import main; main()", *sys.argv[1:]])
"""


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an open and a closed folder in it, the second not to be listed by this user, be it root."""
    folder, listed = tmp_path / "all" / "closed", os.scandir
    (tmp_path / "all" / "open").mkdir(parents=True)
    folder.mkdir()

    def scandir(path: Any = ".") -> Any:
        if os.path.normpath(path) == str(folder):
            raise PermissionError(13, "Permission denied", str(folder))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr(disk._Real, "entries", staticmethod(scandir))
    return tmp_path / "all"


@pytest.mark.skipif(os.name != "posix", reason="elsewhere no folder that somebody is in can be taken away")
@pytest.mark.parametrize("command", [["models"], ["serve", "--port", "0"], ["exec", "--", "true"]])
def test_a_folder_that_is_gone_is_one_line(command: list[str]) -> None:
    """As another terminal, or a checkout of another branch, takes it away from under a shell."""
    done = subprocess.run([sys.executable, "-c", _GONE, *command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "the folder that it was started in is gone" in done.stderr


def test_recordings_in_a_closed_folder_are_not_judged(closed: Path) -> None:
    """What is beside it is judged, and the exit code says that this was not all."""
    write_json(closed / "open" / "a.json", GOOD)
    done = fakie("check-traffic", closed)
    assert done.returncode == 2
    assert "1 judged" in done.stdout
    assert f"{closed / 'closed'}: cannot be read: " in done.stderr


@pytest.mark.parametrize("pages", [True, False])
def test_what_lies_in_a_closed_folder_was_not_removed(closed: Path, pages: bool) -> None:
    """Pages and revisions are compared where all can be read; those that cannot would look like gone models."""
    page = sample_pages("old") / "voice-cleaner.md"
    if pages:
        (closed / "open" / page.name).write_bytes(page.read_bytes())
    else:
        write(derive(page, date="2026-01"), closed / "open")
    done = fakie("diff", closed, closed)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"fakie: {closed / 'closed'}: cannot be read: Permission denied\n"


def test_documents_in_a_closed_folder_are_missed(closed: Path, tmp_path: Path) -> None:
    """A catalogue is read whole, or not at all."""
    (closed / "open" / "a.openapi.json").write_text("{}")
    done = fakie("sync", "--from", closed, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert f"{closed / 'closed'}: cannot be read: Permission denied" in done.stderr


def test_revisions_in_a_closed_folder_are_told_of(closed: Path) -> None:
    """The others are there, and whoever judges by them all learns that these are not."""
    write(derive(sample_pages("old") / "voice-cleaner.md", date="2026-01"), closed)
    done = fakie("models", "--schemas", closed)
    assert done.returncode == 0
    assert "acme/voice-cleaner" in done.stdout
    assert f"fakie: left out: {closed / 'closed'}: cannot be read: Permission denied\n" in done.stderr
    assert [broken.file for broken in Catalog.shipped(closed).broken] == [closed / "closed"]


def test_a_closed_folder_of_revisions_is_not_an_empty_one(closed: Path) -> None:
    """It is told of by its name, rather than how to fill it."""
    done = fakie("models", "--schemas", closed / "closed")
    assert f"{closed / 'closed'}: cannot be read: Permission denied" in done.stderr
