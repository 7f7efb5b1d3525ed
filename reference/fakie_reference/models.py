"""The page of the models: which pages each has, what it requires, what it costs, what kind of result it makes."""

from collections.abc import Iterator

from fakie_reference.tables import code, codes, page, table
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.listed import ListedModels
from fakie_schemas.catalog.prices import Prices
from fakie_schemas.families.family import families
from fakie_schemas.schema.fields import fields


def models_page() -> str:
    """Return every model of the Market, then the endpoints of the families."""
    about = (
        "`fakie show MODEL` has a model's fields with their limits, its codes, doubts, and a request that works.\n"
        "*Pages* are the days of which a page is known; the one in bold is served by default (`--docs pinned`)."
    )
    return page("Models and endpoints", about, _market(), _not_known(), _families())


def _market() -> str:
    catalog, listed, prices = Catalog.shipped(), ListedModels(), Prices.load()
    rows = [_model(catalog, listed, prices, model) for model in catalog.models]
    head = ("model", "pages", "required input", "price list", "catalogue")
    about = f"{len(rows)} models. *Catalogue*: whether the vendor's of {listed.date} lists it.\n\n"
    return "## The Market: createTask\n\n" + about + table(head, rows)


def _model(catalog: Catalog, listed: ListedModels, prices: Prices, model: str) -> tuple[str, ...]:
    served = catalog.pinned(model) or catalog.latest(model)
    assert served is not None  # noqa: S101 - each model of the catalog has a page
    inputs = [field for field in fields(served.request_schema) if field.path[:-1] == ("input",)]
    days = [f"**{day}**" if day == served.date else day for day in (one.date for one in catalog.revisions(model))]
    return (
        code(model),
        ", ".join(days),
        codes(field.path[-1] for field in inputs if field.required) or "-",
        "yes" if model in prices.models() else "1 credit",
        "listed" if model in listed.models else "not listed",
    )


def _not_known() -> str:
    catalog, listed = Catalog.shipped(), ListedModels()
    names = sorted(listed.models - set(catalog.models))
    about = f"The catalogue of {listed.date} lists them, no page is known: answered, their input unchecked.\n\n"
    return "## Answered by their name alone\n\n" + about + codes(names) + "\n"


def _families() -> str:
    head = ("family", "endpoint", "request", "kind", "its page")
    return "## Families\n\n[What they share and in what they differ](../families.md).\n\n" + table(head, _endpoints())


def _endpoints() -> Iterator[tuple[str, ...]]:
    for family in families():
        for one in family.endpoints:
            yield family.title, code(one.name), code(f"{one.method} {one.path}"), one.kind, one.title
