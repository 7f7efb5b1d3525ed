"""A revision by a model's name, and the files that cannot be used, for all commands on the catalog."""

import click

from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.listed import ListedRevision
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.errors import ConfigurationError


def revision_of(catalog: Catalog, model: str) -> Revision:
    """Return a model's served revision; raises ConfigurationError with near names for an unknown model."""
    revision = catalog.served(model)
    if revision is None:
        near = ", ".join(catalog.near(model))
        raise ConfigurationError(f"no model is called {model!r}; the nearest are: {near}; `fakie models` lists all")
    if isinstance(revision, ListedRevision):
        raise ConfigurationError(
            f"{model}: the vendor's catalogue of {revision.date} lists it, and no page of it is known"
        )
    return revision


def print_broken(catalog: Catalog) -> None:
    """Say on stderr which files of one's own folder cannot be used."""
    for broken in catalog.broken:
        click.echo(f"fakie: left out: {broken.file}: {broken.reason}", err=True)
