"""Charges: the price of a job."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fakie.core.accounts import exact
from fakie.core.runtime import Contracts
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import FamilyEndpoint


class Charges:
    """Prices, by the list that is used and else from the profile."""

    def __init__(self, contracts: Contracts) -> None:
        self._prices = contracts.prices
        facts = contracts.profile.facts
        self._flat, self._media_seconds = exact(facts.price), exact(facts.media_seconds)

    def cost(self, endpoint: FamilyEndpoint, revision: Revision, body: Mapping[str, Any]) -> Decimal:
        """Return what a job costs: by the price list, if one is used and has it, else the flat price, if it has any."""
        flat = Decimal(0) if endpoint.free else self._flat
        if self._prices is None:
            return flat
        name = revision.model or endpoint.name
        listed = self._prices.usual(name, body, revision, media_seconds=self._media_seconds).credits
        return flat if listed is None else listed
