"""Models whose pages have changed since a date."""

from fakie_contract.subjects import page_of, pages_of
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.docs import newest_at
from fakie_schemas.catalog.drift import Contract, compare
from fakie_schemas.catalog.revision import Revision


def changed_since(catalog: Catalog, model: str, when: str) -> bool:
    """Tell whether the page that a model is served by says something else than its newest one at a date, or is new."""
    served = page_of(catalog, model)
    before = newest_at(pages_of(catalog, model), when)
    if served is None or before is None:
        return served is not None
    is_later = newest_at([served], when) is None
    return is_later and bool(compare(_contract(model, before), _contract(model, served)))


def _contract(model: str, revision: Revision) -> Contract:
    return Contract.of(model, revision.request_schema, revision.facts)
