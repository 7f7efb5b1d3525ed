"""Commands that take long say on a terminal how far they are, and nowhere else."""

import re
from pathlib import Path

import pytest

from fakie_fixtures import sample_pages
from fakie_schemas.compiler import derive, write
from support.clients.program import fakie, in_terminal

PAGES = sample_pages("old")


@pytest.mark.parametrize("what", ["pages", "revisions"])
def test_a_folder_is_counted_on_a_terminal(what: str, tmp_path: Path) -> None:
    """Pages by their names, with how many there are; into a file goes the answer alone."""
    folder = PAGES
    if what == "revisions":
        folder = tmp_path
        for page in PAGES.glob("*.md"):
            write(derive(page, date="2026-01"), folder)
    asked = ("diff", folder, folder)
    shown = in_terminal(*asked)
    assert re.search(r"\d+/\d+", shown)
    assert what in shown or any(page.name in shown for page in PAGES.glob("*.md"))
    assert "0 breaking" in shown
    done = fakie(*asked)
    assert done.stderr == ""
    assert not re.search(r"\d+/\d+", done.stdout)
