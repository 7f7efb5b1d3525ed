"""Rules that two pages state by another keyword each: a constant or a list, a bound that is itself allowed or not."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

_Schema = Mapping[str, Any]
_PAIRS = (("enum", "const"), ("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))
# By how much a bound that is not allowed itself is tighter than one that is.
_STRICTER = {"exclusiveMinimum": 1, "exclusiveMaximum": -1}


class Restated(Struct, frozen=True):
    """A rule by the keywords of both pages, and what each says, in a form that can be compared under `keyword`."""

    keyword: str
    keywords: tuple[str, str]
    before: Any
    after: Any


def restated(old: _Schema, new: _Schema) -> Iterator[Restated]:
    """Yield the rules that each of two schemas states by one keyword, and each by another."""
    for pair in _PAIRS:
        was, now = ([key for key in pair if key in schema] for schema in (old, new))
        if len(was) == len(now) == 1 and was != now:
            before, after = _comparable(old, was[0]), _comparable(new, now[0])
            yield Restated(pair[0], (was[0], now[0]), before, after)


def _comparable(schema: _Schema, keyword: str) -> Any:
    value = schema[keyword]
    if keyword == "const":
        return [value]
    if keyword == "enum":
        return value
    step = _STRICTER.get(keyword, 0)
    if step and isinstance(value, int) and _is_whole(schema.get("type")):
        return [value + step, 0]
    return [value, step]


def _is_whole(kind: Any) -> bool:
    """Tell whether the only numbers of a type are whole ones."""
    return kind == "integer" or (isinstance(kind, list) and "integer" in kind and "number" not in kind)
