"""Purses that tests make by hand, and creates that they reserve."""

import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fakie_contract.purse.ledger import Ledger
from fakie_contract.purse.pricing import Pricing
from fakie_contract.purse.purse import CreateRequest, Purse
from fakie_contract.purse.reservation import Reservation
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.prices import Prices

CATALOG = Catalog.shipped()
MODEL = "elevenlabs/audio-isolation"
BODY = {"model": MODEL, "input": {"audio_url": "https://files.test/a.mp3"}}


def full_purse(folder: Path, catalog: Catalog) -> Purse:
    """Open a ledger in a folder, with credits enough for a few cases."""
    folder.mkdir(parents=True, exist_ok=True)
    ledger = Ledger(folder / "ledger.sqlite")
    run = ledger.begin("a test", Decimal(1000), Decimal(1000))
    return Purse(ledger, run, Pricing(Prices.load(None), catalog, None, Decimal(60)), paid=True)


def opened(folder: Path, *, paid: bool = True, cap: int = 100, target: str = "a test") -> Purse:
    """Open a ledger in a folder, and a purse with so many credits."""
    ledger = Ledger(folder / "ledger.sqlite")
    run = ledger.begin(target, Decimal(cap if paid else 0), Decimal(1000))
    return Purse(ledger, run, Pricing(Prices.load(None), CATALOG), paid=paid)


def wanted(kind: str | None = None, body: Any = BODY, *, free: bool = False) -> CreateRequest:
    """Return a create of one case."""
    return CreateRequest("a case", MODEL, body, kind, free)


def seen(purse: Purse, reservation: Reservation, left: float | None = 1000) -> None:
    """Read the balance after a create, as whoever has sent one does."""
    purse.ledger.note_balance(purse.run, None if left is None else Decimal(left), reservation.number)


def refused(purse: Purse, one: CreateRequest, left: float | None = 1000) -> None:
    """Send a create that is refused."""
    with purse.reserve(one) as reservation:
        reservation.refused()
    seen(purse, reservation, left)


def changed(purse: Purse, command: str, *values: object) -> None:
    """Change the ledger by SQL."""
    with purse.ledger.transaction() as book:
        book.execute(command, values)


def waiting(purse: Purse, monkeypatch: pytest.MonkeyPatch, command: str) -> list[float]:
    """Let every wait change the ledger, and return the list of waits (s)."""
    waits = list[float]()

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        changed(purse, command)

    monkeypatch.setattr(time, "sleep", sleep)
    return waits
