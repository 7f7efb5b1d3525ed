"""Options that commands on the catalog share: which revisions, and which one of a model."""

from collections.abc import Callable
from typing import Any

import click

from fakie.commands.options import table_options
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.listed import ListedRevision
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.errors import ConfigurationError


def catalog_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options `--docs`, `--schemas` and `--json` to a command."""
    as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    return table_options("catalog")(as_json(command))


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
