"""A small OpenAPI document, and what is read of it."""

from collections.abc import Callable, Mapping
from typing import Any

from fakie_schemas.compiler import DerivedRevision

TEXT = {"type": "string"}
Schema = Mapping[str, Any]


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def document(given: Schema, components: Schema | None = None, model: Schema | None = None) -> dict[str, Any]:
    """Make a document of createTask whose input is `given`."""
    body = {
        "type": "object",
        "required": ["model", "input"],
        "properties": {"model": model or {"type": "string", "enum": ["acme/y"]}, "input": given},
    }
    operation = {
        "requestBody": {"content": {"application/json": {"schema": body}}},
        "responses": {"200": {"description": "ok"}},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Acme Y", "version": "1"},
        "paths": {"/api/v1/jobs/createTask": {"post": operation}},
        "components": {"schemas": components or {}},
    }


Read = Callable[..., DerivedRevision]


def given_of(revision: DerivedRevision) -> dict[str, Any]:
    found: dict[str, Any] = revision.request["properties"]["input"]
    return found


def fields(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


def unread(revision: DerivedRevision) -> str:
    return "\n".join(entry["why"] for entry in revision.facts["unread"])
