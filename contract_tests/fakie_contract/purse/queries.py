"""The questions to a ledger within a transaction."""

import os
import sqlite3
from pathlib import Path

from fakie_contract.purse.amounts import Balance, credits_of
from fakie_contract.subjects import endpoint_named

# Beside the situations in which creates must be refused, these can be stopped: all requests, all creates, and all
# creates until the balance can be read again.
WHOLE, EVERY, PAYING = "the whole run", "every kind", "what may cost"
# What a create is known to have cost at most: never less than was seen.
_COST = "CASE state WHEN 'refused' THEN coalesce(charged, 0) ELSE max(worst, coalesce(charged, 0)) END"


def balance_of(book: sqlite3.Connection, run: int) -> Balance:
    """Return what a run may spend and has spent, within a transaction."""
    cap, before, lowest = book.execute("SELECT cap, credits_before, lowest FROM runs WHERE id = ?", (run,)).fetchone()
    sent = f"SELECT coalesce(sum({_COST}), 0) FROM creates WHERE run = ?"  # noqa: S608
    (estimate,) = book.execute(sent, (run,)).fetchone()
    known = [None if stored is None else credits_of(stored) for stored in (before, lowest)]
    return Balance(credits_of(cap), credits_of(estimate), *known)


def why_stopped(book: sqlite3.Connection, run: int, kind: str) -> str:
    """Say why no more creates of a kind are sent, within a transaction; empty when they are."""
    row = book.execute("SELECT why FROM stopped WHERE run = ? AND kind = ?", (run, kind)).fetchone()
    return str(row[0]) if row else ""


def stop(book: sqlite3.Connection, run: int, kind: str, why: str) -> None:
    """Let no more of a kind be sent in a run, whatever process asks."""
    book.execute("INSERT INTO stopped (run, kind, why) VALUES (?, ?, ?)", (run, kind, why))


def open_ones(book: sqlite3.Connection, run: int) -> list[int]:
    """Return the process of each create that has had no answer."""
    return [pid for (pid,) in book.execute("SELECT pid FROM creates WHERE run = ? AND state = 'open'", (run,))]


def newest_of(book: sqlite3.Connection, run: int) -> int:
    """Return the number of the create that was entered last in a run; 0 before the first."""
    (number,) = book.execute("SELECT coalesce(max(id), 0) FROM creates WHERE run = ?", (run,)).fetchone()
    return int(number)


def under_way(book: sqlite3.Connection, run: int) -> list[int]:
    """Return the process of each create of which the balance has not told yet."""
    rows = book.execute("SELECT pid FROM creates WHERE run = ? AND (state = 'open' OR charged IS NULL)", (run,))
    return [pid for (pid,) in rows]


def is_under_way(book: sqlite3.Connection, run: int) -> bool:
    """Tell whether a create has been sent, by a process that lives, of which the balance has not told yet."""
    return any(map(is_running, under_way(book, run)))


def unconfirmed(book: sqlite3.Connection, run: int, number: int) -> str:
    """Return the name of another create that may have been paid for and does not show in the balance, or nothing.

    What its family says is free may well be: a balance that does not fall is what that comes to.
    """
    rows = book.execute(
        "SELECT name, model FROM creates WHERE run = ? AND id != ? AND state != 'refused' AND worst > 0"
        " AND coalesce(charged, 0) = 0",
        (run, number),
    )
    return next((str(name) for name, model in rows if not endpoint_named(model).free), "")


def is_paid(book: sqlite3.Connection, number: int, task_id: str) -> bool:
    """Tell whether the create of this number has the task of an earlier one of its model, seen to be charged for it."""
    row = book.execute(
        "SELECT 1 FROM creates AS one JOIN creates AS now ON now.run = one.run AND now.model = one.model"
        " AND now.id = ? WHERE one.id < now.id AND one.task_id = ? AND one.state = 'accepted' AND one.charged > 0",
        (number, task_id),
    ).fetchone()
    return row is not None


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
