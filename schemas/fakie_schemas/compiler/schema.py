"""From a tree of fields to a JSON Schema, with the line of each fact by JSON pointer."""

from typing import Any

from fakie_schemas.compiler.facts import Field

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# The order of keywords in every schema; `required`, `properties` and `items` follow.
KEYWORDS = (
    "type", "enum", "const", "format", "pattern", "minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum",
    "exclusiveMaximum", "multipleOf", "minItems", "maxItems", "uniqueItems", "default", "deprecated", "x-max-bytes",
    "x-media-types", "x-unit", "examples",
)  # fmt: skip


def to_schema(field: Field, pointer: str, sources: dict[str, int]) -> dict[str, Any]:
    """Give the JSON Schema of a field; adds the line of each fact to `sources` below `pointer`."""
    schema: dict[str, Any] = {}
    for keyword in KEYWORDS:
        if keyword in field.facts:
            schema[keyword] = field.facts[keyword].value
            _source(sources, f"{pointer}/{keyword}", field.facts[keyword].line)
    needed = [child for child in field.children.values() if child.value("required")]
    if needed:
        schema["required"] = [child.name for child in needed]
        for index, child in enumerate(needed):
            _source(sources, f"{pointer}/required/{index}", child.facts["required"].line)
    if field.children:
        schema["properties"] = {
            name: to_schema(child, f"{pointer}/properties/{escape(name)}", sources)
            for name, child in field.children.items()
        }
    if field.items:
        schema["items"] = to_schema(field.items, f"{pointer}/items", sources)
    return schema


def _source(sources: dict[str, int], pointer: str, line: int) -> None:
    # Line 0 marks what no line states: the root object, and what is assumed.
    if line:
        sources[pointer] = line


def escape(name: str) -> str:
    """Escape a name for a JSON pointer."""
    return name.replace("~", "~0").replace("/", "~1")
