"""What a create may cost at worst: by the price table, or by what the user counts an unknown price as."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fakie.catalog.catalog import Catalog
from fakie.catalog.prices import Cost, Prices


@dataclass(frozen=True)
class Pricing:
    """A price table and what it does not say: `unknown_price` in credits, `media_seconds` of media named by URL."""

    prices: Prices
    catalog: Catalog
    unknown_price: Decimal | None = None
    media_seconds: Decimal = Decimal(60)

    def worst(self, model: str | None, body: Any) -> Cost:
        """Give the worst cost of one request.

        `model` is the one that the sender means, if any; where the body names another that is known, the dearer counts.
        """
        named = body.get("model") if isinstance(body, dict) else None
        is_known = isinstance(named, str) and self.catalog.served(named) is not None
        models = {model, named if is_known or model is None else model} - {None}
        costs = [self._of(str(name), body) for name in models] or [Cost(None, "it names no model", "")]
        unknown = next((cost for cost in costs if cost.credits is None), None)
        return unknown or max(costs, key=lambda cost: cost.credits or Decimal(0))

    def _of(self, model: str, body: Any) -> Cost:
        revision = self.catalog.served(model)
        cost = self.prices.worst(model, body, revision, media_seconds=self.media_seconds)
        if cost.credits is None and self.unknown_price is not None:
            return Cost(self.unknown_price, f"unknown price, counted as given: {cost.why}", cost.source)
        return cost
