"""The ledger of live runs: an SQLite file that every process of a run writes to before anything else happens."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

from fakie_contract.purse.amounts import Balance, credits_of, units
from fakie_contract.purse.queries import TABLES, balance_of, note_lowest, open_ones
from fakie_contract.secrets.secrecy import Secrecy
from fakie_schemas.errors import FakieError

State = Literal["open", "refused", "accepted", "unknown"]
_BUSY_SECONDS = 30.0
_LONGEST = 200
# Beside the situations in which creates must be refused, these kinds can be stopped.
EVERY, PAYING = "every kind", "what may cost"
_UNSEEN = "the balance could not be read after a create; nothing more that may cost is sent until it can be"
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


class Ledger:
    """Runs and their creates. Each call is one transaction, so that a crash at any moment loses nothing."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._secrecy = Secrecy()

    def begin(self, target: str, cap: Decimal, credits: Decimal | None) -> int:
        """Begin a run and give its number; raises LedgerBroken, also while another run uses the file.

        A run that never ended was killed: what it sent counts towards the cap of this one, which takes it over.
        """
        with self._book() as book:
            book.executescript(TABLES)
        with self.transaction() as book:
            dead = book.execute("SELECT id, pid FROM runs WHERE ended IS NULL").fetchall()
            for _, pid in dead:
                if is_running(pid):
                    raise LedgerBroken(f"{self.file} is in use by process {pid}; wait for it, or name another ledger")
            balance = None if credits is None else units(credits)
            run = book.execute(
                "INSERT INTO runs (started, pid, target, cap, credits_before, lowest) VALUES (?, ?, ?, ?, ?, ?)",
                (time.time(), os.getpid(), self.clean(target), units(cap), balance, balance),
            ).lastrowid
            for old, _ in dead:
                book.execute("UPDATE creates SET run = ? WHERE run = ?", (run, old))
                kinds = "UPDATE stopped SET run = ? WHERE run = ? AND kind NOT IN (?, ?)"
                book.execute(kinds, (run, old, EVERY, PAYING))
                book.execute("UPDATE runs SET ended = ? WHERE id = ?", (time.time(), old))
            return int(run or 0)

    def end(self, run: int) -> None:
        """End a run: all is accounted for; one with creates that have had no answer is left to the next run instead."""
        with self.transaction() as book:
            if open_ones(book, run):
                # No process holds it any more.
                book.execute("UPDATE runs SET pid = 0 WHERE id = ?", (run,))
            else:
                book.execute("UPDATE runs SET ended = ? WHERE id = ?", (time.time(), run))

    def is_awaiting(self, run: int) -> bool:
        """Tell whether another process, which lives, has sent a create and has had no answer yet."""
        with self.transaction() as book:
            return any(pid != os.getpid() and is_running(pid) for pid in open_ones(book, run))

    def note_balance(self, run: int, credits: Decimal | None) -> None:
        """Keep the lowest balance seen; None, when it could not be read, stops what may cost until the next that could.

        An accepted create that could not cost is given what the estimate lacks.
        """
        with self.transaction() as book:
            before = balance_of(book, run).before
            book.execute("DELETE FROM stopped WHERE run = ? AND kind = ?", (run, PAYING))
            if credits is not None:
                note_lowest(book, run, credits)
            elif before is not None:
                book.execute("INSERT INTO stopped (run, kind, why) VALUES (?, ?, ?)", (run, PAYING, _UNSEEN))

    def stop_kind(self, run: int, kind: str, why: str) -> None:
        """Let no more creates of a kind be sent in this run, whatever process asks; of EVERY kind: none at all."""
        with self.transaction() as book:
            row = (run, kind, self.clean(why))
            book.execute("INSERT INTO stopped (run, kind, why) VALUES (?, ?, ?)", row)

    def be_quiet(self, run: int, seconds: float) -> None:
        """Let no create be sent for so long, in any process."""
        with self.transaction() as book:
            book.execute("UPDATE runs SET quiet_until = ? WHERE id = ?", (time.time() + seconds, run))

    def settle(self, number: int, state: State, task_id: str = "", why: str = "") -> None:
        """Write down what became of a create."""
        with self.transaction() as book:
            row = (state, self.clean(task_id), self.clean(why), number)
            book.execute("UPDATE creates SET state = ?, task_id = ?, why = ? WHERE id = ?", row)

    def balance(self, run: int) -> Balance:
        """Return what a run may spend and has spent."""
        with self.transaction() as book:
            return balance_of(book, run)

    def creates(self, run: int) -> list[Create]:
        """Return the creates of a run, in the order in which they were sent."""
        with self.transaction() as book:
            rows = book.execute(f"SELECT {_COLUMNS} FROM creates WHERE run = ? ORDER BY id", (run,))  # noqa: S608
            return [
                Create(at, name, model, kind, credits_of(worst), *rest) for at, name, model, kind, worst, *rest in rows
            ]

    def stopped(self, run: int) -> dict[str, str]:
        """Return the kinds of which no more are sent, and why."""
        with self.transaction() as book:
            return dict(book.execute("SELECT kind, why FROM stopped WHERE run = ?", (run,)))

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Return the book, to this process alone, until the block ends; then all of it is written, or nothing."""
        with self._book() as book:
            book.execute("BEGIN IMMEDIATE")
            yield book
            book.execute("COMMIT")

    def clean(self, text: str) -> str:
        """Return text as it may be written down: what a target says may hold the key, half a character, megabytes."""
        return self._secrecy.of_text(text).encode("utf-8", "backslashreplace").decode()[:_LONGEST]

    @contextmanager
    def _book(self) -> Iterator[sqlite3.Connection]:
        # A connection of its own each time: nothing to share between threads, or to carry over a fork.
        try:
            with closing(sqlite3.connect(self.file, timeout=_BUSY_SECONDS, isolation_level=None)) as book:
                yield book
        except sqlite3.Error as error:
            raise LedgerBroken(f"the ledger {self.file} cannot be used ({error}); nothing is sent without it") from None


def is_running(pid: int) -> bool:
    """Tell whether a process of this machine is alive; one that is dead and not yet buried is not."""
    if pid <= 0:
        return False
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
