"""What is asked of a ledger within a transaction."""

import sqlite3
from decimal import Decimal

from fakie_contract.purse.amounts import UNITS, Balance, credits_of, units

TABLES = """
CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY, started REAL NOT NULL, ended REAL, pid INTEGER NOT NULL, target TEXT NOT NULL,
    cap INTEGER NOT NULL, credits_before INTEGER, lowest INTEGER, quiet_until REAL NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS creates (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL, at REAL NOT NULL, pid INTEGER NOT NULL, name TEXT NOT NULL,
    model TEXT, kind TEXT, worst INTEGER NOT NULL, state TEXT NOT NULL, task_id TEXT NOT NULL DEFAULT '',
    why TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS stopped (run INTEGER NOT NULL, kind TEXT NOT NULL, why TEXT NOT NULL);
"""


def balance_of(book: sqlite3.Connection, run: int) -> Balance:
    """Return what a run may spend and has spent, within a transaction."""
    cap, before, lowest = book.execute("SELECT cap, credits_before, lowest FROM runs WHERE id = ?", (run,)).fetchone()
    sent = "SELECT coalesce(sum(worst), 0) FROM creates WHERE run = ? AND state != 'refused'"
    (estimate,) = book.execute(sent, (run,)).fetchone()
    known = [None if stored is None else credits_of(stored) for stored in (before, lowest)]
    return Balance(credits_of(cap), credits_of(estimate), *known)


def why_stopped(book: sqlite3.Connection, run: int, kind: str) -> str:
    """Say why no more creates of a kind are sent, within a transaction; empty when they are."""
    row = book.execute("SELECT why FROM stopped WHERE run = ? AND kind = ?", (run, kind)).fetchone()
    return str(row[0]) if row else ""


def open_ones(book: sqlite3.Connection, run: int) -> list[int]:
    """Return the process of each create that has had no answer."""
    return [pid for (pid,) in book.execute("SELECT pid FROM creates WHERE run = ? AND state = 'open'", (run,))]


def note_lowest(book: sqlite3.Connection, run: int, credits: Decimal) -> None:
    """Keep the lowest balance seen; an accepted create that could not cost is given what the estimate lacks."""
    # Rounded towards less: what is doubtful counts as spent.
    lowest = int(credits * UNITS)
    book.execute("UPDATE runs SET lowest = min(coalesce(lowest, ?), ?) WHERE id = ?", (lowest, lowest, run))
    known = balance_of(book, run)
    if known.fall > known.estimate:
        last = "SELECT max(id) FROM creates WHERE run = ? AND state = 'accepted' AND worst = 0"
        lacking = units(known.fall - known.estimate)
        book.execute(f"UPDATE creates SET worst = ? WHERE id = ({last})", (lacking, run))  # noqa: S608
