"""The purse of one process: no createTask leaves for a live target without a reservation from it."""

import os
import sqlite3
import time
from decimal import Decimal
from functools import partial
from math import inf
from typing import Any

from msgspec import Struct

from fakie_contract.purse.amounts import plain, units
from fakie_contract.purse.ledger import Ledger
from fakie_contract.purse.pricing import Pricing
from fakie_contract.purse.queries import (
    EVERY,
    PAYING,
    WHOLE,
    balance_of,
    is_running,
    is_under_way,
    newest_of,
    unconfirmed,
    why_stopped,
)
from fakie_contract.purse.reservation import Reservation
from fakie_contract.purse.settling import Settling
from fakie_contract.purse.watch import Overcharge, has_looked_enough, note
from fakie_contract.subjects import is_endpoint
from fakie_schemas.errors import FakieError

MAY_COST = "may cost, and the target is live; FAKIE_ALLOW_PAID=1 and --max-credits N together allow it"
# Two below the documented limit of creates: the target's clock is not ours.
_COUNT, _WINDOW = 18, 10.0
_PAUSE = 0.05
# How long (s) to wait while no process sends a create.
_PATIENCE = 120.0
# Refused for its key, a request cannot cost whatever its model is.
_KEY = "unauthorized"


class NotAllowed(FakieError):
    """The purse does not let a create be sent; the text says why."""


class CreateRequest(Struct, frozen=True):
    """A create that somebody wants to send: of a `model`, or to an endpoint of a family.

    `kind` is the situation in which it must be refused, None when it is to be accepted; `free`: it cannot cost, such as
    one without a key.
    """

    name: str
    model: str | None
    body: Any
    kind: str | None = None
    free: bool = False


class Purse:
    """Reserves the worst cost of each create before it is sent; `paid` is False when nothing may cost.

    While the balance is watched, one create at a time is under way, over all processes: until it has been answered and
    the balance read. Whatever a target makes of its prices, it can so take one create's too much, and no second.
    A charge may show as late as `settle` (s) after the answer: no other create is sent before.
    `deadline` (monotonic s) is when the run ends, and with it every waiting; `parent` the process that must live.
    """

    def __init__(
        self,
        ledger: Ledger,
        run: int,
        pricing: Pricing,
        *,
        paid: bool,
        settle: float = 0.0,
        deadline: float = inf,
        parent: int = 0,
    ) -> None:
        self.ledger = ledger
        self.run = run
        self.paid = paid
        self.deadline = deadline
        self._pricing = pricing
        self._settling = Settling(settle)
        self._parent = parent or os.getpid()

    def reserve(self, wanted: CreateRequest) -> Reservation:
        """Reserve, once the rate allows it; raises NotAllowed, and LedgerBroken."""
        worst = self._worst(wanted)
        last, newest = 0.0, -1
        while True:
            with self.ledger.transaction() as book:
                wait = self._wait(book, wanted)
                if not wait:
                    worst = Decimal(0) if self._is_proved(book, wanted) else worst
                    self._check_cap(book, worst)
                    number = self._entered(book, wanted, worst)
                    return Reservation(self.ledger, number, partial(self._accepted, wanted.kind))
                newest, before = newest_of(book, self.run), newest
            if newest != before:
                # As long as others have their turn, ours will come.
                last = time.monotonic() + _PATIENCE + self._settling.longest
            self._check_time(wanted, wait, last)
            time.sleep(wait)

    def surprised(self, kind: str, what: str) -> None:
        """Stop further creates of a kind, where nothing may cost those of every kind: one was accepted by surprise."""
        if kind != EVERY:
            self.ledger.stop_kind(self.run, kind, what)
        if not self.paid:
            self.ledger.stop_kind(self.run, EVERY, f"of what must be refused, {what}; no more creates are sent")

    def _accepted(self, kind: str | None, task_id: str) -> None:
        """Take note of an accepted create: of one that had to be refused, of any where nothing may cost."""
        if kind is not None or not self.paid:
            self.surprised(kind or EVERY, f"one was accepted (task {task_id or 'without id'}) and may have cost")

    @property
    def why_over(self) -> str:
        """Why nothing at all is asked of the target any more, in whatever process; empty while it is."""
        return self.ledger.why_stopped(self.run, WHOLE)

    def must_look(self) -> bool:
        """Tell whether the balance is to be read before a reserved create is sent: wherever it can be."""
        with self.ledger.transaction() as book:
            (before,) = book.execute("SELECT credits_before FROM runs WHERE id = ?", (self.run,)).fetchone()
            return before is not None

    def look(self, number: int, credits: Decimal | None) -> Overcharge | None:
        """Take the balance read before a reserved create is sent; raises NotAllowed when that must not be, for good.

        Returns what was charged too much until then, after which it must not be sent either.
        """
        with self.ledger.transaction() as book:
            last = book.execute("SELECT max(id) FROM creates WHERE run = ? AND id < ?", (self.run, number)).fetchone()
            found = note(book, self.run, credits, last[0] or 0)
            why = "" if found else why_stopped(book, self.run, PAYING) or _unconfirmed(book, self.run, number)
        if why:
            raise NotAllowed(why)
        return found

    def take_back(self, number: int) -> None:
        """Strike out a reservation whose create was not sent: it counts for nothing, now or in a later run."""
        with self.ledger.transaction() as book:
            book.execute("DELETE FROM creates WHERE id = ?", (number,))

    def awaits_charge(self, number: int) -> bool:
        """Tell whether the balance is to be read again: it could not be, or does not show what was paid for, yet."""
        with self.ledger.transaction() as book:
            worst, state, charged = book.execute(
                "SELECT worst, state, charged FROM creates WHERE id = ?", (number,)
            ).fetchone()
            is_unseen, is_enough = why_stopped(book, self.run, PAYING), has_looked_enough(book, self.run)
        return bool(is_unseen and not is_enough) or (not is_unseen and worst > 0 and state != "refused" and not charged)

    def _worst(self, wanted: CreateRequest) -> Decimal:
        free = self._is_free(wanted)
        if not self.paid:
            if free:
                return Decimal(0)
            raise NotAllowed(MAY_COST)
        cost = self._pricing.worst(wanted.model, wanted.body)
        if cost.credits is None and free:
            return Decimal(0)
        if cost.credits is None:
            raise NotAllowed(
                f"its price is not known ({cost.why}); --unknown-price N counts each such create as N credits"
            )
        return cost.credits

    def _is_free(self, wanted: CreateRequest) -> bool:
        """Tell whether a create cannot cost; what a target may take for a known model can, whatever its sender says."""
        named = wanted.body.get("model") if isinstance(wanted.body, dict) else None
        harmless = not is_endpoint(wanted.model) and not self._pricing.names.resembled(named)
        return wanted.free and (wanted.kind == _KEY or harmless)

    def _wait(self, book: sqlite3.Connection, wanted: CreateRequest) -> float:
        """Return how long (s) to wait before asking again; 0: now."""
        about = "SELECT ended, quiet_until, pid, credits_before FROM runs WHERE id = ?"
        ended, quiet, pid, before = book.execute(about, (self.run,)).fetchone()
        if ended is not None:
            raise NotAllowed("the run has ended, or another one has taken it over")
        if not (is_running(pid) and is_running(self._parent)):
            raise NotAllowed("the process that began the run is gone; nothing more is sent")
        stopped = why_stopped(book, self.run, EVERY)
        if stopped:
            raise NotAllowed(stopped)
        if self._is_watched(before) and (is_under_way(book, self.run) or self._is_unwatchable(book, before)):
            return _PAUSE
        if wanted.kind is not None and self._is_tried(book, wanted.kind):
            return _PAUSE
        unsettled = self._settling.rest(book, self.run) if self._is_watched(before) else 0.0
        return max(unsettled, _until_rate_allows(book, quiet))

    def _is_watched(self, before: int | None) -> bool:
        # A recorder asks for no balance: what its client sends is bounded by prices alone.
        return before is not None or not self.paid

    def _is_unwatchable(self, book: sqlite3.Connection, before: int | None) -> bool:
        """Raise NotAllowed for a second create that nobody could see the cost of."""
        sent = book.execute("SELECT 1 FROM creates WHERE run = ?", (self.run,)).fetchone()
        if before is None and sent:
            raise NotAllowed(
                "the balance cannot be read, so nobody would see whether what cannot cost is charged;"
                " one such create was sent, and no more are"
            )
        return False

    def _check_time(self, wanted: CreateRequest, wait: float, last: float) -> None:
        now = time.monotonic()
        if now + wait > self.deadline:
            raise NotAllowed("the run reaches its time limit before another create may be sent")
        if now > last:
            raise NotAllowed(
                f"no process could send a create within {_PATIENCE + self._settling.longest:g} s: the one before it,"
                f" or one of the kind {wanted.kind}, has had no answer"
            )

    def _is_tried(self, book: sqlite3.Connection, kind: str) -> bool:
        """Tell whether one of a kind is under way elsewhere; until its answer is known, a second could cost again."""
        stopped = why_stopped(book, self.run, kind)
        if stopped:
            raise NotAllowed(f"no more requests of the kind {kind} are sent: {stopped}")
        rows = book.execute(
            "SELECT pid, state, name FROM creates"
            " WHERE run = ? AND kind = ? AND (state IN ('open', 'accepted') OR (state = 'unknown' AND worst > 0))",
            (self.run, kind),
        ).fetchall()
        for pid, state, name in rows:
            if state == "accepted":
                # Its process may not have come to stop the kind yet.
                raise NotAllowed(f"no more requests of the kind {kind} are sent: {name} was accepted and may have cost")
            if state == "unknown" or not is_running(pid):
                raise NotAllowed(f"no more requests of the kind {kind} are sent: nobody knows what became of {name}")
        return bool(rows)

    def _is_proved(self, book: sqlite3.Connection, wanted: CreateRequest) -> bool:
        """Tell whether what cannot cost has been refused before by this target, and so need not be reserved for."""
        refused = "SELECT 1 FROM creates WHERE run = ? AND kind = ? AND state = 'refused'"
        return self._is_free(wanted) and book.execute(refused, (self.run, wanted.kind)).fetchone() is not None

    def _check_cap(self, book: sqlite3.Connection, worst: Decimal) -> None:
        balance = balance_of(book, self.run)
        if balance.fall > balance.estimate:
            raise NotAllowed(
                f"the balance has fallen by {plain(balance.fall)} credits, more than the {plain(balance.estimate)} that"
                " this run can have cost by the price table; no more creates are sent"
            )
        if has_looked_enough(book, self.run):
            raise NotAllowed(why_stopped(book, self.run, PAYING))
        if not worst:
            return
        left = balance.cap - balance.spent
        if worst > left:
            cap = plain(balance.cap)
            raise NotAllowed(f"it may cost {plain(worst)} credits, and {plain(left)} are left of the cap of {cap}")
        if balance.lowest is not None and worst > balance.lowest:
            raise NotAllowed(f"it may cost {plain(worst)} credits, and the account has {plain(balance.lowest)}")

    def _entered(self, book: sqlite3.Connection, wanted: CreateRequest, worst: Decimal) -> int:
        clean = self.ledger.clean
        named = clean(wanted.name), None if wanted.model is None else clean(wanted.model)
        cursor = book.execute(
            "INSERT INTO creates (run, at, pid, name, model, kind, worst, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'open')",
            (self.run, time.time(), os.getpid(), *named, wanted.kind, units(worst)),
        )
        return int(cursor.lastrowid or 0)


def _unconfirmed(book: sqlite3.Connection, run: int, number: int) -> str:
    """Say why a create that may cost is not sent: what an earlier one cost has not shown; empty when it has."""
    (worst,) = book.execute("SELECT worst FROM creates WHERE id = ?", (number,)).fetchone()
    name = unconfirmed(book, run, number) if worst else ""
    return name and (
        f"the balance does not show what the create of {name} has cost, so that no price is confirmed;"
        " nothing more that may cost is sent until it does"
    )


def _until_rate_allows(book: sqlite3.Connection, quiet: float) -> float:
    """Return how long (s) until one more create is within the rate; 0: now."""
    now = time.time()
    # What the ledger dates in the future was written by a clock that was wrong then; no wait is longer than the window.
    recent = "SELECT at FROM creates WHERE at > ? AND at <= ? ORDER BY at"
    times = [at for (at,) in book.execute(recent, (now - _WINDOW, now))]
    full = times[-_COUNT] + _WINDOW - now if len(times) >= _COUNT else 0.0
    silence = quiet - now if quiet <= now + _WINDOW else 0.0
    return float(max(full, silence, 0.0))
