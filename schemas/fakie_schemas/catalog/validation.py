"""Judging a body against a revision: the first violation, as a situation with the facts a message needs."""

import marshal
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from fakie_schemas.accepting import Accepts, acceptor
from fakie_schemas.schema.alternatives import GROUPS
from fakie_schemas.schema.fields import dotted
from fakie_schemas.schema.values import as_json, working_value
from fakie_schemas.schema.words import counted, rule
from fakie_schemas.validator import vouched_validator

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

_MOST_EXPLAINED = 64
_LONGEST_EXPLAINED = 2000
# Without references between its parts, so that equal values give equal bytes.
_MARSHAL_VERSION = 2

_Schema = Mapping[str, Any]
Works = Callable[[_Schema], str]


class Violation(Struct, frozen=True):
    """One rule that a body breaks: the situation, and field, rule, got and works as text for the message."""

    situation: str
    field: str
    rule: str
    got: str
    works: str

    @property
    def told(self) -> str:
        """The field, the rule that it breaks, and what came."""
        if self.situation == "field_missing":
            return f"{self.field} is required"
        return f"{self.field}: expected {self.rule}; got {self.got[:200]}"


def works_for(schema: _Schema) -> str:
    """Return a value that a schema accepts, as JSON."""
    return as_json(working_value(schema))


class Judge(Struct, eq=False):
    """Judges JSON values by what is known to be a schema: at once where they hold, in words where they do not."""

    schema: _Schema
    # Each half is made when it is first asked.
    _fast: Accepts | None = None
    _slow: "Validator | None" = None
    _works: dict[int, str] = {}
    _explained: dict[bytes, Violation | None] = {}

    def violation(self, value: Any) -> Violation | None:
        """Return the first violation in the schema's own order, or None when the value holds."""
        return None if self._accepts(value) else self._explain(value)

    def holds(self, value: Any) -> bool:
        """Tell whether a value keeps the schema."""
        return self._accepts(value) or self.validator.is_valid(value)

    @property
    def validator(self) -> "Validator":
        """The slow half, which has the last word."""
        if self._slow is None:
            self._slow = vouched_validator(self.schema)
        return self._slow

    def _accepts(self, value: Any) -> bool:
        if self._fast is None:
            self._fast = acceptor(self.schema)
        return self._fast(value)

    def _explain(self, value: Any) -> Violation | None:
        """Find the violation; a client that is wrong is wrong in the same way again, which need not be found anew."""
        key = _fingerprint(value)
        if key is None:
            return first_violation(self.validator, value, self._works_for)
        explained = self._explained
        if key not in explained:
            if len(explained) >= _MOST_EXPLAINED:
                explained = self._explained = {}
            explained[key] = first_violation(self.validator, value, self._works_for)
        return explained[key]

    def _works_for(self, part: _Schema) -> str:
        # Parts of the schema live as long as it does, and so are known by their ids; there is one for each rule.
        if id(part) not in self._works:
            self._works[id(part)] = works_for(part)
        return self._works[id(part)]


def _fingerprint(value: Any) -> bytes | None:
    """Return bytes that equal values of equal types share, or None for what is large or no JSON."""
    try:
        key = marshal.dumps(value, _MARSHAL_VERSION)
    except ValueError:
        return None
    return key if len(key) <= _LONGEST_EXPLAINED else None


def first_violation(
    validator: "Validator",
    body: Any,
    works: Works = works_for,
    passing: "Callable[[ValidationError], bool] | None" = None,
) -> Violation | None:
    """Return the first violation in the schema's own order, or None when the body holds; `passing` ones are none."""
    errors = validator.iter_errors(body)
    error = next((one for one in errors if passing is None or not passing(one)), None)
    return None if error is None else violation_of(error, works)


def number_for_text(error: "ValidationError") -> bool:
    """Tell whether all that is wrong is a number in the input where its text would do."""
    value: Any = error.instance
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or list(error.absolute_path)[:1] != ["input"]:
        return False
    if error.validator == "enum":
        return isinstance(error.validator_value, list) and as_json(value) in error.validator_value
    return error.validator == "type" and error.validator_value == "string"


def empty_text(schema: Mapping[str, Any], body: Mapping[str, Any]) -> Violation | None:
    """Return the first text of the input that is required and empty, as a violation, or None."""
    inner, given = schema.get("properties", {}).get("input", {}), body.get("input")
    if not isinstance(given, dict):
        return None
    for name in inner.get("required", ()):
        if given.get(name) == "":
            works = as_json(working_value(inner.get("properties", {}).get(name, {})) or "text")
            return Violation("value_empty", field_name(["input", name]), "text that is not empty", '""', works)
    return None


def field_name(path: Sequence[str | int]) -> str:
    """Write a path as clients write it: `input.image_urls[0]`; the body itself is `body`."""
    return dotted(path) or "body"


def violation_of(error: "ValidationError", works: Works = works_for) -> Violation:
    """Return a validator's error as a violation; `works` finds what a part of the schema would accept."""
    path = list(error.absolute_path)
    limit: Any = error.validator_value
    schema: Mapping[str, Any] = error.schema if isinstance(error.schema, dict) else {}
    if error.validator == "required":
        body: Any = error.instance
        missing = next(name for name in limit if name not in body)
        known = schema.get("properties", {})
        example = works(known[missing]) if missing in known else works_for({})
        return Violation("field_missing", field_name([*path, missing]), "required", "nothing", example)
    if error.validator in GROUPS:
        return _alternatives(error)
    situation, words, got = _READERS.get(str(error.validator), _value("rule_broken"))(error)
    return Violation(situation, field_name(path), words, got, works(schema) if schema else works_for({}))


def _alternatives(error: "ValidationError") -> Violation:
    """Explain by the nearest branch what is wrong, or that several branches fit where one alone may."""
    branches: Any = error.validator_value
    if not error.context:
        words = f"exactly one of {len(branches)} alternatives, not several"
        works = as_json(working_value(error.schema if isinstance(error.schema, dict) else {}))
        return Violation("rule_broken", field_name(list(error.absolute_path)), words, as_json(error.instance), works)
    by_branch: dict[int, list[ValidationError]] = {}
    for one in error.context:
        by_branch.setdefault(int(one.relative_schema_path[0]), []).append(one)
    nearest = min(by_branch, key=lambda number: _distance(by_branch[number], branches[number], error.instance))
    lacking = violation_of(by_branch[nearest][0])
    return replace(lacking, works=f"{lacking.works} (nearest: alternative {nearest + 1} of {len(branches)})")


def _distance(errors: "Sequence[ValidationError]", branch: Any, value: Any) -> tuple[int, ...]:
    """Measure how far a branch is from holding: type, constants, names in common, then the count of errors."""
    other_type = sum(error.validator == "type" and not error.relative_path for error in errors)
    other_value = sum(error.validator in {"const", "enum"} for error in errors)
    named = {*branch.get("properties", ()), *branch.get("required", ())} if isinstance(branch, dict) else set()
    common = len(named & value.keys()) if isinstance(value, dict) else 0
    return other_type, other_value, -common, len(errors)


_Reading = tuple[str, str, str]


def _value(situation: str) -> "Callable[[ValidationError], _Reading]":
    def read(error: "ValidationError") -> _Reading:
        return situation, rule(str(error.validator), error.validator_value), as_json(error.instance)

    return read


def _amount(situation: str, unit: str) -> "Callable[[ValidationError], _Reading]":
    def read(error: "ValidationError") -> _Reading:
        value: Any = error.instance
        return situation, rule(str(error.validator), error.validator_value), counted(len(value), unit)

    return read


_READERS: Mapping[str, "Callable[[ValidationError], _Reading]"] = {
    "type": _value("wrong_type"),
    "enum": _value("value_not_allowed"),
    "const": _value("value_not_allowed"),
    "format": _value("url_malformed"),
    "maxLength": _amount("too_long", "character"),
    "minLength": _amount("too_short", "character"),
    "maxItems": _amount("too_many_items", "item"),
    "minItems": _amount("too_few_items", "item"),
    **dict.fromkeys(
        ("maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum", "multipleOf"), _value("out_of_range")
    ),
}
