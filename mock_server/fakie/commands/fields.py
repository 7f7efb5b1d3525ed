"""The fields of a request schema, one by one, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fakie_schemas.catalog.examples import as_json

_MEGABYTE = 1024 * 1024
_CHOICES = 12


@dataclass(frozen=True)
class Field:
    """One field: its path as clients write it (`input.image_urls[]`), and its own schema."""

    path: str
    name: str
    parent: str
    required: bool
    schema: Mapping[str, Any]

    @property
    def type(self) -> str:
        """The type in words, such as `string (uri)`."""
        kinds = self.schema.get("type", "any")
        words = kinds if isinstance(kinds, str) else " or ".join(kinds)
        return f"{words} ({self.schema['format']})" if "format" in self.schema else words

    @property
    def limits(self) -> str:
        """Every other rule in words, such as `at most 5000 characters`."""
        return "; ".join(_limits(self.schema))

    @property
    def default(self) -> str:
        """The default as JSON, or nothing."""
        return as_json(self.schema["default"]) if "default" in self.schema else ""

    def as_dict(self) -> dict[str, Any]:
        """Give the field as JSON data: its rules are the schema's keywords, without what stands below it."""
        rules = {key: value for key, value in self.schema.items() if key not in {"properties", "items", "required"}}
        return {"path": self.path, "required": self.required, **rules}


def fields_of(schema: Mapping[str, Any], place: str = "") -> Iterator[Field]:
    """Give every field of a schema, in its order, each followed by those below it."""
    needed = schema.get("required", ())
    for name, child in schema.get("properties", {}).items():
        path = f"{place}.{name}" if place else name
        yield Field(path, name, place, name in needed, child)
        yield from fields_of(child, path)
    items = schema.get("items")
    if isinstance(items, dict):
        yield Field(f"{place}[]", "[]", place, False, items)
        yield from fields_of(items, f"{place}[]")


def _limits(schema: Mapping[str, Any]) -> Iterator[str]:
    if "enum" in schema:
        choices = [as_json(value) for value in schema["enum"]]
        more = f" and {len(choices) - _CHOICES} more" if len(choices) > _CHOICES else ""
        yield f"one of {', '.join(choices[:_CHOICES])}{more}"
    yield from _span(schema, "minimum", "maximum", "")
    yield from _span(schema, "minLength", "maxLength", " characters")
    yield from _span(schema, "minItems", "maxItems", " items")
    for keyword, words in (
        ("exclusiveMinimum", "more than"),
        ("exclusiveMaximum", "less than"),
        ("multipleOf", "a multiple of"),
        ("pattern", "matches"),
    ):
        if keyword in schema:
            yield f"{words} {schema[keyword]}"
    if "x-max-bytes" in schema:
        yield f"at most {schema['x-max-bytes'] / _MEGABYTE:g} MB"
    if "x-media-types" in schema:
        yield ", ".join(schema["x-media-types"])
    if schema.get("deprecated"):
        yield "deprecated"


def _span(schema: Mapping[str, Any], low: str, high: str, unit: str) -> Iterator[str]:
    least, most = schema.get(low), schema.get(high)
    if least is not None and most is not None:
        yield f"{least} to {most}{unit}"
    elif least is not None:
        yield f"at least {least}{unit}"
    elif most is not None:
        yield f"at most {most}{unit}"
