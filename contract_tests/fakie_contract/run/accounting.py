"""A live run's accounting, in its first process: the balance before, the ledger, the balance after, and the bill."""

import shutil
import tempfile
import time
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from fakie_contract.http.client import Client
from fakie_contract.http.fake_process import CannotRun
from fakie_contract.http.target import Target
from fakie_contract.purse.ledger import EVERY, WHOLE, Ledger, LedgerBroken
from fakie_contract.purse.settling import Settling
from fakie_contract.purse.watch import Overcharge
from fakie_contract.report.result import Result
from fakie_contract.trial.environment import ask_for_no_task, balance

# How long (s) an interrupted run waits for the answers to what its other processes have sent.
_LAST_ANSWERS = 15.0
_PAUSE = 0.1
_AT_ONCE = Settling(0.0)


class Accounting:
    """One live run in its ledger."""

    def __init__(self, target: Target, ledger: Ledger, run: int, folder: Path | None, settling: Settling) -> None:
        self._target = target
        self._ledger = ledger
        self._folder = folder
        self._settling = settling
        self._bill: dict[str, Any] | None = None
        # What only the first or the last look at the balance shows.
        self.overcharge: Overcharge | None = None
        # By the ledger's own clock: what was sent before is of a run that had no end.
        self._began = time.time()
        self.run = run

    @classmethod
    def opened(
        cls, target: Target, file: Path | None, cap: Decimal | None, settling: Settling = _AT_ONCE
    ) -> "Accounting":
        """Read the balance and begin the run in its ledger, one for this run alone when nothing may cost.

        `settling` says how long a charge may take to show.
        Raises CannotRun when money may be spent and the balance cannot be read, LedgerBroken for a file that is none.
        """
        before = _balance(target)
        if target.paid and before is None:
            raise CannotRun(
                f"{target.url}: the balance cannot be read, so nothing may be spent; is FAKIE_API_KEY good there?"
            )
        folder = None if file else Path(tempfile.mkdtemp(prefix="fakie-"))
        ledger = Ledger(file or Path(str(folder)) / "ledger.sqlite")
        paid = cap if target.paid and cap is not None else Decimal(0)
        return cls(target, ledger, ledger.begin(target.url, paid, before), folder, settling)

    @property
    def file(self) -> Path:
        """The file of the ledger."""
        return self._ledger.file

    def bill(self) -> dict[str, Any]:
        """Return creates made, credits before and after, estimate against fact; the first call reads the balance."""
        if self._bill is None:
            self._bill = self._read()
        return self._bill

    def ask_first(self) -> None:
        """Ask one question before all others, and see that it costs nothing, nor does so late."""
        if self._ledger.balance(self.run).before is None:
            return
        ask_for_no_task(self._target)
        time.sleep(self._settling.seconds)
        self._look()

    def stop(self, why: str = "the run was interrupted") -> None:
        """Let no process send another create; what is under way is still accounted for."""
        # A broken ledger lets nothing be sent anyway.
        with suppress(LedgerBroken):
            self._ledger.stop_kind(self.run, EVERY, why)

    def end(self, *, interrupted: bool = False) -> None:
        """End the run in the ledger, unless it was interrupted; a ledger of this run alone is taken away."""
        self._ledger.end(self.run, interrupted=interrupted)
        if self._folder:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _look(self) -> Decimal | None:
        """Read the balance beside the cases; what is gone without a reason ends the run."""
        seen = _balance(self._target)
        found = None if seen is None else self._ledger.note_balance(self.run, seen)
        self.overcharge = self.overcharge or found
        return seen

    def _read(self) -> dict[str, Any]:
        self._await_answers()
        self._await_charges()
        after = self._look()
        known, creates = self._ledger.balance(self.run), self._ledger.creates(self.run)
        return {
            "cap": float(known.cap),
            "worst": float(known.estimate),
            "spent": None if known.before is None or after is None else float(known.before - after),
            "credits_before": None if known.before is None else float(known.before),
            "credits_after": None if after is None else float(after),
            "ledger": "" if self._folder else str(self.file),
            "earlier": sum(create.at < self._began for create in creates),
            "creates": [create.as_dict() for create in creates],
            "stopped": [f"{kind}: {why}" for kind, why in self._ledger.stopped(self.run).items() if kind != WHOLE],
        }

    def _await_answers(self) -> None:
        """Wait for other processes, which an interrupt leaves behind with creates under way."""
        until = time.monotonic() + _LAST_ANSWERS
        while self._ledger.is_awaiting(self.run) and time.monotonic() < until:
            time.sleep(_PAUSE)

    def _await_charges(self) -> None:
        """Wait until what was sent last can have been charged, in a run that nothing has stopped."""
        if self._ledger.why_stopped(self.run, EVERY):
            return
        with self._ledger.transaction() as book:
            left = self._settling.rest(book, self.run)
        time.sleep(left)


def of_balance(found: Overcharge) -> Result:
    """Return what is charged beyond all that can have been paid for as the result of a run as a whole."""
    told = found.breach()
    return Result("run::balance", None, None, "findings", "", (replace(told, case="run::balance"),), (), 0.0)


def _balance(target: Target) -> Decimal | None:
    client = Client(target.url)
    try:
        return balance(client, target.key)
    finally:
        client.close()
