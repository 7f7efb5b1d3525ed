"""The schemas within a request schema that nobody vouches for, and whether all that reads them can."""

from collections.abc import Iterator, Mapping
from typing import Any

from fakie_schemas.catalog.validation import field_name
from fakie_schemas.schema.pointers import led_to

_MAPS = ("properties", "patternProperties", "dependentSchemas", "$defs")
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_SINGLE = (
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedProperties",
)
# Where true and false are schemas that nothing here can show or make a value of.
_OBJECTS = {"properties", "allOf", "anyOf", "oneOf"}
_Place = tuple[str | int, ...]


def unreadable_part(schema: Mapping[str, Any]) -> str | None:
    """Tell on one line which part cannot be read: a reference that leads nowhere, or true where an object must be."""
    for place, keyword, part in _below(schema, ()):
        if keyword in _OBJECTS and not isinstance(part, Mapping):
            return f"{_named(place)}: expected an object; got {str(part).lower()}"
    for place, _, part in [((), "", schema), *_below(schema, ())]:
        if isinstance(part, Mapping) and "$ref" in part and not _leads(schema, part):
            wish = "expected a place within the schema, such as #/$defs/x"
            return f"{_named((*place, '$ref'))}: {wish}; got {part['$ref']!r}"
    return None


def _named(place: _Place) -> str:
    return field_name(["request schema", *place])


def _below(schema: Any, place: _Place) -> Iterator[tuple[_Place, str, Any]]:
    if not isinstance(schema, Mapping):
        return
    for keyword, value in schema.items():
        if keyword in _MAPS:
            found = [((*place, keyword, name), part) for name, part in value.items()]
        elif keyword in _LISTS:
            found = [((*place, keyword, index), part) for index, part in enumerate(value)]
        else:
            found = [((*place, keyword), value)] if keyword in _SINGLE else []
        for where, part in found:
            yield where, keyword, part
            yield from _below(part, where)


def _leads(schema: Mapping[str, Any], part: Any) -> bool:
    """Tell whether a reference ends at a schema within the document, and not at itself."""
    seen: list[str] = []
    while isinstance(part, Mapping) and "$ref" in part:
        pointer = part["$ref"]
        if pointer in seen or not pointer.startswith("#/"):
            return False
        seen.append(pointer)
        part = led_to(schema, pointer)
    return isinstance(part, Mapping | bool)
