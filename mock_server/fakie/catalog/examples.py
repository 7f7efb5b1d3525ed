"""Values that satisfy a field's schema, for messages and for the suite."""

import json
from collections.abc import Mapping
from typing import Any

_BY_TYPE: Mapping[str, Any] = {"string": "text", "integer": 1, "number": 1, "boolean": True, "object": {}, "array": []}


def working_value(schema: Mapping[str, Any]) -> Any:
    """Give a value that the field's schema accepts: the page's own where it has one, else made from the limits."""
    for given in (schema.get("examples", []), schema.get("enum", [])):
        if given:
            return given[0]
    if "default" in schema:
        return schema["default"]
    return _made(schema)


def _made(schema: Mapping[str, Any]) -> Any:
    kinds = schema.get("type", "string")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: working_value(properties.get(name, {})) for name in schema.get("required", [])}
    if kind == "array":
        return [working_value(schema.get("items", {}))] * schema.get("minItems", 0)
    if kind == "string":
        return _text(schema)
    if kind in {"integer", "number"}:
        return schema.get("minimum", min(1, schema.get("maximum", 1)))
    return _BY_TYPE[kind]


def _text(schema: Mapping[str, Any]) -> str:
    if schema.get("format") == "uri":
        return "https://example.com/file"
    text = "text".ljust(schema.get("minLength", 0), "t")
    limit: int = schema.get("maxLength", len(text))
    return text[:limit]


def as_json(value: Any, limit: int = 80) -> str:
    """Write a value as JSON on one line, cut to `limit` characters."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= limit else text[: limit - 1] + "…"
