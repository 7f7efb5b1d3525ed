"""Charges: the price of a job."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fakie.core.accounts import exact
from fakie.core.runtime import Contracts
from fakie_schemas.catalog.revision import Revision


class Charges:
    """Prices, by the list that is used and else from the profile."""

    def __init__(self, contracts: Contracts) -> None:
        self._prices = contracts.prices
        facts = contracts.profile.facts
        self._flat, self._media_seconds = exact(facts.price), exact(facts.media_seconds)

    def cost(self, revision: Revision, body: Mapping[str, Any]) -> Decimal:
        """Return what a job costs: by the price list, if one is used and has the model, else the flat price."""
        if self._prices is None or revision.facts["model"] is None:
            return self._flat
        model, seconds = revision.facts["model"], self._media_seconds
        listed = self._prices.usual(model, body, revision, media_seconds=seconds).credits
        return self._flat if listed is None else listed
