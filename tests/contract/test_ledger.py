"""The ledger's file: earlier and later versions, what is damaged or something else, and the command that shows it."""

import json
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fakie_contract.purse.history import runs_of
from fakie_contract.purse.ledger import Ledger, LedgerBroken
from fakie_contract.purse.ledger_file import VERSION
from support.clients.program import fakie

FIRST = """
CREATE TABLE runs (id INTEGER PRIMARY KEY, started REAL NOT NULL, ended REAL, pid INTEGER NOT NULL,
    target TEXT NOT NULL, cap INTEGER NOT NULL,
    credits_before INTEGER, lowest INTEGER, quiet_until REAL NOT NULL DEFAULT 0);
CREATE TABLE creates (id INTEGER PRIMARY KEY, run INTEGER NOT NULL, at REAL NOT NULL, pid INTEGER NOT NULL,
    name TEXT NOT NULL, model TEXT, kind TEXT, worst INTEGER NOT NULL, state TEXT NOT NULL,
    task_id TEXT NOT NULL DEFAULT '', why TEXT NOT NULL DEFAULT '');
CREATE TABLE stopped (run INTEGER NOT NULL, kind TEXT NOT NULL, why TEXT NOT NULL);
INSERT INTO runs VALUES (1, 1.0, NULL, 0, 'https://kie.test', 1000000, 10000000, 10000000, 0);
INSERT INTO creates VALUES (1, 1, 1.0, 0, 'a case', 'm', NULL, 120000, 'accepted', 'task-1', '');
INSERT INTO creates VALUES (2, 1, 2.0, 0, 'another', 'm', NULL, 120000, 'refused', '', 'code 422');
"""
FILE = Path("ledger.sqlite")


def written(script: str, file: Path = FILE) -> bytes:
    with closing(sqlite3.connect(file)) as book:
        book.executescript(script)
    return file.read_bytes()


def begun(target: str = "https://kie.test") -> tuple[Ledger, int]:
    ledger = Ledger(FILE)
    return ledger, ledger.begin(target, Decimal(100), Decimal(1000))


def test_a_ledger_of_the_first_version_is_taken_over() -> None:
    """What its run without an end was accepted for counts, at its worst; what was refused does not."""
    written(FIRST)
    ledger, run = begun()
    assert ledger.balance(run).estimate == 12
    assert [f"{one.state} {one.charged}" for one in ledger.creates(run)] == ["accepted 12", "refused 0"]


@pytest.mark.parametrize("name", [":memory:", "file:a?mode=ro"])
def test_a_name_that_sqlite_reads_in_its_own_way_is_a_file_like_any(name: str) -> None:
    """What was reserved lies in the file of this name, where the next run finds it."""
    Ledger(Path(name)).begin("https://kie.test", Decimal(100), Decimal(1000))
    assert [run.target for run in runs_of(Path(name))] == ["https://kie.test"]
    assert [found.name for found in Path().iterdir()] == [name]


def test_a_ledger_of_the_second_version_is_taken_over() -> None:
    """It has no moment of each answer, and what it counted as spent stays so."""
    ledger, run = begun()
    with ledger.transaction() as book:
        book.execute(
            "INSERT INTO creates (run, at, pid, name, worst, state, charged)"
            " VALUES (?, 0, 0, 'a', 120000, 'accepted', 5)",
            (run,),
        )
        book.execute("ALTER TABLE creates DROP COLUMN answered")
        book.execute("UPDATE runs SET pid = 0")
        book.execute("PRAGMA user_version = 2")
    ledger, run = begun()
    assert ledger.balance(run).estimate == 12
    ledger.settle(1, "refused")
    assert [one.state for one in ledger.creates(run)] == ["refused"]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (
            f"PRAGMA user_version = {VERSION + 1}; PRAGMA application_id = 1717660521; CREATE TABLE runs (a);",
            f"version {VERSION + 1}",
        ),
        ("CREATE TABLE customers (name TEXT)", "a database of something else"),
        ("CREATE TABLE runs (id); CREATE TABLE creates (id); CREATE TABLE stopped (id)", "cannot be used"),
    ],
    ids=["later", "something else", "other columns"],
)
def test_what_is_no_ledger_of_ours_stays_as_it_is(script: str, words: str) -> None:
    """One line says what it is; nothing is written into it, by a run or by the command that shows it."""
    before = written(script)
    with pytest.raises(LedgerBroken, match=words):
        begun()
    shown = fakie("ledger", str(FILE))
    assert (shown.returncode, shown.stderr.count("\n")) == (2, 1)
    assert FILE.read_bytes() == before


def test_a_ledger_that_was_cut_off_is_refused() -> None:
    """Half of its pages are gone: damaged, or not even a database."""
    content = written(FIRST)
    for size in (len(content) // 2, 100, len(content) - 1):
        FILE.write_bytes(content[:size])
        with pytest.raises(LedgerBroken, match=r"damaged|cannot be used"):
            begun()


def test_a_locked_ledger_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody holds it: after a while one line says so."""
    monkeypatch.setattr("fakie_contract.purse.ledger._BUSY_SECONDS", 0.05)
    written(FIRST)
    with closing(sqlite3.connect(FILE, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(LedgerBroken, match="locked"):
            begun()


def test_a_ledger_of_another_target_is_refused_while_its_run_has_no_end() -> None:
    """The credits of one account are not those of another; once the run has ended, the file serves for both."""
    written(FIRST)
    with pytest.raises(LedgerBroken, match=r"without an end against https://kie.test, .* name another ledger"):
        begun("https://other.test")
    ledger, run = begun()
    ledger.end(run)
    _, other = begun("https://other.test")
    assert ledger.balance(other).estimate == 0


def test_an_interrupted_run_has_no_end() -> None:
    """Also when all its creates were answered: the next run counts them."""
    ledger, run = begun()
    with ledger.transaction() as book:
        book.execute(
            "INSERT INTO creates (run, at, pid, name, worst, state, charged)"
            " VALUES (?, 1, 0, 'a', 50000, 'accepted', 1)",
            (run,),
        )
    ledger.end(run, interrupted=True)
    again, following = begun()
    assert again.balance(following).estimate == 5


@pytest.mark.parametrize(("left", "spent"), [(1000, 12), (988, 12), (500, 500), (2000, 12)])
def test_what_was_charged_after_a_run_was_killed_counts(left: int, spent: int) -> None:
    """By how much the balance has fallen since that run read it last: nobody else saw what its create has cost."""
    ledger, run = begun()
    with ledger.transaction() as book:
        book.execute(
            "INSERT INTO creates (run, at, pid, name, worst, state) VALUES (?, 0, 0, 'a', 120000, 'open')", (run,)
        )
        book.execute("UPDATE runs SET pid = 0 WHERE id = ?", (run,))
    following = ledger.begin("https://kie.test", Decimal(600), Decimal(left))
    assert ledger.balance(following).spent == spent


def test_the_command_shows_runs_and_creates() -> None:
    """As a table and as data; an old file is read and stays as it is."""
    before = written(FIRST)
    told = fakie("ledger", str(FILE))
    assert told.returncode == 0, told.stderr
    assert told.stdout.endswith(f"1 run in {FILE}\n")
    for words in ("https://kie.test", "counts towards the cap of the next run", "a case", "accepted", "task-1", "12"):
        assert words in told.stdout
    data: Any = json.loads(fakie("ledger", str(FILE), "--json").stdout)
    (run,) = data["runs"]
    assert (run["state"], run["cap"], run["spent_at_most"]) == ("without an end", 100.0, 12.0)
    assert [one["task_id"] for one in run["creates"]] == ["task-1", ""]
    assert FILE.read_bytes() == before
    assert runs_of(FILE)[0].spent == 12


def test_no_ledger_to_show_is_one_line() -> None:
    """Exit code 2, and no file is made."""
    told = fakie("ledger", "nothing.sqlite")
    assert (told.returncode, told.stderr.count("\n")) == (2, 1)
    assert "no ledger is at nothing.sqlite" in told.stderr
    assert not Path("nothing.sqlite").exists()
