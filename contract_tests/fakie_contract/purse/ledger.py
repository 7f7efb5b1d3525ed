"""The ledger of live runs: an SQLite file that every process of a run writes to before anything else happens."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from math import inf
from pathlib import Path
from typing import Any, Literal

from msgspec import Struct

from fakie_contract.purse.amounts import Balance, balance_units, credits_of, units
from fakie_contract.purse.ledger_file import LedgerBroken, prepare
from fakie_contract.purse.queries import (
    EVERY,
    PAYING,
    WHOLE,
    balance_of,
    is_paid,
    is_running,
    newest_of,
    open_ones,
    stop,
    under_way,
    why_stopped,
)
from fakie_contract.purse.watch import LedgerMoment, Overcharge, moment, note
from fakie_contract.secrets.secrecy import Secrecy

__all__ = ["EVERY", "PAYING", "WHOLE", "Create", "Ledger", "LedgerBroken", "State", "is_running"]

State = Literal["open", "refused", "accepted", "unknown"]
_BUSY_SECONDS = 15.0
_PAUSE = 0.02
_LONGEST = 200
_COLUMNS = "at, name, model, kind, worst, state, task_id, why, charged"


class Create(Struct, frozen=True):
    """One createTask as the ledger has it.

    `at` is seconds since the epoch, `worst` credits, `charged` what the balance was seen to fall by (None: it was not
    read since); `open` means that it was sent and its answer never seen.
    """

    at: float
    name: str
    model: str | None
    kind: str | None
    worst: Decimal
    state: State
    task_id: str
    why: str
    charged: Decimal | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON data, amounts as numbers."""
        return {
            "case": self.name,
            "model": self.model,
            "task_id": self.task_id,
            "worst": float(self.worst),
            "charged": None if self.charged is None else float(self.charged),
            "state": self.state,
            "why": self.why,
        }


class Ledger:
    """Runs and their creates. Each call is one transaction, so that a crash at any moment loses nothing."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._secrecy = Secrecy()

    def begin(self, target: str, cap: Decimal, credits: Decimal | None) -> int:
        """Begin a run and give its number; raises LedgerBroken, also while another run uses the file.

        A run that has no end was killed or interrupted: what it sent counts towards the cap of this one, which takes
        it over; raises LedgerBroken when that was of another target.
        """
        with self.transaction() as book:
            prepare(book, self.file)
            unended = self._unended(book, self.clean(target))
            balance = None if credits is None else balance_units(credits)
            run = book.execute(
                "INSERT INTO runs (started, pid, target, cap, credits_before, lowest, last)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (time.time(), os.getpid(), self.clean(target), units(cap), balance, balance, balance),
            ).lastrowid
            for old in unended:
                _count_fall(book, old, balance)
                _take_over(book, old, int(run or 0))
            return int(run or 0)

    def _unended(self, book: sqlite3.Connection, target: str) -> list[int]:
        """Return the runs to take over; raises LedgerBroken when one lives on, or is of another target."""
        runs = book.execute("SELECT id, pid, target FROM runs WHERE ended IS NULL").fetchall()
        for run, pid, other in runs:
            users = [pid, *(one for one in open_ones(book, run) if one != os.getpid())]
            user = next((one for one in users if is_running(one)), None)
            if user:
                raise LedgerBroken(f"{self.file} is in use by process {user}; wait for it, or name another ledger")
            if other != target and book.execute("SELECT 1 FROM creates WHERE run = ?", (run,)).fetchone():
                raise LedgerBroken(
                    f"{self.file} has a run without an end against {other}, which cannot count for {target};"
                    " name another ledger"
                )
        return [run for run, _, _ in runs]

    def end(self, run: int, *, interrupted: bool = False) -> None:
        """End a run: all is accounted for; what was interrupted, or lacks answers, is left to the next run instead."""
        with self.transaction() as book:
            if interrupted or open_ones(book, run):
                # No process holds it any more.
                book.execute("UPDATE runs SET pid = 0 WHERE id = ?", (run,))
            else:
                book.execute("UPDATE runs SET ended = ? WHERE id = ?", (time.time(), run))

    def claim(self, run: int, name: str) -> bool:
        """Begin a case of a run; returns False when one of its processes has begun it before."""
        with self.transaction() as book:
            row = (run, self.clean_name(name))
            return book.execute("INSERT OR IGNORE INTO begun (run, name) VALUES (?, ?)", row).rowcount > 0

    @contextmanager
    def turn(self, run: int, deadline: float = inf) -> Iterator[None]:
        """Let one process at a time ask something and look at the balance, a create before questions.

        Who dies in between holds nobody. Raises TimeoutError where the turn has not come by the deadline (monotonic s).
        """
        while not self._takes_turn(run):
            if time.monotonic() > deadline:
                raise TimeoutError("the run reached its time limit while other processes had their turn")
            time.sleep(_PAUSE)
        try:
            yield
        finally:
            with self.transaction() as book:
                book.execute("DELETE FROM asking WHERE run = ? AND pid = ?", (run, os.getpid()))

    def _takes_turn(self, run: int) -> bool:
        with self.transaction() as book:
            row = book.execute("SELECT pid FROM asking WHERE run = ?", (run,)).fetchone()
            others = [] if row is None else [row[0]]
            if any(pid != os.getpid() and is_running(pid) for pid in (*others, *under_way(book, run))):
                return False
            book.execute("INSERT OR REPLACE INTO asking (run, pid) VALUES (?, ?)", (run, os.getpid()))
            return True

    def is_awaiting(self, run: int) -> bool:
        """Tell whether another process, which lives, has sent a create and has had no answer yet."""
        with self.transaction() as book:
            return any(pid != os.getpid() and is_running(pid) for pid in open_ones(book, run))

    def note_balance(self, run: int, credits: Decimal | None, create: int | None = None) -> Overcharge | None:
        """Keep a balance read while no other create is under way, and count its fall towards a create, else the last.

        None, when it could not be read, stops what may cost until the next that could. Returns what was charged
        beyond all that can have been paid for, after which the run is stopped.
        """
        with self.transaction() as book:
            return note(book, run, credits, create)

    def moment(self, run: int) -> LedgerMoment | None:
        """Return the moment before a balance is read without a create; None while one is under way."""
        with self.transaction() as book:
            return moment(book, run)

    def note_since(self, run: int, since: LedgerMoment, credits: Decimal | None) -> Overcharge | None:
        """Keep a balance that was read after a moment, unless something has happened since; returns as note_balance."""
        with self.transaction() as book:
            return note(book, run, credits, None) if moment(book, run) == since else None

    def stop_kind(self, run: int, kind: str, why: str) -> None:
        """Let no more creates of a kind be sent in this run, whatever process asks; of EVERY kind: none at all."""
        with self.transaction() as book:
            stop(book, run, kind, self.clean(why))

    def why_stopped(self, run: int, kind: str) -> str:
        """Say why no more of a kind is sent; empty when it is."""
        with self.transaction() as book:
            return why_stopped(book, run, kind)

    def be_quiet(self, run: int, seconds: float) -> None:
        """Let no create be sent for so long, in any process."""
        with self.transaction() as book:
            book.execute("UPDATE runs SET quiet_until = ? WHERE id = ?", (time.time() + seconds, run))

    def settle(self, number: int, state: State, task_id: str = "", why: str = "") -> None:
        """Write down what became of a create."""
        with self.transaction() as book:
            row = (state, self.clean(task_id), self.clean(why), time.time(), number)
            book.execute("UPDATE creates SET state = ?, task_id = ?, why = ?, answered = ? WHERE id = ?", row)

    def is_paid(self, number: int, task_id: str) -> bool:
        """Tell whether a create before this one, for the same, made this task and was seen to be charged for it."""
        with self.transaction() as book:
            return is_paid(book, number, self.clean(task_id))

    def balance(self, run: int) -> Balance:
        """Return what a run may spend and has spent."""
        with self.transaction() as book:
            return balance_of(book, run)

    def creates(self, run: int) -> list[Create]:
        """Return the creates of a run, in the order in which they were sent."""
        with self.transaction() as book:
            return creates_of(book, run)

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
        return self.clean_name(text)[:_LONGEST]

    def clean_name(self, text: str) -> str:
        """Return text without secrets in its whole length, which tells one from another."""
        return self._secrecy.of_text(text).encode("utf-8", "backslashreplace").decode()

    @contextmanager
    def _book(self) -> Iterator[sqlite3.Connection]:
        # A connection of its own each time: nothing to share between threads, or to carry over a fork.
        # By its whole path, for SQLite reads names such as :memory: and file:a in a way of its own.
        try:
            with closing(sqlite3.connect(self.file.absolute(), timeout=_BUSY_SECONDS, isolation_level=None)) as book:
                yield book
        except sqlite3.Error as error:
            raise LedgerBroken(f"the ledger {self.file} cannot be used ({error}); nothing is sent without it") from None


def creates_of(book: sqlite3.Connection, run: int) -> list[Create]:
    """Return the creates of a run, in the order in which they were sent, within a transaction."""
    rows = book.execute(f"SELECT {_COLUMNS} FROM creates WHERE run = ? ORDER BY id", (run,))  # noqa: S608
    return [
        Create(
            at,
            name,
            model,
            kind,
            credits_of(worst),
            state,
            task_id,
            why,
            None if charged is None else credits_of(charged),
        )
        for at, name, model, kind, worst, state, task_id, why, charged in rows
    ]


def _count_fall(book: sqlite3.Connection, old: int, balance: int | None) -> None:
    """Count towards a run without an end what the balance has fallen by since it was read last in that run."""
    (last,) = book.execute("SELECT last FROM runs WHERE id = ?", (old,)).fetchone()
    fall = 0 if last is None or balance is None else max(0, last - balance)
    newest = newest_of(book, old)
    book.execute("UPDATE creates SET charged = coalesce(charged, 0) + ? WHERE id = ?", (fall, newest))


def _take_over(book: sqlite3.Connection, old: int, run: int) -> None:
    """Let what a run without an end sent count for another run: at its worst, since nobody watched to its end."""
    book.execute(
        "UPDATE creates SET run = ?, state = CASE state WHEN 'open' THEN 'unknown' ELSE state END,"
        " charged = CASE state WHEN 'refused' THEN coalesce(charged, 0) ELSE max(worst, coalesce(charged, 0)) END"
        " WHERE run = ?",
        (run, old),
    )
    kinds = "UPDATE stopped SET run = ? WHERE run = ? AND kind NOT IN (?, ?, ?)"
    book.execute(kinds, (run, old, WHOLE, EVERY, PAYING))
    book.execute("UPDATE runs SET ended = ? WHERE id = ?", (time.time(), old))
