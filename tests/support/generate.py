"""Inputs made from a schema: any that hold, and for each rule one that breaks it and nothing else."""

import copy
import math
import string
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from fakie.catalog.examples import working_value

Schema = Mapping[str, Any]
_SPAN = 5


def valid(schema: Schema) -> st.SearchStrategy[Any]:
    """Give a strategy of values that a schema accepts: required fields always, optional ones sometimes."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema.get("type", "string")
    makers: Mapping[str, Callable[[Schema], st.SearchStrategy[Any]]] = {
        "object": _objects,
        "array": _arrays,
        "string": _texts,
        "integer": _numbers,
        "number": _numbers,
        "boolean": lambda _: st.booleans(),
    }
    return makers[kind](schema)


def _objects(schema: Schema) -> st.SearchStrategy[Any]:
    fields = {name: valid(child) for name, child in schema.get("properties", {}).items()}
    needed = set(schema.get("required", ()))
    return st.fixed_dictionaries(
        {name: strategy for name, strategy in fields.items() if name in needed},
        optional={name: strategy for name, strategy in fields.items() if name not in needed},
    )


def _arrays(schema: Schema) -> st.SearchStrategy[Any]:
    least = schema.get("minItems", 0)
    return st.lists(valid(schema["items"]), min_size=least, max_size=min(schema.get("maxItems", 3), least + 3))


def _texts(schema: Schema) -> st.SearchStrategy[str]:
    if "pattern" in schema:
        return st.from_regex(schema["pattern"].replace(r"\d", "[0-9]").replace("$", r"\Z"))
    if schema.get("format") == "uri":
        words = st.text(string.ascii_lowercase, min_size=1, max_size=_SPAN)
        return words.map(lambda word: f"https://{word}.test/{word}")
    least = schema.get("minLength", 0)
    # Not only short ones: the limit itself is where mistakes are.
    most = schema.get("maxLength", least + _SPAN)
    short = st.text("aé中😀 ", min_size=least, max_size=min(most, least + _SPAN))
    return st.one_of(short, st.just("中" * min(most, 20_000)))


def _numbers(schema: Schema) -> st.SearchStrategy[float]:
    step = Decimal(str(schema.get("multipleOf", 1 if schema["type"] == "integer" else "0.25")))
    low = Decimal(str(schema.get("minimum", -_SPAN)))
    high = Decimal(str(schema.get("maximum", max(low, Decimal(0)) + 100)))
    whole = st.integers(math.ceil(low / step), math.floor(high / step))
    return whole.map(lambda count: _plain(count * step))


def _plain(value: Decimal) -> float:
    return int(value) if value == value.to_integral_value() else float(value)


def violations(schema: Schema) -> Iterator[tuple[str, str, Any]]:
    """Give, for each rule of a body's schema, its place, its keyword, and a body that breaks it alone."""
    base = working_value(schema)
    for place, rule, part, whole in _parts(schema, base, ()):
        for keyword, wrong in _wrong(rule, part):
            yield ".".join(map(str, place)), keyword, _with(whole, place, wrong)


_Part = tuple[tuple[str | int, ...], Schema, Any, Any]


def _parts(schema: Schema, body: Any, place: tuple[str | int, ...]) -> Iterator[_Part]:
    """Give every field with its schema, a right value, and a body that has that value in its place."""
    value = _at(body, place)
    yield place, schema, value, body
    if schema.get("type") == "object":
        for name, child in schema.get("properties", {}).items():
            whole = body if name in value else _with(body, (*place, name), working_value(child))
            yield from _parts(child, whole, (*place, name))
    elif schema.get("type") == "array":
        filled = value or [working_value(schema["items"])]
        yield from _parts(schema["items"], _with(body, place, filled), (*place, 0))


def _wrong(schema: Schema, value: Any) -> Iterator[tuple[str, Any]]:
    kind = schema.get("type")
    if kind:
        yield "type", [True] if kind in {"string", "boolean", "integer", "number", "object"} else {"no": "list"}
        yield "type", None
    for name in schema.get("required", ()):
        yield "required", {key: inner for key, inner in value.items() if key != name}
    if "enum" in schema:
        yield "enum", "none of these" if kind == "string" else -12345
    elif kind == "string":
        yield from _wrong_texts(schema)
    elif kind in {"integer", "number"}:
        yield from _wrong_numbers(schema, value)
    elif kind == "array":
        yield from _wrong_arrays(schema, value)


def _wrong_texts(schema: Schema) -> Iterator[tuple[str, str]]:
    if "maxLength" in schema:
        yield "maxLength", "a" * (schema["maxLength"] + 1)
    if schema.get("minLength"):
        yield "minLength", "a" * (schema["minLength"] - 1)
    if schema.get("format") == "uri":
        yield "format", "no url"
    if "pattern" in schema:
        yield "pattern", "\n"


def _wrong_numbers(schema: Schema, value: float) -> Iterator[tuple[str, float]]:
    step = Decimal(str(schema.get("multipleOf", 1)))
    if "maximum" in schema:
        yield "maximum", _plain((Decimal(str(schema["maximum"])) // step + 1) * step)
    if "minimum" in schema:
        yield "minimum", _plain((-(-Decimal(str(schema["minimum"])) // step) - 1) * step)
    if "multipleOf" in schema and schema["type"] == "number":
        off = Decimal(str(value)) + step / 3
        yield "multipleOf", float(off if off <= Decimal(str(schema.get("maximum", off))) else off - step)
    if schema["type"] == "integer":
        yield "type", value + 0.5


def _wrong_arrays(schema: Schema, value: list[Any]) -> Iterator[tuple[str, list[Any]]]:
    item = value[0] if value else working_value(schema["items"])
    if "maxItems" in schema:
        yield "maxItems", [item] * (schema["maxItems"] + 1)
    if schema.get("minItems"):
        yield "minItems", [item] * (schema["minItems"] - 1)


def _at(body: Any, place: tuple[str | int, ...]) -> Any:
    for step in place:
        body = body[step]
    return body


def _with(body: Any, place: tuple[str | int, ...], value: Any) -> Any:
    if not place:
        return value
    changed = copy.deepcopy(body)
    _at(changed, place[:-1])[place[-1]] = value
    return changed
