"""A revision by the name of a model or an endpoint, and files that cannot be used, for all commands on the catalog."""

import click

from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.listed import ListedRevision
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.families.family import BY_MODEL, FamilyEndpoint, endpoints, endpoints_like
from fakie_schemas.nearest import did_you_mean


def endpoint_named(name: str) -> FamilyEndpoint | None:
    """Return the endpoint of a name, of a path, or of a method and path; None for none.

    Raises ConfigurationError for one whose fields are those of models, and for a path that is none.
    """
    method, _, place = name.rpartition(" ")
    path = place.rstrip("/")
    at = (one for one in endpoints().values() if one.path == path and method.upper() in ("", one.method))
    found = endpoints().get(name) or next(at, None)
    if found is not None and found.page == BY_MODEL:
        of_models = "its fields are those of a model; `fakie models` lists them"
        raise ConfigurationError(f"{found.method} {found.path}: {of_models}")
    if found is None and path.startswith("/"):
        near = did_you_mean(path, [one.path for one in endpoints().values()], "; `fakie models` lists all endpoints")
        raise ConfigurationError(f"no endpoint is at {name[:200]!r}{near}")
    return found


def page_of(catalog: Catalog, endpoint: FamilyEndpoint) -> Revision:
    """Return the served revision of an endpoint whose page is its own."""
    revision = catalog.endpoint(endpoint.page)
    if revision is None:
        raise LookupError(endpoint.page)
    return revision


def revision_of(catalog: Catalog, model: str) -> Revision:
    """Return a model's served revision; raises ConfigurationError with near names for an unknown model."""
    revision = catalog.served(model)
    if revision is None:
        raise ConfigurationError(f"no model is called {model!r}; {_near(catalog, model)}")
    if isinstance(revision, ListedRevision):
        raise ConfigurationError(
            f"{model}: the vendor's catalogue of {revision.date} lists it, and no page of it is known"
            f"{_beside(catalog, model)}"
        )
    return revision


def _near(catalog: Catalog, model: str) -> str:
    near = ", ".join(catalog.names_near(model))
    return f"the nearest are: {near}; `fakie models` lists all"


def _beside(catalog: Catalog, model: str) -> str:
    """Say of a listed model without a page what there is in its place."""
    if catalog.listed is not None and catalog.listed.is_chat(model):
        return "; it is a chat model by its name, and chat is not faked"
    beside = ", ".join(endpoints_like(model))
    return f"; endpoints of this name have pages: {beside}" if beside else ""


def print_broken(catalog: Catalog) -> None:
    """Say on stderr which files of one's own folder cannot be used."""
    for broken in catalog.broken:
        click.echo(f"fakie: left out: {broken.file}: {broken.reason}", err=True)
