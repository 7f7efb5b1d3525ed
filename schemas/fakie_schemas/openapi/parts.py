"""The parts of an OpenAPI 3.1 document: schemas without their heads, contents, callbacks, the document itself."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import fakie_schemas
from fakie_schemas.hosts import STAND_IN

Json = dict[str, Any]
VERSION = "3.1.0"
JSON_TYPE = "application/json"
_HEAD = frozenset({"$schema", "$id"})
_SCHEME = "BearerAuth"
_CALLBACK = "{$request.body#/callBackUrl}"


def bare(schema: Mapping[str, Any]) -> Json:
    """Return a schema without the keywords that say which dialect it is of and where it lies."""
    return {key: value for key, value in schema.items() if key not in _HEAD}


def ref(name: str) -> Json:
    """Return a reference to a schema of the document's components."""
    return {"$ref": f"#/components/schemas/{name}"}


def component_names(names: Iterable[str]) -> dict[str, str]:
    """Return for each name one that a component may have; no two are the same.

    It has no dot and begins with no digit, though it might: generators for Python take what stands before a dot for a
    module, and some for TypeScript import a type by this name as it is.
    """
    made: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"^(?=\d)|[^A-Za-z0-9_-]", "_", name)
        taken, number = set(made.values()), 2
        chosen = plain
        while chosen in taken:
            chosen, number = f"{plain}_{number}", number + 1
        made[name] = chosen
    return made


def content(schema: Mapping[str, Any], **more: Any) -> Json:
    """Return the JSON content of a body; `more` is its `example` or `examples`, left out where they are None."""
    return {JSON_TYPE: {"schema": dict(schema)} | {key: value for key, value in more.items() if value is not None}}


def answered(description: str, schema: Mapping[str, Any], **more: Any) -> Json:
    """Return the responses of an operation whose HTTP status is 200 also when it refuses."""
    return {"200": {"description": description, "content": content(schema, **more)}}


def query(schema: Mapping[str, Any]) -> list[Json]:
    """Return the fields of a request's schema as parameters of the query."""
    needed = schema.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in needed, "schema": bare(inner)}
        for name, inner in schema.get("properties", {}).items()
    ]


def task_callback(schema: Mapping[str, Any] | None = None) -> Json:
    """Return what is posted to `callBackUrl`, once, when a task has ended; its schema stands in it unless given."""
    posted = {
        "summary": "The task has ended",
        "requestBody": {"required": True, "content": content(schema or bare(fakie_schemas.answer_schema("callback")))},
        "responses": {"200": {"description": "The callback was taken"}},
    }
    return {"taskEnded": {_CALLBACK: {"post": posted}}}


def document(
    title: str, version: str, server: str, paths: Mapping[str, Any], *, key: bool = True, **info: str | None
) -> Json:
    """Return a document; `key` says whether it asks for a bearer key, and `info` adds what is not None to its head."""
    known = {name.replace("_", "-"): value for name, value in info.items() if value is not None}
    out: Json = {
        "openapi": VERSION,
        "info": {"title": title, "version": version} | known,
        "servers": [{"url": server, STAND_IN: True}],
        "paths": dict(paths),
        "components": {},
    }
    if key:
        out["security"] = [{_SCHEME: []}]
        out["components"]["securitySchemes"] = {_SCHEME: {"type": "http", "scheme": "bearer"}}
    return out
