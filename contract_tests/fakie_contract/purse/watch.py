"""Watching the balance: what each create is seen to cost, and what cost more than it can."""

import sqlite3
from decimal import Decimal

from msgspec import Struct

from fakie_contract.purse.amounts import balance_units, credits_of, plain
from fakie_contract.purse.queries import EVERY, PAYING, WHOLE, is_under_way, stop
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

# How often a balance that could not be read is asked for again.
_LOOKS = 3
_UNSEEN = "the balance could not be read after a create; nothing more that may cost is sent until it can be"


class Overcharge(Struct, frozen=True):
    """A fall of the balance beyond what can have been paid for.

    `name` is the case whose create came before it, empty when there was none; `worst` is what that can have cost.
    """

    name: str
    state: str
    worst: Decimal
    charged: Decimal

    @property
    def is_for_nothing(self) -> bool:
        """Whether nothing at all could cost."""
        return not self.worst or self.state == "refused"

    def breach(self) -> Difference:
        """Return the rule that was broken."""
        if self.is_for_nothing:
            return breach("account.cannot_cost", str(self))
        return breach("account.price", str(self), credits=plain(self.worst), why="that is what it can have cost")

    def __str__(self) -> str:
        about = f" after the create of {self.name}, which was {self.state}" if self.name else ""
        return (
            f"the balance has fallen by {plain(self.charged)} credits{about}, more than the"
            f" {plain(Decimal(0) if self.is_for_nothing else self.worst)} that it can have cost;"
            " no more creates are sent"
        )


class LedgerMoment(Struct, frozen=True):
    """A moment in the ledger before the balance is read: what is read then counts if nothing has happened since."""

    creates: int
    last: int | None


def moment(book: sqlite3.Connection, run: int) -> LedgerMoment | None:
    """Return the moment at which a balance may be read beside the creates; None while one is under way."""
    if is_under_way(book, run) or has_looked_enough(book, run):
        return None
    (last,) = book.execute("SELECT last FROM runs WHERE id = ?", (run,)).fetchone()
    (creates,) = book.execute("SELECT coalesce(max(id), 0) FROM creates").fetchone()
    return LedgerMoment(creates, last)


def note(book: sqlite3.Connection, run: int, credits: Decimal | None, create: int | None) -> Overcharge | None:
    """Keep a balance, and count by how much it fell towards a create: the given one (0: none), else the last.

    A balance of None could not be read. Returns what was charged beyond all that can have been, and stops the run then.
    """
    before, last = book.execute("SELECT credits_before, last FROM runs WHERE id = ?", (run,)).fetchone()
    if credits is None:
        _count(book, create, 0)
        if before is not None:
            stop(book, run, PAYING, _UNSEEN)
        return None
    book.execute("DELETE FROM stopped WHERE run = ? AND kind = ?", (run, PAYING))
    seen = balance_units(credits)
    book.execute("UPDATE runs SET last = ?, lowest = min(coalesce(lowest, ?), ?) WHERE id = ?", (seen, seen, seen, run))
    fall = 0 if last is None else max(0, last - seen)
    if create is None:
        (create,) = book.execute("SELECT max(id) FROM creates WHERE run = ?", (run,)).fetchone()
    _count(book, create, fall)
    return _overcharged(book, run, create, fall) if fall else None


def has_looked_enough(book: sqlite3.Connection, run: int) -> bool:
    """Tell whether the balance could not be read so often that it is not asked for any more."""
    looks = "SELECT count(*) FROM stopped WHERE run = ? AND kind = ?"
    return bool(book.execute(looks, (run, PAYING)).fetchone()[0] >= _LOOKS)


def _count(book: sqlite3.Connection, create: int | None, fall: int) -> None:
    book.execute("UPDATE creates SET charged = coalesce(charged, 0) + ? WHERE id = ?", (fall, create))


def _overcharged(book: sqlite3.Connection, run: int, create: int | None, fall: int) -> Overcharge | None:
    sql = "SELECT name, state, worst, charged FROM creates WHERE id = ?"
    name, state, worst, charged = book.execute(sql, (create,)).fetchone() or ("", "", 0, fall)
    if charged <= worst and state != "refused":
        return None
    found = Overcharge(name, state, credits_of(worst), credits_of(charged))
    for kind in (WHOLE, EVERY):
        stop(book, run, kind, str(found))
    return found
