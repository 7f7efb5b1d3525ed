"""The gate of a recorder in front of a live upstream: both acts, a price that is known, and a ledger with a cap."""

import threading
from decimal import Decimal
from pathlib import Path
from typing import Any

from fakie.recorder.gate import NoPaidCreates, NotPassedOn, PaidRequest, Permit
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.prices import Prices
from fakie_schemas.recordings.exchange import RecordedExchange

_LONGEST_LINE = 600
_MOST_LINES = 20
# Of an exchange as it is written down, where files are lengths; an object of so many keys is judged for seconds.
_MOST_JUDGED = 1024 * 1024


class LedgerGate:
    """Lets a create pass when its worst cost fits under the cap; a client may spend what no case of a suite does."""

    def __init__(self, ledger: Any, run: int, purse: Any) -> None:
        self._ledger = ledger
        self._run = run
        self._purse = purse

    def enter(self, request: PaidRequest) -> Permit:
        """Reserve the worst cost of a create; raises NotPassedOn."""
        from fakie_contract.purse.ledger import LedgerBroken
        from fakie_contract.purse.purse import CreateRequest, NotAllowed

        if not request.creates:
            raise NotPassedOn(f"{request.method} {request.path} not passed on: no price is known for it")
        try:
            permit: Permit = self._purse.reserve(CreateRequest("fakie record", request.model, request.body))
        except (NotAllowed, LedgerBroken) as why:
            raise NotPassedOn(f"the create of {request.model} not passed on: {why}") from None
        return permit

    def close(self) -> None:
        """End the run in the ledger."""
        self._ledger.end(self._run)


class NothingPasses(NoPaidCreates):
    """The gate without both acts."""

    def close(self) -> None:
        """Do nothing: there is no ledger."""


def opened_gate(upstream: str, cap: Decimal | None, file: Path) -> "LedgerGate | NothingPasses":
    """Make the gate; raises ConfigurationError for a cap without the other act, LedgerBroken for what is no ledger."""
    from fakie_contract.purse.ledger import Ledger
    from fakie_contract.purse.paid_consent import VARIABLE, may_pay
    from fakie_contract.purse.pricing import Pricing
    from fakie_contract.purse.purse import Purse

    if not may_pay(cap) or cap is None:
        return NothingPasses(f"{VARIABLE}=1 in the environment and --max-credits N")
    ledger = Ledger(file)
    run = ledger.begin(upstream, cap, None)
    return LedgerGate(ledger, run, Purse(ledger, run, Pricing(Prices.load(), Catalog.shipped()), paid=True))


class Commenter:
    """Judges each exchange as it passes: a line for whatever is neither known nor a mere remark."""

    def __init__(self) -> None:
        from fakie_contract.checks.came import got_text
        from fakie_contract.traffic.judging import TrafficJudge

        self._came = got_text
        self._judge = TrafficJudge(Catalog.shipped())
        self._lock = threading.Lock()

    def __call__(self, exchange: RecordedExchange) -> list[str]:
        """Return the lines to print."""
        size = len(exchange.request_body or b"") + len(exchange.response_body or b"")
        if size > _MOST_JUDGED:
            return [f"an exchange of {size} bytes is recorded, and not judged: it has more than {_MOST_JUDGED}"]
        with self._lock:
            found = self._judge.found(exchange) or ()
            clean = self._judge.secrets.clean
            lines = [
                f"{one.severity} at {one.place}: expected {one.expected}; got {self._came(one)}"
                for one in found
                if not one.known and one.severity != "info"
            ]
            more = [f"and {len(lines) - _MOST_LINES} more of this exchange"] if len(lines) > _MOST_LINES else []
            return [clean(line)[:_LONGEST_LINE] for line in lines[:_MOST_LINES]] + more
