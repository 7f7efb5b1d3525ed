"""Schemas as if all that they say stood in them: without references, unions of one branch, parts of an `allOf`."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from fakie_schemas.catalog.drift_canonical import BESIDE
from fakie_schemas.catalog.drift_idle import marks_described, without_idle
from fakie_schemas.schema.equality import same_json
from fakie_schemas.schema.pointers import led_to

# Keywords that are read together: what one says depends on the others beside it.
_TOGETHER = (
    {"properties", "patternProperties", "additionalProperties", "unevaluatedProperties"},
    {"prefixItems", "items", "unevaluatedItems"},
    {"contains", "minContains", "maxContains"},
    {"if", "then", "else"},
)
_OF_SCHEMAS = frozenset(
    {"items", "additionalProperties", "not", "if", "then", "else", "contains", "propertyNames"}
    | {"unevaluatedProperties", "unevaluatedItems"}
)
_OF_NAMED = frozenset({"properties", "patternProperties", "dependentSchemas"})
_OF_LISTED = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
# More references of one schema stay as they are: each may lead to many others.
_MOST = 2_000


def plain(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write a schema, and all within it, as plainly as it can be without refusing more or less."""
    written = _Unfolding(schema, marks=marks_described(schema)).of(schema, ())
    return written if isinstance(written, Mapping) else {}


class _Unfolding(Struct):
    """Writes the schemas within `root`, which references lead into."""

    root: Mapping[str, Any]
    left: int = _MOST
    # Whether it says somewhere what becomes of what nothing has described.
    marks: bool = False

    def of(self, schema: Any, through: tuple[str, ...]) -> Any:
        """Write one schema, met through references; one that leads to itself is left where it does."""
        if not isinstance(schema, Mapping):
            return schema
        pointer, written = schema.get("$ref"), dict(schema)
        if isinstance(pointer, str) and pointer not in through and self.left > 0:
            target = led_to(self.root, pointer)
            if isinstance(target, Mapping):
                self.left -= 1
                del written["$ref"]
                led = self.of(target, (*through, pointer))
                written = {key: self._within(key, value, through) for key, value in written.items()}
                written = without_idle(written, marks=self.marks)
                return _without_parts({**written, "allOf": [led, *written.get("allOf", ())]})
        written = {key: self._within(key, value, through) for key, value in written.items()}
        return _without_parts(without_idle(written, marks=self.marks))

    def _within(self, keyword: str, value: Any, through: tuple[str, ...]) -> Any:
        if keyword in _OF_SCHEMAS:
            return self.of(_spelled_out(value) if keyword == "items" else value, through)
        if keyword in _OF_NAMED and isinstance(value, Mapping):
            return {name: self.of(_spelled_out(part), through) for name, part in value.items()}
        if keyword in _OF_LISTED and isinstance(value, list):
            return [self.of(_spelled_out(part), through) for part in value]
        return value


def _spelled_out(schema: Any) -> Any:
    """Write what anything fits, or nothing, as a schema of keywords, which can be compared as those of any field."""
    return ({} if schema else {"not": {}}) if isinstance(schema, bool) else schema


def _without_parts(written: dict[str, Any]) -> dict[str, Any]:
    for keyword in ("allOf", "anyOf", "oneOf"):
        parts = written.get(keyword)
        if isinstance(parts, list) and (len(parts) == 1 or keyword == "allOf"):
            del written[keyword]
            if kept := [part for part in parts if not _take_in(written, part)]:
                # A part may have brought parts of its own.
                written[keyword] = [*kept, *written.get(keyword, ())]
    return written


def _take_in(written: dict[str, Any], part: Any) -> bool:
    """Take a part into the schema that it is one of, unless both state the same, or read it with what is beside it."""
    if not isinstance(part, Mapping):
        return False
    rules = part.keys() - BESIDE
    shared = {key for key in rules & written.keys() if not same_json(part[key], written[key])}
    if shared or any(together & rules and together & written.keys() for together in _TOGETHER):
        return False
    for key, value in part.items():
        written.setdefault(key, value)
    return True
