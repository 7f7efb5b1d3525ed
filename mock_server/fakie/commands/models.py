"""`fakie models`: every model of the catalog."""

import json
from pathlib import Path
from typing import Any

import click

from fakie.commands.catalog_options import catalog_options, revision_of, told_broken
from fakie.commands.terminal import counted, show_table
from fakie_schemas.catalog.catalog import Catalog, Docs
from fakie_schemas.schema.fields import fields

FORMAT_VERSION = 1


@click.command()
@catalog_options
def models(docs: Docs, schemas: Path | None, as_json: bool) -> None:
    """List every model that the fake knows, with its page and what it requires."""
    catalog = Catalog.shipped(schemas, docs)
    told_broken(catalog)
    listed = [_model(catalog, model) for model in catalog.models]
    if as_json:
        click.echo(json.dumps({"format_version": FORMAT_VERSION, "models": listed}, ensure_ascii=False, indent=2))
        return
    rows = [(one["model"], one["date"], ", ".join(one["required"]) or "-", one["title"] or "-") for one in listed]
    show_table(("model", "page of", "required input", "title of the page"), rows)
    click.echo(f"{counted(len(listed), 'model')}; `fakie show MODEL` tells more")


def _model(catalog: Catalog, model: str) -> dict[str, Any]:
    revision = revision_of(catalog, model)
    pinned, latest = catalog.pinned(model), catalog.latest(model)
    inputs = [field for field in fields(revision.request_schema) if field.path[:-1] == ("input",)]
    return {
        "model": model,
        "date": revision.date,
        "pinned": pinned.date if pinned else None,
        "latest": latest.date if latest else None,
        "title": revision.facts["provenance"]["title"],
        "required": [field.path[-1] for field in inputs if field.required],
        "optional": [field.path[-1] for field in inputs if not field.required],
    }
