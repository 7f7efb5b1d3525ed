"""The part of our OpenAPI document that types of requests and records need.

What a client writes and reads: bodies of requests, and what a success answers. Refusals, callbacks, levers, examples
and prose stay out, which a type says nothing of.
"""

import json
from collections.abc import Mapping
from typing import Any

from fakie.core.http.messages import Request
from fakie.harness.start import new_fake

_NO_TYPE = ("example", "examples", "description", "summary", "title", "default", "allOf", "if", "then", "else")
_METHODS = ("get", "post")


def whole_document() -> dict[str, Any]:
    """Return the document as a fake serves it."""
    answer = new_fake("http://127.0.0.1:8080").handle(Request.of("GET", "/_fakie/openapi.json", b"", {}))
    document: dict[str, Any] = json.loads(answer.body)
    return document


def types_document() -> dict[str, Any]:
    """Return the document: the API's paths, each with its request and its successful answers."""
    whole = whole_document()
    paths = {path: _path(item) for path, item in whole["paths"].items() if not path.startswith("/_fakie")}
    meant = json.dumps(paths)
    schemas = {name: _plain(one) for name, one in whole["components"]["schemas"].items() if f'/{name}"' in meant}
    head = {key: whole[key] for key in ("openapi", "info")}
    return {**head, "paths": paths, "components": {"schemas": schemas}}


def _path(item: Mapping[str, Any]) -> dict[str, Any]:
    return {method: _operation(item[method]) for method in _METHODS if method in item}


def _operation(operation: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: _plain(operation[key]) for key in ("operationId", "parameters", "requestBody") if key in operation}
    answers = {status: {"description": "", **_answer(one)} for status, one in operation["responses"].items()}
    return {**kept, "responses": {status: one for status, one in answers.items() if status == "200"}}


def _answer(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {"content": _plain(answer["content"])} if "content" in answer else {}


def _plain(value: Any) -> Any:
    """Return a schema without what makes no type; names of properties are no keywords."""
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if not isinstance(value, dict):
        return value
    kept = {key: one for key, one in value.items() if key not in _NO_TYPE and not key.startswith("x-")}
    return {key: _properties(one) if key == "properties" else _plain(one) for key, one in kept.items()}


def _properties(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(schema) for name, schema in properties.items()}
