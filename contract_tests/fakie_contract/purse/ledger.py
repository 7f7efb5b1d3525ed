"""The ledger of live runs: an SQLite file that every process of a run writes to before anything else happens."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from pathlib import Path
from typing import Literal

from fakie.errors import FakieError

State = Literal["open", "refused", "accepted", "unknown"]
_UNITS = 10_000
_BUSY_SECONDS = 30.0
_TABLES = """
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY, started REAL NOT NULL, ended REAL, pid INTEGER NOT NULL, target TEXT NOT NULL,
    cap INTEGER NOT NULL, credits_before INTEGER, lowest INTEGER, quiet_until REAL NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS creates (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL, at REAL NOT NULL, pid INTEGER NOT NULL, name TEXT NOT NULL,
    model TEXT, kind TEXT, worst INTEGER NOT NULL, state TEXT NOT NULL, task_id TEXT NOT NULL DEFAULT '',
    why TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS stopped (run INTEGER NOT NULL, kind TEXT NOT NULL, why TEXT NOT NULL);
"""
_COLUMNS = "at, name, model, kind, worst, state, task_id, why"


class LedgerBroken(FakieError):
    """The ledger cannot be read or written; nothing is sent without it."""


@dataclass(frozen=True)
class Create:
    """One createTask as the ledger has it.

    `at` is seconds since the epoch, `worst` credits; `open` means that it was sent and its answer never seen.
    """

    at: float
    name: str
    model: str | None
    kind: str | None
    worst: Decimal
    state: State
    task_id: str
    why: str


@dataclass(frozen=True)
class Balance:
    """Credits of a run: its cap, what it can have cost by the price table, and the balance before and at its lowest."""

    cap: Decimal
    estimate: Decimal
    before: Decimal | None
    lowest: Decimal | None

    @property
    def fall(self) -> Decimal:
        """By how much the balance has fallen, as far as it was seen."""
        return Decimal(0) if self.before is None or self.lowest is None else self.before - self.lowest

    @property
    def spent(self) -> Decimal:
        """The most that the run can have spent."""
        return max(self.estimate, self.fall)


class Ledger:
    """Runs and their creates. Each call is one transaction, so that a crash at any moment loses nothing."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def begin(self, target: str, cap: Decimal, credits: Decimal | None) -> int:
        """Begin a run and give its number; raises LedgerBroken, also while another run uses the file.

        A run that never ended was killed: what it sent counts towards the cap of this one, which takes it over.
        """
        with self._book() as book:
            book.executescript(_TABLES)
        with self.transaction() as book:
            dead = book.execute("SELECT id, pid FROM runs WHERE ended IS NULL").fetchall()
            for _, pid in dead:
                if is_running(pid):
                    raise LedgerBroken(f"{self.file} is in use by process {pid}; wait for it, or name another ledger")
            balance = None if credits is None else units(credits)
            run = book.execute(
                "INSERT INTO runs (started, pid, target, cap, credits_before, lowest) VALUES (?, ?, ?, ?, ?, ?)",
                (time.time(), os.getpid(), target, units(cap), balance, balance),
            ).lastrowid
            for old, _ in dead:
                book.execute("UPDATE creates SET run = ? WHERE run = ?", (run, old))
                book.execute("UPDATE stopped SET run = ? WHERE run = ?", (run, old))
                book.execute("UPDATE runs SET ended = ? WHERE id = ?", (time.time(), old))
            return int(run or 0)

    def end(self, run: int) -> None:
        """End a run: all is accounted for."""
        with self.transaction() as book:
            book.execute("UPDATE runs SET ended = ? WHERE id = ?", (time.time(), run))

    def note_balance(self, run: int, credits: Decimal) -> None:
        """Keep the lowest balance seen; an accepted create that could not cost is given what the estimate lacks."""
        with self.transaction() as book:
            # Rounded towards less: what is doubtful counts as spent.
            lowest = int(credits * _UNITS)
            book.execute("UPDATE runs SET lowest = min(coalesce(lowest, ?), ?) WHERE id = ?", (lowest, lowest, run))
            known = balance_of(book, run)
            if known.fall > known.estimate:
                last = "SELECT max(id) FROM creates WHERE run = ? AND state = 'accepted' AND worst = 0"
                lacking = units(known.fall - known.estimate)
                book.execute(f"UPDATE creates SET worst = ? WHERE id = ({last})", (lacking, run))  # noqa: S608

    def stop_kind(self, run: int, kind: str, why: str) -> None:
        """Let no more creates of a kind be sent in this run."""
        with self.transaction() as book:
            book.execute("INSERT INTO stopped (run, kind, why) VALUES (?, ?, ?)", (run, kind, why))

    def be_quiet(self, run: int, seconds: float) -> None:
        """Let no create be sent for so long, in any process."""
        with self.transaction() as book:
            book.execute("UPDATE runs SET quiet_until = ? WHERE id = ?", (time.time() + seconds, run))

    def settle(self, number: int, state: State, task_id: str = "", why: str = "") -> None:
        """Write down what became of a create."""
        with self.transaction() as book:
            row = (state, task_id, why, number)
            book.execute("UPDATE creates SET state = ?, task_id = ?, why = ? WHERE id = ?", row)

    def balance(self, run: int) -> Balance:
        """Give what a run may spend and has spent."""
        with self.transaction() as book:
            return balance_of(book, run)

    def creates(self, run: int) -> list[Create]:
        """Give the creates of a run, in the order in which they were sent."""
        with self.transaction() as book:
            rows = book.execute(f"SELECT {_COLUMNS} FROM creates WHERE run = ? ORDER BY id", (run,))  # noqa: S608
            return [
                Create(at, name, model, kind, credits_of(worst), *rest) for at, name, model, kind, worst, *rest in rows
            ]

    def stopped(self, run: int) -> dict[str, str]:
        """Give the kinds of which no more are sent, and why."""
        with self.transaction() as book:
            return dict(book.execute("SELECT kind, why FROM stopped WHERE run = ?", (run,)))

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give the book, to this process alone, until the block ends; then all of it is written, or nothing."""
        with self._book() as book:
            book.execute("BEGIN IMMEDIATE")
            yield book
            book.execute("COMMIT")

    @contextmanager
    def _book(self) -> Iterator[sqlite3.Connection]:
        # A connection of its own each time: nothing to share between threads, or to carry over a fork.
        try:
            with closing(sqlite3.connect(self.file, timeout=_BUSY_SECONDS, isolation_level=None)) as book:
                yield book
        except sqlite3.Error as error:
            raise LedgerBroken(f"the ledger {self.file} cannot be used ({error}); nothing is sent without it") from None


def balance_of(book: sqlite3.Connection, run: int) -> Balance:
    """Give what a run may spend and has spent, within a transaction."""
    cap, before, lowest = book.execute("SELECT cap, credits_before, lowest FROM runs WHERE id = ?", (run,)).fetchone()
    sent = "SELECT coalesce(sum(worst), 0) FROM creates WHERE run = ? AND state != 'refused'"
    (estimate,) = book.execute(sent, (run,)).fetchone()
    known = [None if stored is None else credits_of(stored) for stored in (before, lowest)]
    return Balance(credits_of(cap), credits_of(estimate), *known)


def units(credits: Decimal) -> int:
    """Give credits as the whole number that is stored, rounded up."""
    return int((credits * _UNITS).to_integral_value(ROUND_CEILING))


def credits_of(stored: int) -> Decimal:
    """Give the credits of a stored number."""
    return Decimal(stored) / _UNITS


def is_running(pid: int) -> bool:
    """Tell whether a process of this machine is alive; one that is dead and not yet buried is not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return True
