"""The rules of a schema in words: one wording for messages, tables and findings."""

from collections.abc import Iterator, Mapping
from typing import Any

from fakie_schemas.schema.values import as_json

_MEGABYTE = 1024 * 1024
_CHOICES = 12
_BOUNDS: Mapping[str, tuple[str, str]] = {
    "minLength": ("at least", "character"),
    "maxLength": ("at most", "character"),
    "minItems": ("at least", "item"),
    "maxItems": ("at most", "item"),
    "minimum": ("at least", ""),
    "maximum": ("at most", ""),
    "exclusiveMinimum": ("more than", ""),
    "exclusiveMaximum": ("less than", ""),
    "multipleOf": ("a multiple of", ""),
}
_SPANS = (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"))


def rule(keyword: str, value: Any) -> str:
    """Return one rule in words, such as `at most 5 characters` for `maxLength` 5."""
    if keyword in _BOUNDS:
        words, unit = _BOUNDS[keyword]
        return f"{words} {counted(value, unit)}" if unit else f"{words} {value}"
    if keyword == "type":
        return " or ".join(value) if isinstance(value, list) else str(value)
    if keyword == "enum":
        return f"one of {', '.join(map(as_json, value))}"
    if keyword == "const":
        return f"exactly {as_json(value)}"
    if keyword == "format":
        return "an absolute http or https URL" if value == "uri" else f"a {value}"
    return f"matches {value}" if keyword == "pattern" else f"{keyword} {as_json(value)}"


def counted(count: int, unit: str) -> str:
    """Return `1 item`, `2 items`."""
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def type_of(schema: Mapping[str, Any]) -> str:
    """Return the type in words, such as `string (uri)`."""
    words = rule("type", schema.get("type", "any"))
    return f"{words} ({schema['format']})" if "format" in schema else words


def limits(schema: Mapping[str, Any]) -> Iterator[str]:
    """Return every rule beside the type in words; a lower and an upper bound are one span."""
    yield from _alternatives(schema)
    for low, high in _SPANS:
        yield from _span(schema, low, high)
    for keyword in ("exclusiveMinimum", "exclusiveMaximum", "multipleOf", "pattern"):
        if keyword in schema:
            yield rule(keyword, schema[keyword])
    yield from _of_files(schema)
    if "x-unit" in schema:
        yield f"in {schema['x-unit']}"
    if schema.get("deprecated"):
        yield "deprecated"


def _alternatives(schema: Mapping[str, Any]) -> Iterator[str]:
    if "enum" in schema:
        yield _choices(schema["enum"])
    if "const" in schema:
        yield rule("const", schema["const"])
    for keyword, words in (("oneOf", "exactly one of"), ("anyOf", "one or more of")):
        if keyword in schema:
            yield f"{words}: " + " | ".join(map(_branch, schema[keyword]))


def _choices(values: list[Any]) -> str:
    more = f" and {len(values) - _CHOICES} more" if len(values) > _CHOICES else ""
    return rule("enum", values[:_CHOICES]) + more


def _branch(branch: Mapping[str, Any]) -> str:
    plain = "object" if "required" in branch else "string" if {"format", "pattern"} & branch.keys() else "any"
    kind = rule("type", branch.get("type", plain))
    needs = f" with {', '.join(branch['required'])}" if branch.get("required") else ""
    form = [rule("format", branch["format"])] if "format" in branch else []
    said = "; ".join([*form, *limits(branch)])
    return kind + needs + (f" ({said})" if said else "")


def _span(schema: Mapping[str, Any], low: str, high: str) -> Iterator[str]:
    least, most, unit = schema.get(low), schema.get(high), _BOUNDS[low][1]
    if least is not None and most is not None:
        yield f"{least} to {counted(most, unit) if unit else most}"
    elif least is not None:
        yield rule(low, least)
    elif most is not None:
        yield rule(high, most)


def _of_files(schema: Mapping[str, Any]) -> Iterator[str]:
    if "x-max-bytes" in schema:
        yield f"at most {schema['x-max-bytes'] / _MEGABYTE:g} MB"
    if "x-media-types" in schema:
        yield ", ".join(schema["x-media-types"])
