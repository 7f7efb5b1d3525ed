"""The purse of one process: no createTask leaves for a live target without a reservation from it."""

import os
import sqlite3
import time
from dataclasses import dataclass
from decimal import Decimal
from types import TracebackType
from typing import Any

from fakie.errors import FakieError
from fakie_contract.exchange import Answer
from fakie_contract.purse.ledger import Ledger, balance_of, is_running, units
from fakie_contract.purse.pricing import Pricing

MAY_COST = "may cost, and the target is live; FAKIE_ALLOW_PAID=1 and --max-credits N together allow it"
ACCEPTED = 200
# Every documented refusal is 400 or more; what lies between says nothing for certain.
_REFUSED = 400
# Two below the documented limit of creates: the target's clock is not ours.
_COUNT, _WINDOW = 18, 10.0
_PAUSE = 0.05
# How long (s) to wait for another process's create of the same kind.
_PATIENCE = 120.0


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
    """Reserves the worst cost of each create before it is sent; `paid` is False when nothing may cost."""

    def __init__(self, ledger: Ledger, run: int, pricing: Pricing, *, paid: bool) -> None:
        self.ledger = ledger
        self.run = run
        self.paid = paid
        self._pricing = pricing

    def reserve(self, wanted: Wanted) -> "Reservation":
        """Reserve, once the rate allows it; raises NotAllowed, and LedgerBroken."""
        worst = self._worst(wanted)
        last = time.monotonic() + _PATIENCE
        while True:
            with self.ledger.transaction() as book:
                wait = self._wait(book, wanted)
                if not wait:
                    worst = Decimal(0) if self._is_proved(book, wanted) else worst
                    self._check_cap(book, worst)
                    return Reservation(self, self._entered(book, wanted, worst), wanted.kind)
            if time.monotonic() > last:
                raise NotAllowed(f"another create of the kind {wanted.kind} has had no answer for {_PATIENCE:g} s")
            time.sleep(wait)

    def surprised(self, kind: str, what: str) -> None:
        """Stop further creates of a kind: one was accepted that had to be refused."""
        self.ledger.stop_kind(self.run, kind, what)

    def _worst(self, wanted: Wanted) -> Decimal:
        if not self.paid:
            if wanted.free:
                return Decimal(0)
            raise NotAllowed(MAY_COST)
        cost = self._pricing.worst(wanted.model, wanted.body)
        if cost.credits is None and wanted.free:
            return Decimal(0)
        if cost.credits is None:
            raise NotAllowed(
                f"its price is not known ({cost.why}); --unknown-price N counts each such create as N credits"
            )
        return cost.credits

    def _wait(self, book: sqlite3.Connection, wanted: Wanted) -> float:
        """Give how long (s) to wait before asking again; 0: now."""
        ended, quiet = book.execute("SELECT ended, quiet_until FROM runs WHERE id = ?", (self.run,)).fetchone()
        if ended is not None:
            raise NotAllowed("the run has ended, or another one has taken it over")
        now = time.time()
        if wanted.kind is not None and self._is_tried(book, wanted.kind):
            return _PAUSE
        times = [at for (at,) in book.execute("SELECT at FROM creates WHERE at > ? ORDER BY at", (now - _WINDOW,))]
        full = times[-_COUNT] + _WINDOW - now if len(times) >= _COUNT else 0.0
        return float(max(full, min(quiet - now, _WINDOW), 0.0))

    def _is_tried(self, book: sqlite3.Connection, kind: str) -> bool:
        """Tell whether one of a kind is under way elsewhere; until its answer is known, a second could cost again."""
        stopped = book.execute("SELECT why FROM stopped WHERE run = ? AND kind = ?", (self.run, kind)).fetchone()
        if stopped:
            raise NotAllowed(f"no more requests of the kind {kind} are sent: {stopped[0]}")
        rows = book.execute(
            "SELECT pid, state, name FROM creates"
            " WHERE run = ? AND kind = ? AND (state = 'open' OR (state = 'unknown' AND worst > 0))",
            (self.run, kind),
        ).fetchall()
        for pid, state, name in rows:
            if state == "unknown" or not is_running(pid):
                raise NotAllowed(f"no more requests of the kind {kind} are sent: nobody knows what became of {name}")
        return bool(rows)

    def _is_proved(self, book: sqlite3.Connection, wanted: Wanted) -> bool:
        """Tell whether what cannot cost has been refused before by this target, and so need not be reserved for."""
        refused = "SELECT 1 FROM creates WHERE run = ? AND kind = ? AND state = 'refused'"
        return wanted.free and book.execute(refused, (self.run, wanted.kind)).fetchone() is not None

    def _check_cap(self, book: sqlite3.Connection, worst: Decimal) -> None:
        if not worst:
            return
        balance = balance_of(book, self.run)
        if balance.fall > balance.estimate:
            raise NotAllowed(
                f"the balance has fallen by {balance.fall:f} credits, more than the {balance.estimate:f} that this run"
                " can have cost by the price table; nothing more that may cost is sent"
            )
        left = balance.cap - balance.spent
        if worst > left:
            raise NotAllowed(f"it may cost {worst:f} credits, and {left:f} are left of the cap of {balance.cap:f}")
        if balance.lowest is not None and worst > balance.lowest:
            raise NotAllowed(f"it may cost {worst:f} credits, and the account has {balance.lowest:f}")

    def _entered(self, book: sqlite3.Connection, wanted: Wanted, worst: Decimal) -> int:
        row = (self.run, time.time(), os.getpid(), wanted.name, wanted.model, wanted.kind, units(worst))
        cursor = book.execute(
            "INSERT INTO creates (run, at, pid, name, model, kind, worst, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'open')",
            row,
        )
        return int(cursor.lastrowid or 0)


class Reservation:
    """One create on its way; say what was answered, or leave the block, and the ledger has it."""

    def __init__(self, purse: Purse, number: int, kind: str | None) -> None:
        self._purse = purse
        self._number = number
        self._kind = kind
        self._settled = False

    def __enter__(self) -> "Reservation":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._settled:
            self.unknown("no answer" if error is None else f"{type(error).__name__}: {error}"[:200])

    def answered(self, answer: Answer) -> None:
        """Settle by an answer: whatever has a task id, or the code of success, is a paid create."""
        data = answer.data if isinstance(answer.data, dict) else {}
        task_id = data.get("taskId") or data.get("recordId")
        if task_id or answer.code == ACCEPTED:
            self.accepted(str(task_id or ""))
        elif type(answer.code) is int and answer.code >= _REFUSED:
            self.refused(f"code {answer.code}")
        else:
            self.unknown(answer.shown(120))

    def accepted(self, task_id: str) -> None:
        """Note a task, before anything else happens; one that should have been refused stops its kind."""
        self._settle("accepted", task_id)
        if self._kind is not None:
            self._purse.surprised(self._kind, f"one was accepted (task {task_id or 'without id'}) and may have cost")

    def refused(self, why: str = "") -> None:
        """Note a refusal: it cost nothing."""
        self._settle("refused", why=why)

    def unknown(self, why: str) -> None:
        """Note that nobody knows: it counts as if it had cost."""
        self._settle("unknown", why=why)

    def _settle(self, state: Any, task_id: str = "", why: str = "") -> None:
        self._purse.ledger.settle(self._number, state, task_id, why)
        self._settled = True
