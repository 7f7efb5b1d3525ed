"""`fakie show`: the contract of a model or an endpoint, and a request that works."""

import json
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click
from msgspec import Struct

from fakie.commands.catalog_models import endpoint_named, page_of, print_broken, revision_of
from fakie.commands.completing import completed, models_and_endpoints
from fakie.commands.options import table_options
from fakie.commands.terminal import show_table
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.docs import Docs
from fakie_schemas.catalog.prices import Prices
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import FamilyEndpoint, endpoints
from fakie_schemas.schema import words
from fakie_schemas.schema.alternatives import all_fields
from fakie_schemas.schema.fields import BodyField
from fakie_schemas.schema.values import as_json

FORMAT_VERSION = 1
# What is shown as fields of their own.
_STRUCTURE = frozenset({"properties", "items", "required", "additionalProperties"})
_URL = "http://127.0.0.1:8080"


@click.command()
@click.argument("name", metavar="MODEL|ENDPOINT", shell_complete=completed(models_and_endpoints))
@table_options("catalog")
@table_options("show")
def show(name: str, docs: Docs, schemas: Path | None, as_json: bool) -> None:
    """Show the contract of a model or an endpoint: fields and limits, codes, page, and a request that works.

    An endpoint is named as `fakie models` does, such as veo/generate, or by its path.
    """
    catalog = Catalog.shipped(schemas, docs)
    print_broken(catalog)
    shown = _shown(catalog, name)
    if as_json:
        click.echo(json.dumps(_as_data(shown), ensure_ascii=False, indent=2))
    else:
        _print(shown)


class ShownContract(Struct, frozen=True):
    """A model or an endpoint as it is shown: its served revision, and those that other docs would serve."""

    name: str
    endpoint: FamilyEndpoint
    revision: Revision
    pinned: Revision | None
    latest: Revision | None


def _shown(catalog: Catalog, name: str) -> ShownContract:
    endpoint = None if name in catalog.models else endpoint_named(name)
    if endpoint is None:
        revision = revision_of(catalog, name)
        return ShownContract(name, endpoints()["createTask"], revision, catalog.pinned(name), catalog.latest(name))
    page = endpoint.page
    every = catalog.endpoint_revisions(page)
    return ShownContract(endpoint.name, endpoint, page_of(catalog, endpoint), catalog.pinned_endpoint(page), every[-1])


def _as_data(shown: ShownContract) -> dict[str, Any]:
    revision = shown.revision
    return {
        "format_version": FORMAT_VERSION,
        "model": revision.model,
        "date": revision.date,
        "pinned": shown.pinned.date if shown.pinned else None,
        "latest": shown.latest.date if shown.latest else None,
        "page": revision.facts["provenance"],
        "endpoint": {"name": shown.endpoint.name, **revision.facts["endpoint"]},
        "fields": [_as_dict(field) for field in all_fields(revision.request_schema)],
        "codes": revision.facts["codes"],
        "answer": list(revision.answer_keys),
        "prices": _prices(shown),
        "unread": revision.facts.get("unread", []),
        "notes": revision.facts.get("notes", []),
        "example": revision.example,
        "schema": str(revision.file.with_name(f"{revision.date}.request.schema.json")),
    }


def _prices(shown: ShownContract) -> dict[str, Any]:
    prices = Prices.load()
    rows = [str(row) for row in prices.rows(shown.name)]
    source = prices.source(shown.name)
    # What makes nothing stands in no list.
    free = shown.endpoint.free and not source
    unknown = None if rows or free else prices.worst(shown.name, None, None).why
    return {"source": source, "credits": rows, "unknown": unknown}


def _print(shown: ShownContract) -> None:
    data, revision = _as_data(shown), shown.revision
    page = data["page"]
    click.secho(shown.name, bold=True)
    click.echo(f"page    {page['title'] or '-'}, {page['date'] or 'undated'}, read as {page['format']}")
    click.echo(f"served  {data['date']} (pinned {data['pinned']}, latest {data['latest']})")
    click.echo(f"schema  {data['schema']}\n")
    _print_fields(revision)
    codes = ", ".join(str(code) for code in revision.codes)
    inherited = f" (the page lists none; {_whose(revision)})" if data["codes"][0].get("inherited") else ""
    answer = f"data: {', '.join(data['answer'])}" if data["answer"] else "the page names no keys of data"
    click.echo(f"\ncodes   {codes}{inherited}\nanswer  {answer}")
    click.echo(f"credits {_priced(data['prices'])}\n")
    _print_remarks(data)
    click.echo(_curl(data["endpoint"], data["example"]))


def _print_fields(revision: Revision) -> None:
    rows = [
        (
            field.place,
            words.type_of(field.schema),
            "required" if field.required else "",
            "; ".join(words.limits(field.schema)),
            as_json(field.schema["default"]) if "default" in field.schema else "",
        )
        for field in all_fields(revision.request_schema)
        # The one of a model says its name, which stands above.
        if field.place != "model" or not revision.model
    ]
    if rows:
        show_table(("field", "type", "", "limits", "default"), rows)
    else:
        click.echo("no fields")


def _priced(prices: Mapping[str, Any]) -> str:
    if not prices["credits"] and not prices["unknown"]:
        return "none: it is free"
    unknown = f"unknown: {prices['unknown']}"
    return f"{'; '.join(prices['credits']) or unknown} [{prices['source'] or 'no price list'}]"


def _whose(revision: Revision) -> str:
    """Say whose codes a page without any has."""
    source = revision.facts.get("inherited", {}).get("codes", "common")
    return "the common ones" if source == "common" else f"those of its page of {source}"


def _print_remarks(data: dict[str, Any]) -> None:
    remarks = [(entry["line"], "unread", entry["why"]) for entry in data["unread"]]
    for note in data["notes"]:
        place = f"{note['field']}: " if note.get("field") else ""
        remarks.append((note["line"], note["kind"], place + note["text"]))
    if remarks:
        rows = [(str(line), kind, text) for line, kind, text in sorted(remarks)]
        show_table(("line", "remark", ""), rows)
        click.echo()


def _curl(endpoint: Mapping[str, Any], example: Mapping[str, Any]) -> str:
    """Return the call of an endpoint, its fields where the page puts them: in the body, in a form, in the query."""
    given, url = endpoint.get("request_in"), f"{_URL}{endpoint['path']}"
    headers = ["--header 'Authorization: Bearer any-key'"]
    if given == "query":
        sent = []
        url += f"?{urlencode(example)}" if example else ""
    elif given == "multipart/form-data":
        sent = [f"--form {shlex.quote(f'{name}={_part(name, value)}')}" for name, value in example.items()]
    else:
        headers.append("--header 'Content-Type: application/json'")
        sent = [f"--data {shlex.quote(json.dumps(example, ensure_ascii=False))}"]
    first = f"curl --request {endpoint['method']} --url {shlex.quote(url)}"
    return " \\\n  ".join([first, " ".join(headers), *sent])


def _part(name: str, value: Any) -> str:
    return "@FILE" if name == "file" else str(value)


def _as_dict(field: BodyField) -> dict[str, Any]:
    """Return a field as JSON data: its rules are the schema's keywords, without what stands below it."""
    rules = {key: value for key, value in field.schema.items() if key not in _STRUCTURE}
    return {"path": field.place, "required": field.required, **rules}
