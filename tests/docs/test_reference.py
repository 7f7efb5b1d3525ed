"""What the pages that are made from code say by hand: exit codes, and what a receiver must answer."""

import pytest

from fakie import Fake
from fakie.core.conduct.finding import ConductFinding
from fakie.core.journal import Entry
from fakie.core.tasks.quirks import QUIRKS
from fakie.core.transport_faults import TRANSPORT_FAULTS
from fakie.harness.handles import Callback
from fakie.harness.journal_view import JournalView
from fakie_reference.commands import commands
from fakie_reference.exit_codes import EXIT_CODES
from fakie_reference.fixture import fixture_page, fixtures, members
from fakie_reference.pages import ROOT
from support.clients.program import fakie
from support.some import some

NAMES = [name for name, _ in commands()]


def test_the_exit_codes_are_of_commands_that_are_there() -> None:
    """COMMAND stands for each of them."""
    named = {name for names, _, _ in EXIT_CODES for name in names} - {"COMMAND"}
    assert set(some(named)) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_option_ends_every_command_with_2_and_one_line(name: str) -> None:
    """As the page says of all of them."""
    done = fakie(*name.split(), "--no-such-option-of-fakie")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1


def test_what_a_test_meets_says_what_it_does() -> None:
    """Each fixture has a docstring, as its row is made of it; what the fake asks of itself is not among them."""
    assert [name for name, doc in some(list(fixtures())) if not doc] == []
    names = {name for name, _ in members(Fake)}
    assert {"plan_next", "fail_next", "tasks", "wait_callback"} <= names
    assert "handle" not in names


@pytest.mark.parametrize("page", ["levers.md", "usage.md"])
def test_every_word_of_an_order_is_on_the_pages_of_levers_and_usage(page: str) -> None:
    """Transport faults and quirks of callbacks, each as code."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert [word for word in (*TRANSPORT_FAULTS, *QUIRKS) if word and f"`{word}`" not in text] == []


def test_what_any_sequence_has_is_not_told_of_the_journal() -> None:
    """Its docstring is Python's own; what the journal has of its own by such a name is told."""
    names = {name for name, _ in members(JournalView)}
    assert {"count", "requests", "bodies"} <= names
    assert "index" not in names


def test_what_an_object_holds_is_told_beside_its_calls() -> None:
    """Values have no docstring of their own: the page names those of journal entries, findings and callbacks."""
    text = fixture_page()
    for of in (Entry, ConductFinding, Callback):
        part = text.partition(f"\n## {of.__name__}\n")[2].partition("\n## ")[0]
        assert [name for name in of.__struct_fields__ if f"`.{name}`" not in part] == []
