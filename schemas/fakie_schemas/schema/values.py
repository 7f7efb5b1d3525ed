"""Values that fit a schema: for messages, for `fakie show` and for the suite."""

import copy
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from json import dumps
from typing import Any

from fakie_schemas.schema.alternatives import plain_schemas
from fakie_schemas.schema.fields import KEY
from fakie_schemas.shortening import short
from fakie_schemas.validator import holds

_PLAIN: Mapping[str, Any] = {"boolean": True, "null": None}
_FORMATS: Mapping[str, str] = {
    "uri": "https://example.com/file",
    "date-time": "2026-01-01T00:00:00Z",
    "date": "2026-01-01",
}
# A pattern that asks for a beginning, and for nothing behind it.
_BEGINNING = re.compile(r"\^([\w:/-]+)")


def working_value(schema: Mapping[str, Any]) -> Any:
    """Return a value that the schema accepts: the page's own where it has one, else made from the limits.

    A blank text counts as a page's own only where no other holds: the wire takes it for none.
    The made one comes also where nothing could be found that holds: with a pattern and no example, for instance.
    """
    made = [_made(plain) for plain in plain_schemas(schema)]
    every = sorted((*_given(schema), *made), key=_is_blank)
    found = (value for value in every if fits(schema, value))
    return next(found, made[0])


def sample(schema: Mapping[str, Any], *, full: bool) -> Any:
    """Make a value that the schema accepts: with every field, or with the required ones alone."""
    properties = schema.get("properties")
    if isinstance(properties, Mapping) and schema.get("type", "object") == "object":
        required = schema.get("required", ())
        names = [name for name in properties if full or name in required]
        return {name: sample(properties[name], full=full) for name in names}
    values = schema.get("additionalProperties")
    if isinstance(values, Mapping) and full:
        return {KEY: sample(values, full=True)} | working_value({**schema, "examples": []})
    if schema.get("type") == "array" and isinstance(schema.get("items"), Mapping):
        # Each item its own: a case changes the first one alone.
        return [sample(schema["items"], full=full) for _ in range(max(int(full), schema.get("minItems", 0)))]
    return copy.deepcopy(working_value(schema))


_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "default")
_NARROW = 2


def step_of(schema: Mapping[str, Any]) -> Decimal:
    """Return the smallest step between two numbers that a schema tells apart: its own, 1 for integers, else 0.01."""
    return Decimal(str(schema.get("multipleOf", 1 if schema.get("type") == "integer" else "0.01")))


def plain_step(schema: Mapping[str, Any]) -> Decimal:
    """Return the step of numbers that are accepted without a doubt: 1 where nothing shows that fractions are meant.

    Pages call seeds and seconds numbers that are whole ones. A number of the page's with a fraction shows them, and so
    does a range with no more than three whole numbers, as that of a temperature.
    """
    step = step_of(schema)
    if "multipleOf" in schema or step == 1:
        return step
    named = [schema[keyword] for keyword in _NUMBERS if keyword in schema] + list(schema.get("examples", ()))
    if any(isinstance(one, float) and not one.is_integer() for one in named):
        return step
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    return step if low is not None and high is not None and high - low <= _NARROW else Decimal(1)


def plain_number(value: Decimal) -> float:
    """Return a whole number as an int, any other as a float."""
    return int(value) if value == value.to_integral_value() else float(value)


def as_json(value: Any, limit: int = 80) -> str:
    """Write a value as JSON on one line, cut to `limit` characters."""
    return short(dumps(value, ensure_ascii=False), limit)


def _is_blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


def fits(schema: Mapping[str, Any], value: Any) -> bool:
    """Tell whether a value satisfies a schema; one that refers to elsewhere is satisfied by none."""
    from referencing.exceptions import Unresolvable

    try:
        return holds(schema, value)
    except Unresolvable:
        # A part of a schema, which refers to another part.
        return False


def _given(schema: Mapping[str, Any]) -> Iterator[Any]:
    yield from schema.get("examples", ())
    yield from sorted(schema.get("enum", ()), key=lambda value: value is None)
    for keyword in ("const", "default"):
        if keyword in schema:
            yield schema[keyword]


def _made(schema: Mapping[str, Any]) -> Any:
    kind = kind_of(schema)
    if kind == "object":
        return _object(schema)
    if kind == "array":
        return [working_value(schema.get("items", {})) for _ in range(schema.get("minItems", 0))]
    if kind in {"integer", "number"}:
        return _number(schema)
    return _PLAIN[kind] if kind in _PLAIN else _text(schema)


def kind_of(schema: Mapping[str, Any]) -> str:
    """Tell the type that a value is best made of: the first that is not null, or what the schema's rules suit."""
    kinds = schema.get("type", "object" if {"properties", "required"} & schema.keys() else "string")
    listed: list[str] = [kinds] if isinstance(kinds, str) else kinds
    return next((kind for kind in listed if kind != "null"), "null")


def _object(schema: Mapping[str, Any]) -> dict[str, Any]:
    properties, others = schema.get("properties", {}), schema.get("additionalProperties")
    made = {name: working_value(properties.get(name, {})) for name in schema.get("required", [])}
    value = working_value(others) if isinstance(others, Mapping) else "text"
    more = (f"key_{number}" for number in range(1, schema.get("minProperties", 0) + 1))
    missing = schema.get("minProperties", 0) - len(made)
    return made | dict.fromkeys(list(more)[: max(0, missing)], value)


def _number(schema: Mapping[str, Any]) -> float:
    step = step_of(schema)
    at_least, above = schema.get("minimum"), schema.get("exclusiveMinimum")
    if at_least is not None:
        least = -(-Decimal(str(at_least)) // step) * step
    elif above is not None:
        least = (Decimal(str(above)) // step + 1) * step
    else:
        least = min(Decimal(1), Decimal(str(schema.get("maximum", schema.get("exclusiveMaximum", 2)))) - step)
        least = least // step * step
    return plain_number(least)


def _text(schema: Mapping[str, Any]) -> str:
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    beginning = _BEGINNING.fullmatch(schema.get("pattern", ""))
    text = f"{beginning[1] if beginning else ''}text".ljust(schema.get("minLength", 0), "t")
    limit: int = schema.get("maxLength", len(text))
    return text[:limit]
