"""The purse of one process: no createTask leaves for a live target without a reservation from it."""

import os
import sqlite3
import time
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from math import inf
from typing import Any

from fakie_contract.purse.amounts import plain, units
from fakie_contract.purse.ledger import EVERY, PAYING, Ledger, is_running
from fakie_contract.purse.pricing import Pricing
from fakie_contract.purse.queries import balance_of, why_stopped
from fakie_contract.purse.reservation import Reservation
from fakie_schemas.errors import FakieError

MAY_COST = "may cost, and the target is live; FAKIE_ALLOW_PAID=1 and --max-credits N together allow it"
# Two below the documented limit of creates: the target's clock is not ours.
_COUNT, _WINDOW = 18, 10.0
_PAUSE = 0.05
# How long (s) to wait for another process's create of the same kind, or for the rate.
_PATIENCE = 120.0
# Refused for its key, a request cannot cost whatever its model is.
_KEY = "unauthorized"


class NotAllowed(FakieError):
    """The purse does not let a create be sent; the text says why."""


@dataclass(frozen=True)
class Wanted:
    """A create that somebody wants to send.

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

    `deadline` (monotonic s) is when the run ends, and with it every waiting.
    """

    def __init__(self, ledger: Ledger, run: int, pricing: Pricing, *, paid: bool, deadline: float = inf) -> None:
        self.ledger = ledger
        self.run = run
        self.paid = paid
        self.deadline = deadline
        self._pricing = pricing

    def reserve(self, wanted: Wanted) -> Reservation:
        """Reserve, once the rate allows it; raises NotAllowed, and LedgerBroken."""
        worst = self._worst(wanted)
        last = time.monotonic() + _PATIENCE
        while True:
            with self.ledger.transaction() as book:
                wait = self._wait(book, wanted)
                if not wait:
                    worst = Decimal(0) if self._is_proved(book, wanted) else worst
                    self._check_cap(book, worst)
                    number = self._entered(book, wanted, worst)
                    return Reservation(self.ledger, number, partial(self._accepted, wanted.kind))
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

    def is_blind(self) -> bool:
        """Tell whether the balance must be read again before anything that may cost is sent."""
        with self.ledger.transaction() as book:
            return bool(why_stopped(book, self.run, PAYING))

    def _worst(self, wanted: Wanted) -> Decimal:
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

    def _is_free(self, wanted: Wanted) -> bool:
        """Tell whether a create cannot cost; what a target may take for a known model can, whatever its sender says."""
        named = wanted.body.get("model") if isinstance(wanted.body, dict) else None
        return wanted.free and (wanted.kind == _KEY or not self._pricing.names.resembled(named))

    def _wait(self, book: sqlite3.Connection, wanted: Wanted) -> float:
        """Return how long (s) to wait before asking again; 0: now."""
        ended, quiet = book.execute("SELECT ended, quiet_until FROM runs WHERE id = ?", (self.run,)).fetchone()
        if ended is not None:
            raise NotAllowed("the run has ended, or another one has taken it over")
        stopped = why_stopped(book, self.run, EVERY)
        if stopped:
            raise NotAllowed(stopped)
        if wanted.kind is not None and self._is_tried(book, wanted.kind):
            return _PAUSE
        return _until_rate_allows(book, quiet)

    def _check_time(self, wanted: Wanted, wait: float, last: float) -> None:
        now = time.monotonic()
        if now + wait > self.deadline:
            raise NotAllowed("the run reaches its time limit before another create may be sent")
        if now > last:
            raise NotAllowed(
                f"no create could be sent within {_PATIENCE:g} s: too many others,"
                f" or one of the kind {wanted.kind} has had no answer"
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

    def _is_proved(self, book: sqlite3.Connection, wanted: Wanted) -> bool:
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
        if not worst:
            return
        unseen = why_stopped(book, self.run, PAYING)
        if unseen:
            raise NotAllowed(unseen)
        left = balance.cap - balance.spent
        if worst > left:
            cap = plain(balance.cap)
            raise NotAllowed(f"it may cost {plain(worst)} credits, and {plain(left)} are left of the cap of {cap}")
        if balance.lowest is not None and worst > balance.lowest:
            raise NotAllowed(f"it may cost {plain(worst)} credits, and the account has {plain(balance.lowest)}")

    def _entered(self, book: sqlite3.Connection, wanted: Wanted, worst: Decimal) -> int:
        clean = self.ledger.clean
        named = clean(wanted.name), None if wanted.model is None else clean(wanted.model)
        cursor = book.execute(
            "INSERT INTO creates (run, at, pid, name, model, kind, worst, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'open')",
            (self.run, time.time(), os.getpid(), *named, wanted.kind, units(worst)),
        )
        return int(cursor.lastrowid or 0)


def _until_rate_allows(book: sqlite3.Connection, quiet: float) -> float:
    """Return how long (s) until one more create is within the rate; 0: now."""
    now = time.time()
    # What the ledger dates in the future was written by a clock that was wrong then; no wait is longer than the window.
    recent = "SELECT at FROM creates WHERE at > ? AND at <= ? ORDER BY at"
    times = [at for (at,) in book.execute(recent, (now - _WINDOW, now))]
    full = times[-_COUNT] + _WINDOW - now if len(times) >= _COUNT else 0.0
    silence = quiet - now if quiet <= now + _WINDOW else 0.0
    return float(max(full, silence, 0.0))
