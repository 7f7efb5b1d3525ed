"""Values that keep or break one rule of a field's schema each, by construction."""

import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from fakie_contract.cases.body.coerced import coerced
from fakie_contract.cases.body.samples import NOWHERE
from fakie_contract.cases.body.several import several
from fakie_contract.cases.body.variant import MOST_WIDE, Variant
from fakie_schemas.schema.equality import is_number
from fakie_schemas.schema.fields import stated_types
from fakie_schemas.schema.values import plain_number, plain_step, sample, step_of
from fakie_schemas.validator import holds

_BY_TYPE: Mapping[str, tuple[tuple[str, Any], ...]] = {
    "string": (("string", "text"),),
    "integer": (("integer", 7),),
    "number": (("integer", 7), ("fraction", 7.5)),
    "boolean": (("boolean", True),),
    "array": (("array", []),),
    "object": (("object", {}),),
}
_OTHERS: tuple[tuple[str, Any], ...] = (
    ("string", "text"),
    ("integer", 7),
    ("fraction", 7.5),
    ("boolean", True),
    ("array", []),
    ("object", {}),
)
# Characters of three bytes, and of two units of UTF-16: whoever counts either counts more of them.
_WIDE_TEXT = "音🎧"
# Each form of Unicode's changes some of these: é and ñ as one sign, e and n with a mark, and a ligature.
FORMS = "\u00e9\u00f1 e\u0301n\u0303 \ufb01"
# What is tidied up: line ends, blanks in a row, one that does not break, what joins, colours or turns signs, a line of
# Unicode's own, a mark, and what URLs read otherwise.
UNTIDY = "\r\n  \u00a0\u200b\U0001f469\U0001f3fd\u200d\U0001f680\u200f\u2028\ufeff %20+"
# What filters, quoting and templates of careless targets stumble on, between blanks that none may cut off.
_ODD_TEXT = f" '\"\\<b>&amp;\n\t; -- %s {{x}} ${{y}} {FORMS}{UNTIDY} 音🎧 end\n "
_BAD_URLS = {
    "url-relative": "/callback",
    "url-without-scheme": "example.com/callback",
    "url-of-another-scheme": "ftp://example.com/callback",
    "url-without-host": "https:///callback",
    "url-with-space": "https://example.com/call back",
}
_BAD_TEXTS = ("none of these", "")
_GOOD_URLS = {"url-http": NOWHERE, "url-https": "https://127.0.0.1:9/callback?x=1&y=%20"}


def variants(schema: Mapping[str, Any]) -> Iterator[Variant]:
    """Return values on both sides of every rule that the schema has."""
    yield from _types(schema)
    yield from _choices(schema)
    yield from _lengths(schema)
    yield from _numbers(schema)
    yield from _items(schema)
    yield from _patterns(schema)
    if schema.get("format") == "uri":
        yield from (Variant(rule, "format", url) for rule, url in _GOOD_URLS.items())
        yield from (Variant(rule, "format", url, "url_malformed") for rule, url in _BAD_URLS.items())
    yield from coerced(schema, variants)


def _types(schema: Mapping[str, Any]) -> Iterator[Variant]:
    allowed = set(stated_types(schema))
    if not allowed:
        return
    yield Variant("null", "type", None, None if "null" in allowed else "wrong_type")
    fitting = {name for kind in allowed for name, _ in _BY_TYPE.get(kind, ())}
    for name, value in _OTHERS:
        if name not in fitting:
            yield Variant(f"type-{name}", "type", _between(schema) if name == "fraction" else value, "wrong_type")
    yield from (Variant(name, "type", value) for name, value in _easily_absent(schema, allowed))
    if "object" in allowed and "properties" not in schema:
        yield Variant("empty", "type", {})
    if "string" in allowed and "minLength" not in schema and "format" in schema:
        yield Variant("empty", "format", "", "url_malformed")
    elif allowed == {"string"} and not {"minLength", "enum", "pattern"} & set(schema):
        yield Variant("empty", "type", "")
    if "array" in allowed and not schema.get("minItems"):
        yield Variant("empty", "type", [])


def _easily_absent(schema: Mapping[str, Any], allowed: set[str]) -> Iterator[tuple[str, Any]]:
    """Yield values that careless targets take for none at all; and true beside false."""
    if {"enum", "const"} & schema.keys():
        return
    if "boolean" in allowed:
        yield from (("true", True), ("false", False))
    low = schema.get("minimum", schema.get("exclusiveMinimum", -1))
    high = schema.get("maximum", schema.get("exclusiveMaximum", 1))
    # A limit of 0 is tried as such.
    if {"integer", "number"} & allowed and low < 0 < high:
        yield "zero", 0


def _between(schema: Mapping[str, Any]) -> float:
    """Return a fraction within the limits, if there is one, so that its type is all that is wrong with it."""
    low = schema.get("minimum", schema.get("exclusiveMinimum"))
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    lowest = min(7, 8 if high is None else high - 1) if low is None else low
    middle = float(lowest) + 0.5
    return middle if high is None or middle < high or lowest == high else (float(lowest) + float(high)) / 2


def _choices(schema: Mapping[str, Any]) -> Iterator[Variant]:
    if "const" in schema:
        yield Variant("constant", "const", schema["const"])
        yield Variant("another-constant", "const", _outsider([schema["const"]]), "value_not_allowed")
    choices = schema.get("enum")
    if not choices:
        return
    for choice in choices:
        yield Variant(f"one-of-{choice}", "enum", choice)
    texts = [choice for choice in choices if isinstance(choice, str)]
    yield Variant("not-one-of", "enum", _outsider(choices), "value_not_allowed")
    # The first choice may have no letters, as 16:9.
    turned = next((text.swapcase() for text in texts if text.swapcase() not in choices), None)
    if turned is not None:
        yield Variant("one-of-in-other-case", "enum", turned, "value_not_allowed")
    if texts and f"{texts[0]} " not in choices:
        yield Variant("one-of-with-space", "enum", f"{texts[0]} ", "value_not_allowed")
    if texts and "" not in choices:
        yield Variant("empty", "enum", "", "value_not_allowed")


def _outsider(choices: list[Any]) -> Any:
    numbers = list(filter(is_number, choices))
    return max(numbers) + 1 if numbers else "none-of-these"


def _lengths(schema: Mapping[str, Any]) -> Iterator[Variant]:
    if "enum" in schema or "format" in schema or "pattern" in schema:
        return
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    if schema.get("type") == "string":
        text = _ODD_TEXT[:most].ljust(least, "x")
        yield Variant("odd-characters", "type", text)
    if most is not None:
        yield Variant("length-at-maximum", "maxLength", "t" * most)
        if most <= MOST_WIDE:
            yield Variant("length-at-maximum-of-wide-characters", "maxLength", (_WIDE_TEXT * most)[-most:])
        yield Variant("length-above-maximum", "maxLength", "t" * (most + 1), "too_long")
    if least:
        yield Variant("length-at-minimum", "minLength", "t" * least)
        yield Variant("length-below-minimum", "minLength", "t" * (least - 1), "too_short")


def _patterns(schema: Mapping[str, Any]) -> Iterator[Variant]:
    if "pattern" in schema:
        yield Variant("pattern-kept", "pattern", sample(schema, full=True))
        # The first one may be what the pattern wants.
        for number, text in enumerate(_BAD_TEXTS):
            yield Variant(f"pattern-broken-{number + 1}", "pattern", text, "rule_broken")


def _numbers(schema: Mapping[str, Any]) -> Iterator[Variant]:
    step = step_of(schema)
    grid = Decimal(str(schema["multipleOf"])) if "multipleOf" in schema else None
    for keyword, direction, name in (("maximum", 1, "maximum"), ("minimum", -1, "minimum")):
        if keyword in schema:
            limit = Decimal(str(schema[keyword]))
            yield Variant(f"at-{name}", keyword, plain_number(_on_grid(limit, grid, direction)))
            beyond = "above" if direction > 0 else "below"
            yield Variant(f"{beyond}-{name}", keyword, plain_number(limit + direction * step), "out_of_range")
        exclusive = f"exclusive{name.capitalize()}"
        if exclusive in schema:
            limit = Decimal(str(schema[exclusive]))
            yield Variant(f"inside-{name}", exclusive, plain_number(limit - direction * plain_step(schema)))
            yield Variant(f"at-excluded-{name}", exclusive, plain_number(limit), "out_of_range")
    if grid is not None:
        base = Decimal(str(schema.get("minimum", 0)))
        base = grid * math.ceil(base / grid)
        yield Variant("on-step", "multipleOf", plain_number(base + grid))
        yield Variant("off-step", "multipleOf", plain_number(base + grid / 2), "out_of_range")
    elif "number" in stated_types(schema) and not {"enum", "const"} & schema.keys() and plain_step(schema) < 1:
        fraction = _between(schema)
        if holds(schema, fraction):
            yield Variant("fraction", "type", fraction)


def _on_grid(limit: Decimal, grid: Decimal | None, direction: int) -> Decimal:
    if grid is None:
        return limit
    steps = limit / grid
    return grid * (math.floor(steps) if direction > 0 else math.ceil(steps))


def _items(schema: Mapping[str, Any]) -> Iterator[Variant]:
    if not isinstance(schema.get("items"), Mapping):
        return
    item = sample(schema["items"], full=True)
    least, most = schema.get("minItems", 0), schema.get("maxItems")
    if most is not None:
        yield Variant("items-at-maximum", "maxItems", several(schema["items"], most))
        yield Variant("items-above-maximum", "maxItems", [item] * (most + 1), "too_many_items")
    if least:
        yield Variant("items-at-minimum", "minItems", several(schema["items"], least))
        yield Variant("items-below-minimum", "minItems", [item] * (least - 1), "too_few_items")
