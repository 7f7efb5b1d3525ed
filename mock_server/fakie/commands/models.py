"""`fakie models`: every model of the catalog, and the endpoints beside them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from fakie.commands.catalog_models import page_of, print_broken, revision_of
from fakie.commands.completing import completed
from fakie.commands.completing import models as known_models
from fakie.commands.options import table_options
from fakie.commands.terminal import show_long
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.docs import Docs
from fakie_schemas.catalog.listed import ListedModels
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.families.family import FamilyEndpoint, endpoints, with_pages
from fakie_schemas.schema.fields import fields
from fakie_schemas.schema.words import counted
from fakie_schemas.selection import is_meant
from fakie_schemas.text_table import table_lines

FORMAT_VERSION = 1
_LISTED = {True: "listed", False: "unlisted"}


@click.command()
@click.argument("pattern", required=False, default="*", shell_complete=completed(known_models))
@table_options("catalog")
@table_options("models")
def models(pattern: str, docs: Docs, schemas: Path | None, as_json: bool) -> None:
    """List every model and every other endpoint that the fake knows, with its page and what it requires.

    With a PATTERN those that fit it, such as 'kling/*', or that have it in their names.
    """
    catalog = Catalog.shipped(schemas, docs)
    print_broken(catalog)
    names = ListedModels()
    known = [_model(catalog, model, names) for model in catalog.models if _is_looked_for(model, pattern)]
    missing = [model for model in sorted(names.models - set(catalog.models)) if _is_looked_for(model, pattern)]
    of_families = [_endpoint(catalog, one) for one in with_pages().values() if _is_looked_for(one.name, pattern)]
    if not known and not missing and not of_families:
        near = ", ".join(catalog.names_near(pattern))
        raise ConfigurationError(f"no model fits {pattern!r} or has it in its name; the nearest are: {near}")
    chat = [model for model in missing if names.is_chat(model)]
    if as_json:
        data = {"format_version": FORMAT_VERSION, "models": known, "catalogue": names.date, "not_known": missing}
        click.echo(json.dumps({**data, "chat": chat, "endpoints": of_families}, ensure_ascii=False, indent=2))
        return
    show_long(
        [*_models_table(known, missing, chat), *_endpoints_table(of_families), *_sums(known, missing, chat, names)]
    )


def _models_table(known: Sequence[Mapping[str, Any]], missing: Sequence[str], chat: Sequence[str]) -> Iterator[str]:
    rows = [
        (one["model"], one["date"], _LISTED[one["listed"]], ", ".join(one["required"]) or "-", one["title"] or "-")
        for one in known
    ]
    rows += [(model, "-", _why_missing(model, chat), "", "") for model in missing]
    if rows:
        yield from table_lines(
            ("model", "page of", "listed", "required input", "title of the page"), rows, terminal=True
        )
        yield ""


def _why_missing(model: str, chat: Sequence[str]) -> str:
    if model in endpoints():
        return "own path, below"
    return "chat, not faked" if model in chat else "not yet known"


def _endpoints_table(of_families: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    rows = [
        (
            one["endpoint"],
            one["date"],
            f"{one['method']} {one['path']}",
            ", ".join(one["required"]) or "-",
            one["title"] or "-",
        )
        for one in of_families
    ]
    if rows:
        columns = ("endpoint", "page of", "path", "required fields", "title of the page")
        yield from table_lines(columns, rows, terminal=True)
        yield ""


def _sums(
    known: Sequence[Mapping[str, Any]], missing: Sequence[str], chat: Sequence[str], names: ListedModels
) -> Iterator[str]:
    yield f"{counted(len(known), 'model')}; `fakie show MODEL` tells more, `fakie show ENDPOINT` of a path of its own"
    unlisted = sum(not one["listed"] for one in known)
    catalogue = f"the vendor's catalogue of {names.date}"
    if unlisted:
        yield f"{catalogue} does not list {unlisted} of them, which are answered all the same"
    if missing:
        yield (
            f"{catalogue} lists {len(missing)} of which no page is known: {counted(len(chat), 'chat model')}, by "
            f"their names, whose paths are not faked, and {len(missing) - len(chat)} that createTask answers with "
            "their input unchecked"
        )


def _endpoint(catalog: Catalog, endpoint: FamilyEndpoint) -> dict[str, Any]:
    revision = page_of(catalog, endpoint)
    asked = [field for field in fields(revision.request_schema) if len(field.path) == 1]
    return {
        "endpoint": endpoint.name,
        "method": endpoint.method,
        "path": endpoint.path,
        "date": revision.date,
        "title": revision.facts["provenance"]["title"],
        "required": [field.path[-1] for field in asked if field.required],
        "optional": [field.path[-1] for field in asked if not field.required],
    }


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
