"""The file of a ledger: made, brought up to date, or refused with the reason before anything is written into it."""

import sqlite3
from pathlib import Path

from fakie_schemas.errors import FakieError

# The second has what each create was seen to cost, and which cases were begun; the third when each was answered.
VERSION = 3
# "faki": how SQLite's own header tells whose database a file is.
_MARK = 0x66616B69
_FIRST_TABLES = {"runs", "creates", "stopped"}
_TABLES = (
    """CREATE TABLE IF NOT EXISTS runs (
    id INTEGER PRIMARY KEY, started REAL NOT NULL, ended REAL, pid INTEGER NOT NULL, target TEXT NOT NULL,
    cap INTEGER NOT NULL, credits_before INTEGER, lowest INTEGER, quiet_until REAL NOT NULL DEFAULT 0,
    last INTEGER)""",
    """CREATE TABLE IF NOT EXISTS creates (
    id INTEGER PRIMARY KEY, run INTEGER NOT NULL, at REAL NOT NULL, pid INTEGER NOT NULL, name TEXT NOT NULL,
    model TEXT, kind TEXT, worst INTEGER NOT NULL, state TEXT NOT NULL, task_id TEXT NOT NULL DEFAULT '',
    why TEXT NOT NULL DEFAULT '', charged INTEGER, answered REAL)""",
    "CREATE TABLE IF NOT EXISTS stopped (run INTEGER NOT NULL, kind TEXT NOT NULL, why TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS begun (run INTEGER NOT NULL, name TEXT NOT NULL, UNIQUE (run, name))",
    # Beside the version: a fakie that does not know it reads the rest as before.
    "CREATE TABLE IF NOT EXISTS asking (run INTEGER NOT NULL UNIQUE, pid INTEGER NOT NULL)",
)
# What each version has beyond the one before it.
_NEW_COLUMNS = {
    2: ("ALTER TABLE runs ADD COLUMN last INTEGER", "ALTER TABLE creates ADD COLUMN charged INTEGER"),
    3: ("ALTER TABLE creates ADD COLUMN answered REAL",),
}
# What was paid before it was watched counts as its worst.
_OLD_COSTS = "UPDATE creates SET charged = CASE state WHEN 'refused' THEN 0 ELSE worst END"


class LedgerBroken(FakieError):
    """The ledger cannot be read or written; nothing is sent without it."""


def prepare(book: sqlite3.Connection, file: Path) -> None:
    """Make the tables of a ledger within a transaction, or bring those of an earlier version up to date."""
    check(book, file)
    (version,) = book.execute("PRAGMA user_version").fetchone()
    # Of the first version, in which files had no number.
    known = max(version, 1) if tables_of(book) else VERSION
    columns = [change for later, changes in _NEW_COLUMNS.items() if later > known for change in changes]
    for change in (*columns, *_TABLES, *((_OLD_COSTS,) if known == 1 else ())):
        book.execute(change)
    book.execute(f"PRAGMA application_id = {_MARK}")
    book.execute(f"PRAGMA user_version = {VERSION}")


def check(book: sqlite3.Connection, file: Path) -> None:
    """Raise LedgerBroken for a database of something else, of a later version, or that is not whole."""
    (page,) = book.execute("PRAGMA page_size").fetchone()
    if file.stat().st_size % page:
        raise LedgerBroken(f"the ledger {file} is damaged (it ends within a page); nothing is sent without it")
    (trouble,) = book.execute("PRAGMA quick_check(1)").fetchone()
    if trouble != "ok":
        raise LedgerBroken(f"the ledger {file} is damaged ({str(trouble)[:80]}); nothing is sent without it")
    tables = tables_of(book)
    (version,), (mark,) = (book.execute(f"PRAGMA {name}").fetchone() for name in ("user_version", "application_id"))
    if tables and mark != _MARK and (version or tables != _FIRST_TABLES):
        raise LedgerBroken(f"{file} is a database of something else, not a ledger; name another file")
    if version > VERSION:
        raise LedgerBroken(
            f"the ledger {file} has version {version}, and this fakie knows versions up to {VERSION};"
            " use the fakie that wrote it, or name another file"
        )


def tables_of(book: sqlite3.Connection) -> set[str]:
    """Return the names of the tables in a database."""
    rows = book.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {name for (name,) in rows}
