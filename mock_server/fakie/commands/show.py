"""`fakie show`: one model's contract, and a request that works."""

import json
import shlex
from pathlib import Path
from typing import Any

import click

from fakie.commands.catalog_models import print_broken, revision_of
from fakie.commands.completing import completed, models
from fakie.commands.options import table_options
from fakie.commands.terminal import show_table
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.docs import Docs
from fakie_schemas.catalog.prices import Prices
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.schema import words
from fakie_schemas.schema.alternatives import all_fields
from fakie_schemas.schema.fields import BodyField
from fakie_schemas.schema.values import as_json

FORMAT_VERSION = 1
# What is shown as fields of their own.
_STRUCTURE = frozenset({"properties", "items", "required", "additionalProperties"})
_URL = "http://127.0.0.1:8080"


@click.command()
@click.argument("model", shell_complete=completed(models))
@table_options("catalog")
@table_options("show")
def show(model: str, docs: Docs, schemas: Path | None, as_json: bool) -> None:
    """Show the contract of MODEL: its fields and their limits, its codes, its page, and a request that works."""
    catalog = Catalog.shipped(schemas, docs)
    print_broken(catalog)
    revision = revision_of(catalog, model)
    if as_json:
        click.echo(json.dumps(_as_data(catalog, revision), ensure_ascii=False, indent=2))
    else:
        _print(catalog, revision)


def _as_data(catalog: Catalog, revision: Revision) -> dict[str, Any]:
    model = revision.facts["model"]
    pinned, latest = catalog.pinned(model), catalog.latest(model)
    return {
        "format_version": FORMAT_VERSION,
        "model": model,
        "date": revision.date,
        "pinned": pinned.date if pinned else None,
        "latest": latest.date if latest else None,
        "page": revision.facts["provenance"],
        "endpoint": revision.facts["endpoint"],
        "fields": [_as_dict(field) for field in all_fields(revision.request_schema)],
        "codes": revision.facts["codes"],
        "answer": list(revision.answer_keys),
        "prices": _prices(model),
        "unread": revision.facts.get("unread", []),
        "notes": revision.facts.get("notes", []),
        "example": revision.example,
        "schema": str(revision.file.with_name(f"{revision.date}.request.schema.json")),
    }


def _prices(model: str) -> dict[str, Any]:
    prices = Prices.load()
    return {
        "source": prices.source(model),
        "credits": [str(row) for row in prices.rows(model)],
        "unknown": prices.worst(model, None, None).why if not prices.rows(model) else None,
    }


def _print(catalog: Catalog, revision: Revision) -> None:
    data = _as_data(catalog, revision)
    page = data["page"]
    click.secho(data["model"], bold=True)
    click.echo(f"page    {page['title'] or '-'}, {page['date'] or 'undated'}, read as {page['format']}")
    click.echo(f"served  {data['date']} (pinned {data['pinned']}, latest {data['latest']})")
    click.echo(f"schema  {data['schema']}\n")
    rows = [
        (
            field.place,
            words.type_of(field.schema),
            "required" if field.required else "",
            "; ".join(words.limits(field.schema)),
            as_json(field.schema["default"]) if "default" in field.schema else "",
        )
        for field in all_fields(revision.request_schema)
        if field.place != "model"
    ]
    show_table(("field", "type", "", "limits", "default"), rows)
    codes = ", ".join(str(code) for code in revision.codes)
    inherited = f" (the page lists none; {_whose(revision)})" if data["codes"][0].get("inherited") else ""
    click.echo(f"\ncodes   {codes}{inherited}\nanswer  data: {', '.join(data['answer'])}")
    prices = data["prices"]
    unknown = f"unknown: {prices['unknown']}"
    click.echo(f"credits {'; '.join(prices['credits']) or unknown} [{prices['source'] or 'no price list'}]\n")
    _print_remarks(data)
    click.echo(_curl(data["endpoint"], data["example"]))


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


def _curl(endpoint: dict[str, Any], example: Any) -> str:
    body = shlex.quote(json.dumps(example, ensure_ascii=False))
    lines = (
        f"curl --request {endpoint['method']} --url {_URL}{endpoint['path']}",
        "--header 'Authorization: Bearer any-key' --header 'Content-Type: application/json'",
        f"--data {body}",
    )
    return " \\\n  ".join(lines)


def _as_dict(field: BodyField) -> dict[str, Any]:
    """Return a field as JSON data: its rules are the schema's keywords, without what stands below it."""
    rules = {key: value for key, value in field.schema.items() if key not in _STRUCTURE}
    return {"path": field.place, "required": field.required, **rules}
