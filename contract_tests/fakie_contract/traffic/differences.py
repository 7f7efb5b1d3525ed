"""Comparing an answer with two schemas at once: what the page documents, and what is known of the wire."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jsonschema import ValidationError

from fakie_contract import sources
from fakie_contract.finding import Severity, severity_of
from fakie_contract.sources import part_of
from fakie_contract.traffic.endpoints import Schema
from fakie_contract.traffic.found import Found
from fakie_contract.traffic.taken_out import is_redacted
from fakie_contract.traffic.wording import wanted
from fakie_schemas.catalog.revision import Revision

_RULES: Mapping[str, str] = {
    "required": "missing_field",
    "type": "type",
    "enum": "value",
    "const": "value",
    "not": "value",
    "format": "value",
    "pattern": "value",
}
_LENGTHS = {"minLength", "maxLength", "minItems", "maxItems"}
_Steps = tuple[str | int, ...]


@dataclass(frozen=True)
class Difference:
    """One rule of one schema that an instance breaks; `mark` is the rule's evidence, `steps` lead to the value."""

    rule: str
    steps: _Steps
    wanted: str
    got: Any
    mark: str
    pointer: str


def differences(schema: Schema, instance: Any) -> dict[_Steps, Difference]:
    """Give the first difference at each place, passing over values that a recorder replaced."""
    found: dict[_Steps, Difference] = {}
    for error in schema.validator.iter_errors(instance):
        if not is_redacted(error.instance):
            for one in _of(error):
                found.setdefault(one.steps, one)
    return found


def _of(error: ValidationError) -> Iterator[Difference]:
    steps = tuple(error.absolute_path)
    pointer = "".join(f"/{step}" for step in error.absolute_schema_path)
    rules: Mapping[str, Any] = error.schema if isinstance(error.schema, dict) else {}
    mark = str(rules.get("x-mark", ""))
    if error.validator == "required" and isinstance(error.instance, dict):
        for name in error.validator_value if isinstance(error.validator_value, list) else ():
            if name not in error.instance:
                yield Difference("missing_field", (*steps, name), f"a key {name!r}", "nothing", mark, pointer)
        return
    rule = "unit" if error.validator == "minimum" and "x-unit" in rules else _rule(str(error.validator))
    words = "Unix milliseconds" if rule == "unit" and rules["x-unit"] == "ms" else wanted(error)
    yield Difference(rule, steps, words, error.instance, mark, pointer)


def _rule(keyword: str) -> str:
    return _RULES.get(keyword, "length" if keyword in _LENGTHS else "range")


@dataclass(frozen=True)
class Sides:
    """The two that an answer is compared with: a page's schema and the wire's; either may be absent."""

    page: Schema | None
    revision: Revision | None
    wire: Schema | None
    place: str = "/body"

    def judge(self, instance: Any) -> Iterator[Found]:
        """Give every difference, weighed by which of the two it contradicts."""
        told = differences(self.page, instance) if self.page else {}
        seen = differences(self.wire, instance) if self.wire else {}
        for steps in dict.fromkeys([*told, *seen]):
            page, wire = told.get(steps), seen.get(steps)
            if page and wire:
                yield self._found(severity_of(wire.mark), wire, f"{self._cite(page)}; {self._of_wire(wire)}")
            elif page:
                yield self._against_page(page)
            elif wire:
                yield self._found(self._weight(wire), wire, self._of_wire(wire))
        yield from self._undocumented(instance)

    def _against_page(self, page: Difference) -> Found:
        """Weigh what contradicts the page alone: what the wire is known to do otherwise is no news."""
        known = self.wire is not None and part_of(self.wire.schema, page.steps) is not None
        source = self._cite(page) + (f"; known of the wire: {self._source(page.steps)}" if known else "")
        return self._found("info" if known else "breaking", page, source, known)

    def _weight(self, wire: Difference) -> Severity:
        """Weigh what contradicts the wire alone: less where the page, whom a client may follow, allows it."""
        named = self.page is not None and part_of(self.page.schema, wire.steps) is not None
        if wire.rule == "unit":
            return "breaking"
        if wire.rule == "missing_field":
            return severity_of(wire.mark) if named or self.page is None else "minor"
        conditional = not wire.mark and "/then/" in wire.pointer
        return "minor" if named or conditional or "/not" in wire.pointer else severity_of(wire.mark)

    def _undocumented(self, instance: Any) -> Iterator[Found]:
        schema = self.page or self.wire
        for steps, value in undocumented(schema.schema, instance) if schema else ():
            known = self.wire is not None and part_of(self.wire.schema, steps) is not None
            source = f"no such key ({self._page_name()})"
            if known:
                source += f"; known of the wire: {self._source(steps)}"
            one = Difference("undocumented_field", steps, "", value, "", "")
            yield self._found("info" if known else "minor", one, source, known)

    def _found(self, severity: Severity, one: Difference, expected: str, known: bool = False) -> Found:
        return Found(severity, one.rule, self.place + pointer(one.steps), expected, one.got, known)

    def _cite(self, one: Difference) -> str:
        return f"{one.wanted} ({self._page_name(one.pointer)})"

    def _page_name(self, schema_pointer: str = "") -> str:
        if self.revision is None:
            return (self.page or self.wire or Schema("no page", {})).name
        return sources.of_revision(self.revision, f"/answers/success{schema_pointer}")

    def _of_wire(self, one: Difference) -> str:
        return f"{one.wanted} ({self._source(one.steps, one.mark)})"

    def _source(self, steps: Sequence[str | int], mark: str = "") -> str:
        if self.wire is None:
            return ""
        rules = part_of(self.wire.schema, steps)
        mark = mark or str((rules or {}).get("x-mark", ""))
        note = (rules or {}).get("x-note")
        return f"answer schema {self.wire.name}{f' [{mark}]' if mark else ''}{f': {note}' if note else ''}"


def undocumented(schema: Mapping[str, Any], instance: Any, steps: _Steps = ()) -> Iterator[tuple[_Steps, Any]]:
    """Give each key that a schema with properties does not name, at whatever depth it names any."""
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
    return "".join("/*" if isinstance(one, int) else f"/{one.replace('~', '~0').replace('/', '~1')}" for one in steps)
