"""The models as the catalogue lists them."""

from collections.abc import Iterator, Mapping
from typing import Any

from fakie.core.http.messages import Request
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.listed import ListedRevision
from fakie_schemas.catalog.prices import Prices
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.catalog.task_types import task_types

Entry = Mapping[str, Any]


class Entries:
    """One entry a model: those that have a page, and those that only the vendor's own catalogue names."""

    def __init__(self, catalog: Catalog, prices: Prices) -> None:
        self._catalog = catalog
        self._prices = prices

    def matching(self, request: Request) -> list[Entry]:
        """Return the entries that a request's filters leave: `taskType`, a list with commas; `provider`; `q`."""
        kinds = {kind.strip().casefold() for kind in (request.argument("taskType") or "").split(",")} - {""}
        provider, words = ((request.argument(name) or "").strip().casefold() for name in ("provider", "q"))
        return [
            entry
            for entry in self._all()
            if (not kinds or kinds & {kind.casefold() for kind in entry["taskType"]})
            and provider in ("", entry["provider"].casefold())
            and any(words in str(entry[name]).casefold() for name in ("model", "slug", "title"))
        ]

    def price(self, model: str) -> str | None:
        """Say what a model costs by the shipped price list; None when it has no row."""
        rows = self._prices.rows(model)
        return f"credits: {'; '.join(map(str, rows))}" if rows else None

    def _all(self) -> Iterator[Entry]:
        listed = self._catalog.listed.models if self._catalog.listed else ()
        for model in sorted({*self._catalog.models, *listed}):
            revision = self._catalog.served(model)
            if revision:
                yield self._entry(model, revision)

    def _entry(self, model: str, revision: Revision) -> Entry:
        return {
            "model": model,
            "slug": model.replace("/", "-"),
            "title": revision.facts["provenance"]["title"] or model,
            "provider": model.partition("/")[0],
            # A name alone does not tell what a model makes.
            "taskType": [] if isinstance(revision, ListedRevision) else task_types(model, revision.request_schema),
            # The pages' own sentences are not kept.
            "description": None,
            "pricingDesc": self.price(model),
        }
