"""Comparing an answer with two schemas at once: what the page documents, and what is known of the wire."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from typing import Any

from jsonschema import ValidationError
from jsonschema.protocols import Validator
from msgspec import Struct
from msgspec.structs import replace

import fakie_schemas
from fakie_contract import sources
from fakie_contract.checks.redaction_marks import is_redacted
from fakie_contract.checks.wording import wanted
from fakie_contract.sources import part_of
from fakie_contract.subjects import name_of
from fakie_schemas.accepting import Accepts, acceptor
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.rules.difference import FIRST_SEEN, Difference, Known
from fakie_schemas.rules.table import breach
from fakie_schemas.schema.pointers import written
from fakie_schemas.validator import contract_validator

MISSING, TYPE, VALUE = "shape.missing_field", "shape.type", "shape.value"
LENGTH, RANGE, UNIT = "shape.length", "shape.range", "shape.unit"
UNDOCUMENTED, WHOLE = "shape.undocumented_field", "shape.whole_number"
_RULES: Mapping[str, str] = {
    "required": MISSING,
    "type": TYPE,
    "enum": VALUE,
    "const": VALUE,
    "not": VALUE,
    "format": VALUE,
    "pattern": VALUE,
}
# The mark of what the page, whom a client may follow, allows: that the wire never does it is inferred.
_ALLOWED = "inf"
_LENGTHS = {"minLength", "maxLength", "minItems", "maxItems"}
_Steps = tuple[str | int, ...]


class Schema(Struct, frozen=True, dict=True):
    """An answer's schema with its name, and what judges by it once that is needed."""

    name: str
    schema: Mapping[str, Any]

    @cached_property
    def validator(self) -> Validator:
        """The validator of the schema."""
        return contract_validator(self.schema)

    @cached_property
    def accepts(self) -> Accepts:
        """The fast half of that: where it says yes, nothing is broken."""
        return acceptor(self.schema)


@cache
def answer_schema(name: str) -> Schema:
    """Return a shared answer schema by its name."""
    return Schema(name, fakie_schemas.answer_schema(name))


@cache
def page_schema(page: Revision) -> Schema | None:
    """Return the schema of a page's own for the answer of success; None where it refers to a shared one."""
    success = page.facts["answers"]["success"]
    return Schema(name_of(page), success) if isinstance(success, dict) else None


class Mismatch(Struct, frozen=True):
    """A keyword of one schema that an instance breaks; `mark` is its evidence, `steps` lead to the value."""

    rule: str
    steps: _Steps
    wanted: str
    got: Any
    mark: str
    pointer: str


def mismatches(schema: Schema, instance: Any) -> dict[_Steps, Mismatch]:
    """Return the first mismatch at each place, passing over values that a recorder replaced."""
    found: dict[_Steps, Mismatch] = {}
    if schema.accepts(instance):
        return found
    for error in schema.validator.iter_errors(instance):
        if not is_redacted(error.instance):
            for one in _of(error):
                found.setdefault(one.steps, one)
    return found


def _of(error: ValidationError) -> Iterator[Mismatch]:
    steps = tuple(error.absolute_path)
    pointer = written(error.absolute_schema_path)
    rules: Mapping[str, Any] = error.schema if isinstance(error.schema, dict) else {}
    mark = str(rules.get("x-mark", ""))
    if error.validator == "required" and isinstance(error.instance, dict):
        for name in error.validator_value if isinstance(error.validator_value, list) else ():
            if name not in error.instance:
                yield Mismatch(MISSING, (*steps, name), repr(name), "nothing", mark, pointer)
        return
    rule = UNIT if error.validator == "minimum" and "x-unit" in rules else _rule(str(error.validator))
    words = "Unix milliseconds" if rule == UNIT and rules["x-unit"] == "ms" else wanted(error)
    yield Mismatch(rule, steps, words, error.instance, mark, pointer)


def _rule(keyword: str) -> str:
    return _RULES.get(keyword, LENGTH if keyword in _LENGTHS else RANGE)


class Sides(Struct, frozen=True):
    """The two that an answer is compared with: a page's schema and the wire's; either may be absent."""

    page: Schema | None
    revision: Revision | None
    wire: Schema | None
    place: str = "/body"

    def judge(self, instance: Any) -> Iterator[Difference]:
        """Compare an instance with both; each breach is weighed by which of the two it contradicts."""
        told = mismatches(self.page, instance) if self.page else {}
        seen = mismatches(self.wire, instance) if self.wire else {}
        for steps in dict.fromkeys([*told, *seen]):
            page, wire = told.get(steps), seen.get(steps)
            if page and wire:
                words = wire.wanted if page.wanted == wire.wanted else f"{page.wanted} (page), {wire.wanted} (wire)"
                source = f"{self._page_name(page.pointer)}; {self._of_wire(wire)}"
                yield self._breach(replace(wire, wanted=words), wire.mark, source)
            elif page:
                yield self._against_page(page)
            elif wire:
                yield self._breach(wire, self._mark(wire), self._of_wire(wire))
        yield from self._undocumented(instance)
        yield from self._whole_numbers(instance)

    def _against_page(self, page: Mismatch) -> Difference:
        """Judge what contradicts the page alone: a difference that is known of the wire is not reported again."""
        known = self.wire is not None and part_of(self.wire.schema, page.steps) is not None
        return self._breach(page, "", self._page_name(page.pointer), self._known(page.steps) if known else None)

    def _mark(self, wire: Mismatch) -> str:
        """Return the evidence of what contradicts the wire alone: less where the page allows it."""
        named = self.page is not None and part_of(self.page.schema, wire.steps) is not None
        if wire.rule == MISSING:
            return wire.mark if named or self.page is None else _ALLOWED
        conditional = not wire.mark and "/then/" in wire.pointer
        return _ALLOWED if named or conditional or "/not" in wire.pointer else wire.mark

    def _undocumented(self, instance: Any) -> Iterator[Difference]:
        schema = self.page or self.wire
        for steps, value in undocumented(schema.schema, instance) if schema else ():
            known = self.wire is not None and part_of(self.wire.schema, steps) is not None
            one = Mismatch(UNDOCUMENTED, steps, "", value, "", "")
            yield self._breach(one, "", self._page_name(), self._known(steps) if known else None)

    def _whole_numbers(self, instance: Any) -> Iterator[Difference]:
        """Find integers that are written as fractions, which no schema tells apart; the wire goes before the page."""
        schema = self.wire or self.page
        for steps, value in fractions(schema.schema, instance) if schema else ():
            yield breach(WHOLE, value, self.place + pointer(steps), source=self._source(steps), number=int(value))

    def _breach(self, one: Mismatch, mark: str, source: str, known: Known | None = None) -> Difference:
        place = self.place + pointer(one.steps)
        return breach(one.rule, one.got, place, evidence=mark, source=source, known=known, wanted=one.wanted)

    def _page_name(self, schema_pointer: str = "") -> str:
        if self.revision is None:
            return (self.page or self.wire or Schema("no page", {})).name
        return sources.of_revision(self.revision, f"/answers/success{schema_pointer}")

    def _of_wire(self, one: Mismatch) -> str:
        return self._source(one.steps, one.mark)

    def _known(self, steps: Sequence[str | int]) -> Known:
        rules = part_of(self.wire.schema, steps) if self.wire else None
        return Known(self._source(steps), str((rules or {}).get("x-since", FIRST_SEEN)))

    def _source(self, steps: Sequence[str | int], mark: str = "") -> str:
        if self.wire is None:
            return ""
        rules = part_of(self.wire.schema, steps)
        mark = mark or str((rules or {}).get("x-mark", ""))
        note = (rules or {}).get("x-note")
        return f"answer schema {self.wire.name}{f' [{mark}]' if mark else ''}{f': {note}' if note else ''}"


def fractions(schema: Mapping[str, Any], instance: Any, steps: _Steps = ()) -> Iterator[tuple[_Steps, float]]:
    """Yield each whole number written as a fraction, such as 5.0, where a schema has an integer."""
    if isinstance(instance, float):
        if _wants_integer(schema) and instance.is_integer():
            yield steps, instance
    elif isinstance(instance, dict):
        for key, value in instance.items():
            yield from fractions(schema.get("properties", {}).get(key, {}), value, (*steps, key))
    elif isinstance(instance, list) and isinstance(schema.get("items"), Mapping):
        for number, value in enumerate(instance):
            yield from fractions(schema["items"], value, (*steps, number))


def _wants_integer(schema: Mapping[str, Any]) -> bool:
    values = [schema["const"]] if "const" in schema else schema.get("enum", ())
    kinds = schema.get("type", "integer" if values and all(type(one) is int for one in values) else ())
    return "integer" in ({kinds} if isinstance(kinds, str) else kinds) and "number" not in kinds


def undocumented(schema: Mapping[str, Any], instance: Any, steps: _Steps = ()) -> Iterator[tuple[_Steps, Any]]:
    """Yield each key that a schema with properties does not name, at whatever depth it names any."""
    properties = schema.get("properties")
    if isinstance(instance, dict) and isinstance(properties, Mapping) and properties:
        for key, value in instance.items():
            inner = properties.get(key)
            if inner is None:
                yield (*steps, key), value
            else:
                yield from undocumented(inner, value, (*steps, key))
    elif isinstance(instance, list) and isinstance(schema.get("items"), Mapping):
        for number, value in enumerate(instance):
            yield from undocumented(schema["items"], value, (*steps, number))


def pointer(steps: Sequence[str | int]) -> str:
    """Write steps as a JSON pointer, every index as `*`: one item stands for all."""
    return written("*" if isinstance(one, int) else one for one in steps)
