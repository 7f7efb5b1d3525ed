"""A form for the request of a model or an endpoint: a field for each of the body's, and the body that it stands for."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from fakie.adapters.ui.lever_forms import text_of, value_of
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.schema.values import kind_of
from fakie_schemas.schema.words import limits, type_of

FIELD = "field."
_INPUT = "input"
_LONG = 120


class BodyInput(Struct, frozen=True):
    """One field: its path, the words for what it takes, what may be chosen, and its text."""

    name: str
    path: tuple[str, ...]
    schema: Mapping[str, Any]
    words: str
    choices: tuple[str, ...]
    required: bool
    long: bool
    text: str = ""


def fields_of(revision: Revision) -> tuple[BodyInput, ...]:
    """Return the fields of a request; of a model's those of its `input` first, and none for its name."""
    schema = revision.plain_schema
    if not revision.model:
        return _fields(schema, ())
    given = schema.get("properties", {}).get(_INPUT, {})
    inner = _fields(given, (_INPUT,)) or (_field(_INPUT, (_INPUT,), {"type": "object", **given}, required=True),)
    return (*inner, *(one for one in _fields(schema, ()) if one.name not in {"model", _INPUT}))


def filled(fields: Sequence[BodyInput], body: Any) -> tuple[BodyInput, ...]:
    """Return the fields with the texts that stand for a body."""
    return tuple(replace(field, text=text_of(_at(body, field.path))) for field in fields)


def body_of(revision: Revision, model: str, form: Mapping[str, str]) -> dict[str, Any]:
    """Return the body that a form stands for; what was left empty is left out, but for required texts."""
    body: dict[str, Any] = {"model": model, _INPUT: {}} if revision.model else {}
    for field in fields_of(revision):
        text = form.get(FIELD + field.name, "")
        # A text that is required may well be an empty one.
        if text or (field.required and kind_of(field.schema) == "string"):
            place = body
            for step in field.path[:-1]:
                place = place.setdefault(step, {})
            place[field.path[-1]] = value_of(field.schema, text)
    return body


def _fields(schema: Mapping[str, Any], path: tuple[str, ...]) -> tuple[BodyInput, ...]:
    required = schema.get("required", ())
    return tuple(
        _field(".".join((*path, name)), (*path, name), inner, required=name in required)
        for name, inner in schema.get("properties", {}).items()
    )


def _field(name: str, path: tuple[str, ...], schema: Mapping[str, Any], *, required: bool) -> BodyInput:
    kind = kind_of(schema)
    choices = tuple(text_of(one) for one in schema.get("enum", [True, False] if kind == "boolean" else ()))
    long = kind in {"object", "array"} or schema.get("maxLength", 0) > _LONG
    words = "; ".join([type_of(schema), *([] if choices else limits(schema))])
    return BodyInput(name, path, schema, words, choices, required, long)


def _at(body: Any, path: Sequence[str]) -> Any:
    for step in path:
        body = body.get(step) if isinstance(body, Mapping) else None
    return body
