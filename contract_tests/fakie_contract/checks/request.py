"""The rules of its page that a request breaks."""

from collections.abc import Iterator
from typing import Any

from jsonschema import ValidationError
from jsonschema.protocols import Validator
from msgspec import Struct
from msgspec.structs import replace

from fakie_contract import sources
from fakie_contract.checks.redaction_marks import is_redacted
from fakie_contract.checks.shape import pointer
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.catalog.validation import Violation, violation_of

BODY = "/request/body"


class BrokenRule(Struct, frozen=True):
    """The rule of a page that a request breaks: where, and which page says so."""

    violation: Violation
    place: str
    source: str


def broken_rules(validator: Validator, revision: Revision, body: Any) -> Iterator[BrokenRule]:
    """Find the rules that a request breaks, one at each place, passing over values that a recorder replaced."""
    places: set[str] = set()
    for error in validator.iter_errors(body):
        if is_redacted(error.instance):
            continue
        where = "".join(f"/{step}" for step in error.absolute_schema_path)
        source = sources.of_revision(revision, f"/request{where}")
        for steps, violation in _violations(error):
            place = BODY + pointer(steps)
            if place not in places:
                places.add(place)
                yield BrokenRule(violation, place, source)


def _violations(error: ValidationError) -> Iterator[tuple[list[Any], Violation]]:
    """Return a validator's error as violations: of several keys that are missing each by itself."""
    steps, violation = list(error.absolute_path), violation_of(error)
    if error.validator != "required":
        # Of alternatives the nearest is meant, and its first key that is missing.
        yield steps, violation
        return
    around, dot, _ = violation.field.rpartition(".")
    required: Any = error.validator_value
    for name in required:
        if isinstance(error.instance, dict) and name not in error.instance:
            yield [*steps, name], replace(violation, field=f"{around}{dot}{name}")
