"""Charges: the price of a job."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fakie.core.runtime import Contracts
from fakie_schemas.catalog.revision import Revision


class Charges:
    """Prices, by the list that is used and else from the profile."""

    def __init__(self, contracts: Contracts) -> None:
        self._prices = contracts.prices
        self._facts = contracts.profile.facts

    def cost(self, revision: Revision, body: Mapping[str, Any]) -> float:
        """Return what a job costs: by the price list, if one is used and has the model, else the flat price."""
        model = revision.facts["model"]
        if self._prices is None or model is None:
            return self._facts.price
        seconds = Decimal(str(self._facts.media_seconds))
        listed = self._prices.usual(model, body, revision, media_seconds=seconds).credits
        return self._facts.price if listed is None else float(listed)
