"""Judging a body against a revision: the first violation, as a situation with the facts a message needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jsonschema import ValidationError
from jsonschema.protocols import Validator

from fakie_schemas.catalog.examples import as_json, working_value


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
    name = ""
    for step in path:
        name += f"[{step}]" if isinstance(step, int) else f".{step}" if name else step
    return name or "body"


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
    situation, rule, got = _READERS.get(str(error.validator), _other)(error)
    return Violation(situation, field_name(path), rule, got, as_json(working_value(schema)))


_Reading = tuple[str, str, str]


def _other(error: ValidationError) -> _Reading:
    return "rule_broken", f"{error.validator} {as_json(error.validator_value)}", as_json(error.instance)


def _type(error: ValidationError) -> _Reading:
    kinds: Any = error.validator_value
    return "wrong_type", kinds if isinstance(kinds, str) else " or ".join(kinds), as_json(error.instance)


def _choice(error: ValidationError) -> _Reading:
    allowed: Any = error.validator_value
    choices = ", ".join(as_json(choice) for choice in allowed)
    return "value_not_allowed", f"one of {choices}", as_json(error.instance)


def _format(error: ValidationError) -> _Reading:
    return "url_malformed", "an absolute http or https URL", as_json(error.instance)


def _amount(situation: str, bound: str, unit: str) -> Callable[[ValidationError], _Reading]:
    def read(error: ValidationError) -> _Reading:
        limit: Any = error.validator_value
        value: Any = error.instance
        return situation, f"{bound} {limit} {_plural(unit, limit)}", f"{len(value)} {_plural(unit, len(value))}"

    return read


def _range(wording: str) -> Callable[[ValidationError], _Reading]:
    def read(error: ValidationError) -> _Reading:
        return "out_of_range", f"{wording} {error.validator_value}", as_json(error.instance)

    return read


def _plural(unit: str, count: int) -> str:
    return unit if count == 1 else f"{unit}s"


_READERS: Mapping[str, Callable[[ValidationError], _Reading]] = {
    "type": _type,
    "enum": _choice,
    "format": _format,
    "maxLength": _amount("too_long", "at most", "character"),
    "minLength": _amount("too_short", "at least", "character"),
    "maxItems": _amount("too_many_items", "at most", "item"),
    "minItems": _amount("too_few_items", "at least", "item"),
    "maximum": _range("at most"),
    "minimum": _range("at least"),
    "exclusiveMaximum": _range("less than"),
    "exclusiveMinimum": _range("more than"),
    "multipleOf": _range("a multiple of"),
}
