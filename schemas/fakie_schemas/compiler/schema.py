"""From a tree of fields to a JSON Schema, with the line of each fact by JSON pointer."""

from typing import Any

from fakie_schemas.compiler.facts import Alternatives, Field
from fakie_schemas.schema.pointers import of_field

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# The order of keywords in every schema; `required`, `properties` and `items` follow.
KEYWORDS = (
    "type", "enum", "const", "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties", "default",
    "deprecated", "readOnly", "writeOnly", "x-max-bytes", "x-media-types", "x-unit", "examples",
)  # fmt: skip


def to_schema(field: Field, pointer: str, sources: dict[str, int]) -> dict[str, Any]:
    """Build the JSON Schema of a field; adds the line of each fact to `sources` below `pointer`."""
    schema: dict[str, Any] = {}
    for keyword in KEYWORDS:
        if keyword in field.facts:
            schema[keyword] = _value(field, keyword)
            _source(sources, f"{pointer}/{keyword}", field.facts[keyword].line)
    _add_children(schema, field, pointer, sources)
    for keyword, inner in (("items", field.items), ("additionalProperties", field.values)):
        if inner:
            schema[keyword] = to_schema(inner, f"{pointer}/{keyword}", sources)
    for group in field.alternatives:
        _add_alternatives(schema, group, pointer, sources)
    return schema


def _value(field: Field, keyword: str) -> Any:
    value = field.facts[keyword].value
    if keyword == "type" and field.nullable:
        kinds = value if isinstance(value, list) else [value]
        return kinds if "null" in kinds else [*kinds, "null"]
    return value


def _add_children(schema: dict[str, Any], field: Field, pointer: str, sources: dict[str, int]) -> None:
    needed = [child for child in field.children.values() if child.value("required")]
    if needed:
        schema["required"] = [child.name for child in needed]
        for index, child in enumerate(needed):
            _source(sources, f"{pointer}/required/{index}", child.facts["required"].line)
    described = {name: child for name, child in field.children.items() if child.described}
    if described:
        schema["properties"] = {
            name: to_schema(child, pointer + of_field((name,)), sources) for name, child in described.items()
        }


def _add_alternatives(schema: dict[str, Any], group: Alternatives, pointer: str, sources: dict[str, int]) -> None:
    """Add a group of branches; a second group of one keyword stands within `allOf`."""
    holder, place = schema, pointer
    if group.keyword in schema:
        more = schema.setdefault("allOf", [])
        holder, place = {}, f"{pointer}/allOf/{len(more)}"
        more.append(holder)
    place = f"{place}/{group.keyword}"
    _source(sources, place, group.line)
    holder[group.keyword] = [
        to_schema(branch, f"{place}/{index}", sources) for index, branch in enumerate(group.branches)
    ]


def _source(sources: dict[str, int], pointer: str, line: int) -> None:
    # Line 0 marks what no line states: the root object, and what is assumed.
    if line:
        sources[pointer] = line
