"""The keywords of OpenAPI schemas by how they are read, and what each may hold."""

import math
import re
from decimal import Decimal
from typing import Any

from fakie_schemas.compiler.facts import Field
from fakie_schemas.compiler.patterns import is_of_another_dialect
from fakie_schemas.compiler.written_values import coerce
from fakie_schemas.compiler.yaml_nodes import Node
from fakie_schemas.schema.equality import is_number
from fakie_schemas.validator import compiled_pattern

COUNTS = frozenset({"minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"})
NUMBERS = COUNTS | {"minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"}
TEXTS = frozenset({"format", "pattern"})
FLAGS = frozenset({"deprecated", "uniqueItems", "readOnly", "writeOnly"})
# What our own documents say where pages have words: JSON Schema has no keyword for it.
OWN = frozenset({"x-max-bytes", "x-media-types", "x-unit"})
RULES = NUMBERS | TEXTS | FLAGS | OWN
# How a document marks that null is allowed: as OpenAPI 3.0 has it, and as documents of OpenAPI 2 do.
NULLABLE = ("nullable", "x-nullable")
# Marks of tools that name a limit, or a list of values, are no rules that are read; others say nothing of the kind.
OF_LIMITS = re.compile(r"x-(?!apidog).*(?:min|max|limit|length|size|range|enum|required|pattern|null)", re.IGNORECASE)
ALTERNATIVES = ("oneOf", "anyOf")
# Read apart, or of no meaning for a contract.
KNOWN = frozenset(
    {
        *("type", *NULLABLE, "properties", "required", "items", "additionalProperties", "enum", "const", "default"),
        *("example", "examples", "description", "title", "$ref", "allOf", *ALTERNATIVES),
        *("externalDocs", "xml", "$comment", "$schema", "$id", "$defs", "definitions"),
    }
)
# What is one number or text to YAML 1.1, and another to 1.2: 010 is eight or ten.
_UNLIKE = re.compile(r"[-+]?(?:0\d+|0[xob][\da-f_]+|\d[\d_]*_[\d_]*)", re.IGNORECASE)
MOST_VALUES = 2_000
KINDS = frozenset({"string", "number", "integer", "boolean", "object", "array", "null"})


class TooManyDigitsError(ValueError):
    """A number of more digits than a float keeps."""

    def __init__(self) -> None:
        super().__init__("has more digits than a number keeps")


def within_bounds(nodes: list[Node]) -> list[Node]:
    """Return the elements of a list; raises `PageError` for more than any real page lists."""
    if len(nodes) > MOST_VALUES:
        first = nodes[0]
        raise first.document.fail(first.node.start_mark.line, f"a list of more than {MOST_VALUES} values")
    return nodes


def exact(node: Node) -> Any:
    """Read a number as it is written: a whole one stays exact, also when written as 1e3 or 5.0."""
    plain = node.plain()
    if not isinstance(plain, float):
        return plain
    value = Decimal(node.text or "")
    return int(value) if value == value.to_integral_value() else plain


def is_rounded(node: Node, value: object) -> bool:
    """Tell whether a number that was read lacks digits that are written: no float holds them."""
    return isinstance(value, float) and Decimal(node.text or "0") != Decimal(str(value))


def fits(keyword: str, value: object) -> bool:
    """Tell whether a keyword can have a value."""
    if keyword in FLAGS:
        return isinstance(value, bool)
    if keyword == "pattern":
        return isinstance(value, str) and _is_pattern(value)
    if keyword == "x-media-types":
        return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)
    if keyword in TEXTS or keyword == "x-unit":
        return isinstance(value, str)
    if not is_number(value):
        return False
    if keyword in COUNTS or keyword == "x-max-bytes":
        return isinstance(value, int) and value >= 0
    return keyword != "multipleOf" or float(str(value)) > 0


def _is_pattern(text: str) -> bool:
    if is_of_another_dialect(text):
        return False
    try:
        compiled_pattern(text)
    except re.error:
        return False
    return True


def is_null(node: Node) -> bool:
    """Tell whether a node holds null."""
    return node.text is None and not node.is_mapping and node.plain() is None


def typed(node: Node, target: Field) -> Any:
    """Read a value as the declared type has it; raises `ValueError` when it is none of that type, or would be rounded."""
    kind = target.value("type")
    if target.nullable and is_null(node):
        return None
    if kind == "array":
        if not node.elements() and node.plain() != []:
            raise ValueError(kind)
        return [typed(element, target.items) if target.items else _untyped(element) for element in node.elements()]
    if kind == "object":
        if not node.is_mapping:
            raise ValueError(kind)
        return {key.strip(): _inner(key.strip(), value, target) for key, _, value in node.items()}
    if not isinstance(kind, str) or kind == "null":
        return _untyped(node)
    if node.text is None:
        raise ValueError(kind)
    return node.text if kind == "string" else _certain(node, coerce(node.text, kind))


def _certain(node: Node, value: Any) -> Any:
    if is_rounded(node, value):
        raise TooManyDigitsError
    if not node.is_quoted and _UNLIKE.fullmatch(node.text or ""):
        raise ValueError(node.text)
    return value


def _untyped(node: Node) -> Any:
    """Read a value of no single type as it is written; raises `ValueError` for a number that JSON readers cannot hold."""
    if node.is_mapping:
        return {key.strip(): _untyped(value) for key, _, value in node.items()}
    if elements := node.elements():
        return [_untyped(element) for element in elements]
    value = _certain(node, exact(node))
    if isinstance(value, str) and not node.is_quoted and value[-1:].isdigit() and _is_endless(value):
        raise ValueError(value)
    return value


def _is_endless(text: str) -> bool:
    try:
        return math.isinf(float(text))
    except ValueError:
        return False


def same_kind(value: object, node: Node) -> bool:
    """Tell whether a value that was read is written as a text only where it is one, and a text as one."""
    return isinstance(value, str) == isinstance(node.plain(), str)


def _inner(name: str, node: Node, target: Field) -> Any:
    below = target.children.get(name) or target.values
    return typed(node, below) if below else _untyped(node)
