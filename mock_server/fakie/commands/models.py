"""`fakie models`: every model of the catalog."""

import json
from pathlib import Path
from typing import Any

import click

from fakie.commands.catalog_options import catalog_options, print_broken, revision_of
from fakie.commands.terminal import counted, show_table
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.docs import Docs
from fakie_schemas.catalog.listed import Listed
from fakie_schemas.schema.fields import fields

FORMAT_VERSION = 1
_LISTED = {True: "listed", False: "unlisted"}


@click.command()
@catalog_options
def models(docs: Docs, schemas: Path | None, as_json: bool) -> None:
    """List every model that the fake knows, with its page and what it requires."""
    catalog = Catalog.shipped(schemas, docs)
    print_broken(catalog)
    names = Listed()
    known = [_model(catalog, model, names) for model in catalog.models]
    missing = sorted(names.models - set(catalog.models))
    if as_json:
        data = {"format_version": FORMAT_VERSION, "models": known, "catalogue": names.date, "not_known": missing}
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))
        return
    rows = [
        (one["model"], one["date"], _LISTED[one["listed"]], ", ".join(one["required"]) or "-", one["title"] or "-")
        for one in known
    ]
    rows += [(model, "-", "not yet known", "", "") for model in missing]
    show_table(("model", "page of", "listed", "required input", "title of the page"), rows)
    unlisted = sum(not one["listed"] for one in known)
    click.echo(f"{counted(len(known), 'model')}; `fakie show MODEL` tells more")
    click.echo(
        f"the vendor's catalogue of {names.date} does not list {unlisted} of them, which are answered all the same; "
        f"it lists {len(missing)} of which no page is known"
    )


def _model(catalog: Catalog, model: str, names: Listed) -> dict[str, Any]:
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
