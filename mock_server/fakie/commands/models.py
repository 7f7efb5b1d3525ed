"""`fakie models`: every model of the catalog."""

import json
from pathlib import Path
from typing import Any

import click

from fakie.commands.catalog_models import print_broken, revision_of
from fakie.commands.completing import completed
from fakie.commands.completing import models as known_models
from fakie.commands.options import table_options
from fakie.commands.terminal import counted, show_long
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.docs import Docs
from fakie_schemas.catalog.listed import ListedModels
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.schema.fields import fields
from fakie_schemas.selection import is_meant
from fakie_schemas.text_table import table_lines

FORMAT_VERSION = 1
_LISTED = {True: "listed", False: "unlisted"}


@click.command()
@click.argument("pattern", required=False, default="*", shell_complete=completed(known_models))
@table_options("catalog")
@table_options("models")
def models(pattern: str, docs: Docs, schemas: Path | None, as_json: bool) -> None:
    """List every model that the fake knows, with its page and what it requires.

    With a PATTERN those that fit it, such as 'kling/*', or that have it in their names.
    """
    catalog = Catalog.shipped(schemas, docs)
    print_broken(catalog)
    names = ListedModels()
    known = [_model(catalog, model, names) for model in catalog.models if _is_looked_for(model, pattern)]
    missing = [model for model in sorted(names.models - set(catalog.models)) if _is_looked_for(model, pattern)]
    if not known and not missing:
        near = ", ".join(catalog.near(pattern))
        raise ConfigurationError(f"no model fits {pattern!r} or has it in its name; the nearest are: {near}")
    if as_json:
        data = {"format_version": FORMAT_VERSION, "models": known, "catalogue": names.date, "not_known": missing}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    rows = [
        (one["model"], one["date"], _LISTED[one["listed"]], ", ".join(one["required"]) or "-", one["title"] or "-")
        for one in known
    ]
    rows += [(model, "-", "not yet known", "", "") for model in missing]
    columns = ("model", "page of", "listed", "required input", "title of the page")
    unlisted = sum(not one["listed"] for one in known)
    show_long(
        [
            *table_lines(columns, rows, terminal=True),
            f"{counted(len(known), 'model')}; `fakie show MODEL` tells more",
            f"the vendor's catalogue of {names.date} does not list {unlisted} of them, which are answered all the "
            f"same; it lists {len(missing)} of which no page is known",
        ]
    )


def _is_looked_for(model: str, pattern: str) -> bool:
    return is_meant(model, pattern) or pattern.lower() in model.lower()


def _model(catalog: Catalog, model: str, names: ListedModels) -> dict[str, Any]:
    revision = revision_of(catalog, model)
    pinned, latest = catalog.pinned(model), catalog.latest(model)
    inputs = [field for field in fields(revision.request_schema) if field.path[:-1] == ("input",)]
    return {
        "model": model,
        "listed": model in names.models,
        "date": revision.date,
        "pinned": pinned.date if pinned else None,
        "latest": latest.date if latest else None,
        "title": revision.facts["provenance"]["title"],
        "required": [field.path[-1] for field in inputs if field.required],
        "optional": [field.path[-1] for field in inputs if not field.required],
    }
