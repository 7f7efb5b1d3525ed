"""The history in a ledger: its runs and their creates, read without changing the file."""

import os
import sqlite3
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Literal

from msgspec import Struct

from fakie_contract.purse.amounts import Balance
from fakie_contract.purse.ledger import Create, creates_of
from fakie_contract.purse.ledger_file import LedgerBroken, prepare
from fakie_contract.purse.queries import balance_of, is_running
from fakie_schemas.errors import ConfigurationError

RunState = Literal["ended", "running", "without an end"]


class LedgerRun(Struct, frozen=True):
    """One run as the ledger has it; `started` and `ended` are seconds since the epoch.

    What a run `without an end` sent counts towards the cap of the next run with this ledger.
    """

    number: int
    target: str
    started: float
    ended: float | None
    state: RunState
    balance: Balance
    creates: tuple[Create, ...]

    @property
    def spent(self) -> Decimal:
        """The most that it can have spent, in credits."""
        return self.balance.spent


def runs_of(file: Path) -> list[LedgerRun]:
    """Read the runs of a ledger, the earliest first; raises ConfigurationError without a file, LedgerBroken."""
    # Which says no of a name that no file can have, too.
    if not os.path.isfile(file):  # noqa: PTH113
        raise ConfigurationError(f"no ledger is at {file}; a paid run of `fakie test` or `fakie record` writes one")
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as book:
            return _runs(book, file)
    except sqlite3.Error as error:
        raise LedgerBroken(f"the ledger {file} cannot be read: {error}") from None


def _runs(book: sqlite3.Connection, file: Path) -> list[LedgerRun]:
    # A copy may be brought up to date; whoever wrote the file may still want it as it is.
    with closing(sqlite3.connect(":memory:")) as copy:
        book.backup(copy)
        prepare(copy, file)
        rows = copy.execute("SELECT id, target, started, ended, pid FROM runs ORDER BY id").fetchall()
        return [_run(copy, *row) for row in rows]


def _run(
    book: sqlite3.Connection, number: int, target: str, started: float, ended: float | None, pid: int
) -> LedgerRun:
    state: RunState = "ended" if ended is not None else "running" if is_running(pid) else "without an end"
    creates = tuple(creates_of(book, number))
    return LedgerRun(number, target, started, ended, state, balance_of(book, number), creates)
