"""Values that satisfy a schema, for messages, for `fakie show` and for the suite."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from fakie_schemas.validator import holds

_PLAIN: Mapping[str, Any] = {"boolean": True, "null": None}


def working_value(schema: Mapping[str, Any]) -> Any:
    """Give a value that the schema accepts: the page's own where it has one, else made from the limits.

    The made one is given also where nothing could be found that holds: with a pattern and no example, for instance.
    """
    made = _made(schema)
    given = (value for value in _given(schema) if holds(schema, value))
    return next(given, made)


def as_json(value: Any, limit: int = 80) -> str:
    """Write a value as JSON on one line, cut to `limit` characters."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _given(schema: Mapping[str, Any]) -> Iterator[Any]:
    yield from schema.get("examples", ())
    yield from schema.get("enum", ())
    for keyword in ("const", "default"):
        if keyword in schema:
            yield schema[keyword]


def _made(schema: Mapping[str, Any]) -> Any:
    kinds = schema.get("type", "object" if "properties" in schema else "string")
    kind = kinds if isinstance(kinds, str) else kinds[0]
    if kind == "object":
        properties = schema.get("properties", {})
        return {name: working_value(properties.get(name, {})) for name in schema.get("required", [])}
    if kind == "array":
        return [working_value(schema.get("items", {})) for _ in range(schema.get("minItems", 0))]
    if kind in {"integer", "number"}:
        return _number(schema, kind)
    return _PLAIN[kind] if kind in _PLAIN else _text(schema)


def _number(schema: Mapping[str, Any], kind: str) -> float:
    step = Decimal(str(schema.get("multipleOf", 1 if kind == "integer" else "0.01")))
    at_least, above = schema.get("minimum"), schema.get("exclusiveMinimum")
    if at_least is not None:
        least = -(-Decimal(str(at_least)) // step) * step
    elif above is not None:
        least = (Decimal(str(above)) // step + 1) * step
    else:
        least = min(Decimal(1), Decimal(str(schema.get("maximum", schema.get("exclusiveMaximum", 2)))) - step)
        least = least // step * step
    return int(least) if least == least.to_integral_value() else float(least)


def _text(schema: Mapping[str, Any]) -> str:
    if schema.get("format") == "uri":
        return "https://example.com/file"
    text = "text".ljust(schema.get("minLength", 0), "t")
    limit: int = schema.get("maxLength", len(text))
    return text[:limit]
