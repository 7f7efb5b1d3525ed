"""A revision by a model's name, and the files that cannot be used, for all commands on the catalog."""

import click

from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.listed import ListedRevision
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.families.family import endpoints


def revision_of(catalog: Catalog, model: str) -> Revision:
    """Return a model's served revision; raises ConfigurationError with near names for an unknown model."""
    revision = catalog.served(model)
    if revision is None:
        raise ConfigurationError(f"no model is called {model!r}; {_what_helps(catalog, model)}")
    if isinstance(revision, ListedRevision):
        raise ConfigurationError(
            f"{model}: the vendor's catalogue of {revision.date} lists it, and no page of it is known"
            f"{_elsewhere(model)}"
        )
    return revision


def _what_helps(catalog: Catalog, model: str) -> str:
    near = f"the nearest are: {', '.join(catalog.near(model))}; `fakie models` lists all"
    return _elsewhere(model).removeprefix("; ") or near


def _elsewhere(name: str) -> str:
    """Say where the endpoint of a family is shown that has this name, if one has."""
    endpoint = endpoints().get(name)
    if endpoint is None:
        return ""
    return f"; {endpoint.method} {endpoint.path} is a path of its own, whose fields `fakie openapi` prints"


def print_broken(catalog: Catalog) -> None:
    """Say on stderr which files of one's own folder cannot be used."""
    for broken in catalog.broken:
        click.echo(f"fakie: left out: {broken.file}: {broken.reason}", err=True)
