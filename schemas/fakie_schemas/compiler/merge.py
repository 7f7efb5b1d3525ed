"""Parts of an `allOf` as one field: every rule of every part holds, of two bounds the tighter one."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from fakie_schemas.compiler.facts import Fact, Field, Log
from fakie_schemas.schema.equality import same_json

_Tighter = Callable[[Any, Any], Any]


def _step(one: Any, other: Any) -> Any:
    """Choose the step that is a multiple of the other; None when neither is."""
    low, high = sorted((one, other))
    return high if not Decimal(str(high)) % Decimal(str(low)) else None


def _common(one: list[Any], other: list[Any]) -> list[Any] | None:
    return [value for value in one if any(same_json(value, item) for item in other)] or None


def _narrower(one: Any, other: Any) -> Any:
    return "integer" if {one, other} == {"integer", "number"} else None


_TIGHTER: Mapping[str, _Tighter] = {
    **dict.fromkeys(("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"), max),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "x-max-bytes"), min),
    **dict.fromkeys(
        ("required", "uniqueItems", "deprecated", "readOnly", "writeOnly"), lambda one, other: one or other
    ),
    **dict.fromkeys(("enum", "x-media-types"), _common),
    "multipleOf": _step,
    "type": _narrower,
}


def tighten(field: Field, keyword: str, fact: Fact, log: Log) -> None:
    """Add a rule to a field that may have it already; two that nothing satisfies are doubted, and neither is kept."""
    known = field.facts.get(keyword)
    if known is None or keyword in field.contested or same_json(known.value, fact.value) or keyword not in _TIGHTER:
        field.put(keyword, fact, log)
        return
    value = _TIGHTER[keyword](known.value, fact.value)
    if value is None:
        field.put(keyword, fact, log)
    else:
        field.facts[keyword] = Fact(value, fact.line if same_json(value, fact.value) else known.line)
