"""The worst cost of a create: by the price table, or by what the user counts an unknown price as."""

from decimal import Decimal
from functools import cached_property
from typing import Any

from msgspec import Struct

from fakie_contract.purse.amounts import is_amount
from fakie_contract.purse.names import Names
from fakie_contract.subjects import is_endpoint, page_of
from fakie_schemas.account_words import MOST_CREDITS
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.prices import Cost, Prices
from fakie_schemas.errors import ConfigurationError


class Pricing(Struct, frozen=True, dict=True):
    """A price table and what it does not say: `unknown_price` in credits, `media_seconds` of media named by URL.

    Raises ConfigurationError for an unknown price that is not an amount.
    """

    prices: Prices
    catalog: Catalog
    unknown_price: Decimal | None = None
    media_seconds: Decimal = Decimal(60)

    def __post_init__(self) -> None:
        if self.unknown_price is not None and not is_amount(self.unknown_price):
            raise ConfigurationError(
                f"--unknown-price: expected 0 to {MOST_CREDITS} credits, not {str(self.unknown_price)[:40]}"
            )

    @cached_property
    def names(self) -> Names:
        """The names of the models that there are."""
        return Names(self.catalog.models)

    def worst(self, model: str | None, body: Any) -> Cost:
        """Return the worst cost of one request.

        `model` is the one that the sender means, if any; where the body's name may be taken for another, the dearer
        counts. A request to an endpoint of a family costs what that does, whatever it names.
        """
        if model is not None and is_endpoint(model):
            return self._of(model, body)
        named = body.get("model") if isinstance(body, dict) else None
        models = {*self.names.resembled(named), *([] if model is None else [model])}
        if not models and isinstance(named, str):
            models = {named}
        costs = [self._of(name, body) for name in sorted(models)] or [Cost(None, "it names no model", "")]
        unknown = next((cost for cost in costs if cost.credits is None), None)
        return unknown or max(costs, key=lambda cost: cost.credits or Decimal(0))

    def _of(self, model: str, body: Any) -> Cost:
        revision = page_of(self.catalog, model)
        cost = self.prices.worst(model, body, revision, media_seconds=self.media_seconds)
        if cost.credits is not None and cost.credits > MOST_CREDITS:
            return Cost(None, f"more than {MOST_CREDITS} credits: {cost.why}", cost.source)
        if cost.credits is None and self.unknown_price is not None:
            return Cost(self.unknown_price, f"unknown price, counted as given: {cost.why}", cost.source)
        return cost
