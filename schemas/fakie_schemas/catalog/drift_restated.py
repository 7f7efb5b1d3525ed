"""Rules that two pages state in two ways: constant or list, a bound itself allowed or not, alone or in a union."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol

from msgspec import Struct

from fakie_schemas.catalog.drift_canonical import BESIDE, are_apart, has_effect
from fakie_schemas.schema.equality import same_json

_Schema = Mapping[str, Any]


class TakesMore(Protocol):
    """Tells of two schemas whether the second takes all that the first does, also if it is on the later page."""

    def __call__(self, one: _Schema, other: _Schema, /, *, is_later: bool) -> bool:
        """Compare them."""


_PAIRS = (("enum", "const"), ("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum"))
# By how much a bound that is not allowed itself is tighter than one that is.
_STRICTER = {"exclusiveMinimum": 1, "exclusiveMaximum": -1}
_UNIONS = ("anyOf", "oneOf")
# What describes fields that are compared by themselves.
_WITH_FIELDS = frozenset({"properties", "items", "additionalProperties"})


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
    was, now = ([key for key in _UNIONS if key in schema] for schema in (old, new))
    # What a branch that comes or goes means for the others is not the same in both kinds.
    if len(was) == len(now) == 1 and "oneOf" in was + now and (was != now or not same_json(old[was[0]], new[now[0]])):
        before, after = ([schema[key], _is_strict(schema, key)] for schema, key in ((old, was[0]), (new, now[0])))
        yield Restated("branches", (was[0], now[0]), before, after)


def _is_strict(schema: _Schema, keyword: str) -> bool:
    """Tell whether a union refuses values that fit two of its branches."""
    return keyword == "oneOf" and not are_apart(schema[keyword])


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


def united_within(old: _Schema, new: _Schema, takes_more: TakesMore) -> tuple[_Schema, _Schema]:
    """Write each array and object, at any depth, that is one of the other page's alternatives as a union, too.

    What it holds is compared within the alternative then, and not as fields that the other page lacks.
    """
    if old.keys() & _WITH_FIELDS or new.keys() & _WITH_FIELDS:
        old, new = united(old, new, takes_more, with_fields=True)
    before, after = dict(old), dict(new)
    for keyword in _WITH_FIELDS & old.keys() & new.keys():
        if isinstance(old[keyword], Mapping) and isinstance(new[keyword], Mapping):
            pair = old[keyword], new[keyword]
            before[keyword], after[keyword] = (
                _named_within(*pair, takes_more) if keyword == "properties" else united_within(*pair, takes_more)
            )
    return before, after


def _named_within(old: _Schema, new: _Schema, takes_more: TakesMore) -> tuple[_Schema, _Schema]:
    before, after = dict(old), dict(new)
    for name in old.keys() & new.keys():
        if isinstance(old[name], Mapping) and isinstance(new[name], Mapping):
            before[name], after[name] = united_within(old[name], new[name], takes_more)
    return before, after


def united(old: _Schema, new: _Schema, takes_more: TakesMore, *, with_fields: bool = False) -> tuple[_Schema, _Schema]:
    """Write what one page states by itself as the union that the other page makes of it and of more, or of less.

    `takes_more` tells of two schemas whether the second takes all that the first does; `with_fields` is said of those
    that describe fields, which are written so before their fields are told apart, and of no others.
    """
    was, now = (next((key for key in _UNIONS if key in schema), None) for schema in (old, new))
    if (was is None) == (now is None):
        return old, new
    plain = old if now else new
    if bool(plain.keys() & _WITH_FIELDS) != with_fields:
        return old, new
    if now:
        return _as_union(old, new, now, partial(takes_more, is_later=True)), new
    return old, _as_union(new, old, str(was), partial(takes_more, is_later=False))


def _as_union(plain: _Schema, other: _Schema, keyword: str, takes_more: Callable[[_Schema, _Schema], bool]) -> _Schema:
    """Write a schema as a union, if another one's alternatives are all of its own, or the other way round."""
    rules = {key: value for key, value in plain.items() if key not in BESIDE}
    kinds = rules.get("type")
    branches = [_of_type(kind, rules) for kind in kinds] if isinstance(kinds, list) else [rules]
    listed = other[keyword]
    alone = other.keys() - BESIDE == {keyword}
    wider = branches
    if alone and not _are_among(listed, branches):
        wider = [next((one for one in listed if takes_more(own, one)), own) for own in branches]
    # Where no alternative would be left over to tell of, what changed must show in the branches themselves.
    is_whole = _are_among(listed, wider)
    if alone and (is_whole or _are_among(wider, listed)):
        branches = branches if is_whole else wider
        # A list of types lets through what is of two of them, as whole numbers are.
        written = keyword if are_apart(branches) else "anyOf"
        return {key: value for key, value in plain.items() if key in BESIDE} | {written: branches}
    return plain


def _of_type(kind: str, rules: _Schema) -> _Schema:
    """Return what rules ask for of the values of one type."""
    of_it = {"type": kind}
    return {key: rule for key, rule in rules.items() if has_effect(of_it, key)} | of_it


def _are_among(some: list[Any], others: list[Any]) -> bool:
    return all(any(same_json(one, other) for other in others) for one in some)
