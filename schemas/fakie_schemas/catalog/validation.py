"""Judging a body against a revision: the first violation, as a situation with the facts a message needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jsonschema import ValidationError
from jsonschema.protocols import Validator

from fakie_schemas.schema.fields import dotted
from fakie_schemas.schema.values import as_json, working_value
from fakie_schemas.schema.words import counted, rule


@dataclass(frozen=True)
class Violation:
    """One rule that a body breaks: the situation, and field, rule, got and works as text for the message."""

    situation: str
    field: str
    rule: str
    got: str
    works: str


def first_violation(validator: Validator, body: Any) -> Violation | None:
    """Give the first violation in the schema's own order, or None when the body holds."""
    error = next(iter(validator.iter_errors(body)), None)
    return None if error is None else violation_of(error)


def field_name(path: Sequence[str | int]) -> str:
    """Write a path as clients write it: `input.image_urls[0]`; the body itself is `body`."""
    return dotted(path) or "body"


def violation_of(error: ValidationError) -> Violation:
    """Give a validator's error as a violation."""
    path = list(error.absolute_path)
    limit: Any = error.validator_value
    schema: Mapping[str, Any] = error.schema if isinstance(error.schema, dict) else {}
    if error.validator == "required":
        body: Any = error.instance
        missing = next(name for name in limit if name not in body)
        works = as_json(working_value(schema.get("properties", {}).get(missing, {})))
        return Violation("field_missing", field_name([*path, missing]), "required", "nothing", works)
    situation, words, got = _READERS.get(str(error.validator), _value("rule_broken"))(error)
    return Violation(situation, field_name(path), words, got, as_json(working_value(schema)))


_Reading = tuple[str, str, str]


def _value(situation: str) -> Callable[[ValidationError], _Reading]:
    def read(error: ValidationError) -> _Reading:
        return situation, rule(str(error.validator), error.validator_value), as_json(error.instance)

    return read


def _amount(situation: str, unit: str) -> Callable[[ValidationError], _Reading]:
    def read(error: ValidationError) -> _Reading:
        value: Any = error.instance
        return situation, rule(str(error.validator), error.validator_value), counted(len(value), unit)

    return read


_READERS: Mapping[str, Callable[[ValidationError], _Reading]] = {
    "type": _value("wrong_type"),
    "enum": _value("value_not_allowed"),
    "format": _value("url_malformed"),
    "maxLength": _amount("too_long", "character"),
    "minLength": _amount("too_short", "character"),
    "maxItems": _amount("too_many_items", "item"),
    "minItems": _amount("too_few_items", "item"),
    **dict.fromkeys(
        ("maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum", "multipleOf"), _value("out_of_range")
    ),
}
