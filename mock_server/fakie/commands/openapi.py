"""`fakie openapi`: the API as the fake serves it, as one OpenAPI document."""

import json
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote

import click

from fakie.commands.options import table_options
from fakie_schemas.catalog.docs import Docs
from fakie_schemas.errors import ConfigurationError


@click.command()
@table_options("catalog")
@table_options("openapi")
def openapi(docs: Docs, schemas: Path | None, model: str, format: str) -> None:
    """Print the OpenAPI 3.1 document of the API and of the levers, as `GET /_fakie/openapi.json` answers it."""
    document = _document(docs, schemas, model)
    click.echo(_yaml(document) if format == "yaml" else json.dumps(document, ensure_ascii=False, indent=2))


def _document(docs: Docs, schemas: Path | None, model: str) -> dict[str, Any]:
    from fakie.adapters.compose import make_service
    from fakie.core.http.messages import Request
    from fakie.core.settings import Settings

    service = make_service(Settings(), _Nobody(), docs=docs, schemas=schemas)
    response = service.handle(Request.of("GET", f"/_fakie/openapi.json?model={quote(model)}"))
    document: dict[str, Any] = json.loads(response.body)
    if "openapi" not in document:
        raise ConfigurationError(str(document["msg"]).partition(": ")[2])
    return document


def _yaml(document: dict[str, Any]) -> str:
    try:
        import yaml
    except ModuleNotFoundError:
        raise ConfigurationError("--format yaml needs PyYAML: pip install 'fakie[derive]'") from None
    text: str = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)
    return text.rstrip("\n")


class _Nobody:
    """A sender that has nothing to send: no task is made here."""

    def send(self, *_: object) -> NoReturn:
        raise AssertionError("a document calls nobody back")
