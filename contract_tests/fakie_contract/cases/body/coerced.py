"""Values that a tolerant target turns into right ones: of another type, trimmed, counted otherwise, wrong later on."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from fakie_contract.cases.body.variant import MOST_WIDE, Variant
from fakie_schemas.schema.fields import stated_types
from fakie_schemas.schema.values import sample

_Schema = Mapping[str, Any]
# Two code points that are one letter, and one that is two units of UTF-16.
_COMPOSED, _EMOJI = "e\u0301", "🎧"


def coerced(schema: _Schema, sides: Callable[[_Schema], Iterator[Variant]]) -> Iterator[Variant]:
    """Return values that the schema refuses, though what a target might make of them holds; `sides` does items'."""
    for name, value in _of_type(schema, set(stated_types(schema)) - {"null"}):
        yield _variant(f"type-{name}", "type", value, "wrong_type")
    yield from _near_choices(schema)
    if not {"enum", "format", "pattern", "const"} & schema.keys():
        yield from _lengths(schema)
    if schema.get("format") == "uri":
        url = str(sample(schema, full=True))
        for name, text in (("after-space", f" {url}"), ("before-line-end", f"{url}\n"), ("blank", " ")):
            yield _variant(f"url-{name}", "format", text, "url_malformed")
    if isinstance(schema.get("items"), Mapping) and schema.get("maxItems", 2) > 1:
        yield from _later_items(schema, sides)


def _variant(rule: str, keyword: str, value: Any, situation: str) -> Variant:
    return Variant(rule, keyword, value, situation, face=rule)


def _of_type(schema: _Schema, allowed: set[str]) -> Iterator[tuple[str, Any]]:
    """Return values of another type that say the same as a right one, or nothing; of several types the empty text."""
    good = sample(schema, full=True)
    if allowed and "string" not in allowed:
        # What forms send for a field that was left blank, and careless targets take for none.
        yield "empty-text", ""
    if allowed == {"boolean"}:
        yield from (("number-0", 0), ("number-1", 1), ("text-true", "true"), ("text-false", "false"))
    elif allowed in ({"integer"}, {"number"}, {"integer", "number"}):
        yield "number-in-text", json.dumps(good)
    elif allowed == {"string"}:
        yield "list-of-one", [good]
        yield from _bare(schema.get("enum", ()))
    elif allowed == {"array"} and good:
        yield "json-text", json.dumps(good)
        yield "numbered-object", {"0": good[0]}
        if not isinstance(good[0], list):
            yield "lone-item", good[0]
    elif allowed == {"object"}:
        yield "json-text", json.dumps(good)
        yield "list-of-one", [good]


def _bare(choices: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """Return a choice that is a number or a boolean in a text, without the text."""
    for choice in choices:
        try:
            value = json.loads(choice)
        except (TypeError, ValueError):
            continue
        if isinstance(value, bool | int | float):
            yield "bare-choice", value
            return


def _near_choices(schema: _Schema) -> Iterator[Variant]:
    choices = [schema["const"]] if "const" in schema else schema.get("enum", ())
    keyword = "const" if "const" in schema else "enum"
    first = next((choice for choice in choices if isinstance(choice, str) and len(choice) > 1), None)
    if first is None:
        return
    near = {
        "one-of-cut": first[:-1],
        "one-of-and-more": f"{first}x",
        "one-of-after-space": f" {first}",
        "one-of-before-line-end": f"{first}\n",
        "one-of-without-its-start": first.rpartition("/")[2],
        "blank": " ",
    }
    for name, text in near.items():
        if text not in choices:
            yield _variant(name, keyword, text, "value_not_allowed")


def _lengths(schema: _Schema) -> Iterator[Variant]:
    least, most = schema.get("minLength", 0), schema.get("maxLength")
    if most is not None:
        yield _variant("length-above-maximum-by-a-blank", "maxLength", "t" * most + " ", "too_long")
        if most <= MOST_WIDE:
            text = (_COMPOSED * (most // 2 + 1))[: most + 1]
            yield _variant("length-above-maximum-of-letters-in-parts", "maxLength", text, "too_long")
    if least > 1:
        yield _variant("length-below-minimum-of-emoji", "minLength", _EMOJI * (least - 1), "too_short")


def _later_items(schema: _Schema, sides: Callable[[_Schema], Iterator[Variant]]) -> Iterator[Variant]:
    """Return lists of which the last item alone is wrong, one for each keyword of an item and of its fields."""
    items = schema["items"]
    good, count = sample(items, full=True), max(2, schema.get("minItems", 0))
    for one in _first_of_each(sides(items)):
        yield _last(good, count, one.rule, one.value, str(one.situation))
    if not isinstance(good, dict):
        return
    for name, inner in items.get("properties", {}).items():
        for one in list(_first_of_each(sides(inner)))[:1]:
            yield _last(good, count, f"{name}-{one.rule}", {**good, name: one.value}, str(one.situation))
    for name in items.get("required", ())[:1]:
        less = {key: value for key, value in good.items() if key != name}
        yield _last(good, count, f"{name}-missing", less, "field_missing")


def _last(good: Any, count: int, name: str, value: Any, situation: str) -> Variant:
    return _variant(f"last-item-{name}", "items", [*[good] * (count - 1), value], situation)


def _first_of_each(variants: Iterator[Variant]) -> Iterator[Variant]:
    seen: set[str] = set()
    for one in variants:
        if one.situation is not None and one.keyword not in seen:
            seen.add(one.keyword)
            yield one
