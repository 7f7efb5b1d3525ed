"""Offers of the fake, to make requests of: models, and endpoints that have pages of their own."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import FamilyEndpoint, endpoints, with_pages

_CREATE = endpoints()["createTask"]


class Offer(Struct, frozen=True):
    """A model at the endpoint that all models share, or an endpoint by itself, with its served revision."""

    name: str
    endpoint: FamilyEndpoint
    revision: Revision
    dates: tuple[str, ...]

    @property
    def place(self) -> str:
        """The method and the path of its requests."""
        return f"{self.endpoint.method} {self.endpoint.path}"

    @property
    def has_form(self) -> bool:
        """Tell whether a form of texts makes its request: one with a file in it is made otherwise."""
        where: Mapping[str, Any] = self.revision.facts["endpoint"]
        return where.get("request_in") != "multipart/form-data"


def offer_of(catalog: Catalog, name: str) -> Offer | None:
    """Return what is offered by a name: a model with a page, else an endpoint, else a model that is only listed."""
    endpoint = None if name in catalog.models else with_pages().get(name)
    if endpoint is None:
        revision, every = catalog.served(name), catalog.revisions(name)
    else:
        revision, every = catalog.endpoint(endpoint.page), catalog.endpoint_revisions(endpoint.page)
    if revision is None:
        return None
    return Offer(name, endpoint or _CREATE, revision, tuple(one.date for one in every))


def models(catalog: Catalog, words: str) -> list[Offer]:
    """Return the models that have a text in their names."""
    return list(_offers(catalog, [name for name in catalog.models if words.casefold() in name.casefold()]))


def endpoints_alone(catalog: Catalog, words: str) -> list[Offer]:
    """Return the endpoints that have a text in their names or paths."""
    wanted = words.casefold()
    return list(
        _offers(catalog, [name for name, one in with_pages().items() if wanted in f"{name} {one.path}".casefold()])
    )


def near(catalog: Catalog, name: str) -> str:
    """Return the names that a misspelt one may have meant."""
    return ", ".join(catalog.names_near(name))


def page_of(name: str | None, endpoint: str | None) -> str | None:
    """Return whose page tells of what a request calls its model; None where a family has a name of its own for it."""
    about = endpoints().get(endpoint or "")
    return name if name in with_pages() or about is None or about.family == _CREATE.family else None


def _offers(catalog: Catalog, names: list[str]) -> Iterator[Offer]:
    return (found for found in (offer_of(catalog, name) for name in names) if found)
