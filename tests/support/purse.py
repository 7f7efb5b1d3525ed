"""A purse for benches of a live target that a test makes by hand."""

from decimal import Decimal
from pathlib import Path

from fakie_contract.purse.ledger import Ledger
from fakie_contract.purse.pricing import Pricing
from fakie_contract.purse.purse import Purse
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.prices import Prices


def full_purse(folder: Path, catalog: Catalog) -> Purse:
    """Open a ledger in a folder, with credits enough for a few cases."""
    folder.mkdir(parents=True, exist_ok=True)
    ledger = Ledger(folder / "ledger.sqlite")
    run = ledger.begin("a test", Decimal(1000), Decimal(1000))
    return Purse(ledger, run, Pricing(Prices.load(None), catalog, None, Decimal(60)), paid=True)
