"""The four endpoints of the catalogue: free of charge, and at one pace for all of them together."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from fakie.core.accounts import Account
from fakie.core.catalogue.paths import model_asked_for
from fakie.core.catalogue.success_rate import points
from fakie.core.exchange import Exchange
from fakie.core.limits import AccountLimits
from fakie.core.ports import Store
from fakie.core.runtime import Contracts
from fakie.core.settings import Settings
from fakie.core.situations import Outcome, Refused
from fakie_schemas.catalog.listed import ListedRevision
from fakie_schemas.catalog.prices import Prices
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.schema.values import as_json

if TYPE_CHECKING:
    from fakie.core.catalogue.entries import Entries


class Catalogue:
    """The answers of the catalogue to an authenticated account; `public_url` is the server that its documents name."""

    def __init__(self, contracts: Contracts, settings: Settings, store: Store, limits: AccountLimits) -> None:
        self._catalog = contracts.catalog
        self._prices = contracts.prices
        self._store = store
        self._limits = limits
        self.public_url = settings.public_url

    def act(self, exchange: Exchange, account: Account) -> Outcome:
        """Carry out a request on one of the endpoints; raises Refused for one too many and for an unknown model."""
        with self._store.work(account.handle) as work:
            self._limits.catalogue(work.account).pass_through()
            work.save_account()
        if exchange.endpoint == "models":
            listed = self._entries.matching(exchange.request)
            return Outcome("catalogue_shown", {"total": len(listed), "models": listed})
        model = exchange.model = model_asked_for(exchange.request.path) or ""
        revision = self._catalog.served(model)
        if revision is None:
            raise Refused("model_unknown", got=as_json(model), works=as_json(self._catalog.near(model)[0]))
        return Outcome("catalogue_shown", {"model": model, **self._told(exchange.endpoint, model, revision, account)})

    @cached_property
    def _entries(self) -> "Entries":
        from fakie.core.catalogue.entries import Entries

        return Entries(self._catalog, self._prices or Prices.load())

    def _told(self, endpoint: str | None, model: str, revision: Revision, account: Account) -> dict[str, Any]:
        if endpoint == "modelPrice":
            return {"pricingDesc": self._entries.price(model)}
        if endpoint == "modelSuccessRate":
            return {"points": points(model, self._store.tasks(), account.clock.now())}
        from fakie_schemas.openapi.model import model_document

        # Of a model that is only listed nothing is known that a document could say.
        known = not isinstance(revision, ListedRevision)
        return {"openapi": model_document(revision.facts, revision.stated_schema, self.public_url) if known else None}
