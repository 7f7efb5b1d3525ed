"""A stand-in of the vendor's live catalogue that answers as a test wants, and well where the test says nothing."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.openapi.model import model_document
from support.servers.listening import listening

SHIPPED = Catalog.shipped()
MODELS = "/api/v1/models"
# Status, headers, body; None closes the connection without an answer.
Answered = tuple[int, Mapping[str, str], bytes] | None


def enveloped(data: Any, code: int = 200, msg: str = "success") -> Answered:
    """Write an answer as the API does."""
    return 200, {}, json.dumps({"code": code, "msg": msg, "data": data}).encode()


def document(model: str = "z-image") -> dict[str, Any]:
    """Return the document of a model that is shipped."""
    revision = SHIPPED.pinned(model)
    assert revision is not None
    return model_document(revision.facts, revision.stated_schema, "https://api.kie.ai")


def listing(*models: str) -> Answered:
    """Write the list of all models."""
    entries = [{"model": model, "slug": model, "title": model, "taskType": []} for model in models]
    return enveloped({"total": len(models), "models": entries})


def schema_path(model: str) -> str:
    return f"{MODELS}/{model}/schema"


@dataclass
class CatalogueStandIn:
    """`answers` by path; a list of them is given one after the other, its last for ever. What was asked is kept."""

    answers: dict[str, Answered | list[Answered]]
    url: str = ""
    asked: list[str] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    on_request: Callable[[str], None] = lambda path: None

    @classmethod
    def of(cls, *models: str, **more: Any) -> "CatalogueStandIn":
        """Make one that has these models, all well."""
        answers: dict[str, Answered | list[Answered]] = {MODELS: listing(*models)}
        answers |= {schema_path(one): enveloped({"model": one, "openapi": document(one)}) for one in models}
        return cls(answers, **more)

    def answer(self, path: str) -> Answered:
        """Return what a path is answered with."""
        self.asked.append(path)
        self.on_request(path)
        found = self.answers.get(path, enveloped(None, 404, "Not Found"))
        if isinstance(found, list):
            return found.pop(0) if len(found) > 1 else found[0]
        return found


@contextmanager
def serving(stand_in: CatalogueStandIn) -> Iterator[CatalogueStandIn]:
    """Serve it on a free loopback port."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            stand_in.keys.add(self.headers.get("Authorization", ""))
            answered = stand_in.answer(self.path)
            if answered is None:
                self.close_connection = True
                return
            status, headers, body = answered
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    with listening(Handler) as stand_in.url:
        yield stand_in
