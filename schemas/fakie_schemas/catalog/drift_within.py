"""Schemas within a keyword, such as `then` and `not`: whether their change refuses more, or lets more through."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from fakie_schemas.catalog.drift_canonical import are_apart
from fakie_schemas.catalog.drift_change import Change
from fakie_schemas.catalog.drift_rules import (
    CHANGED,
    LIMIT_ADDED,
    LIMIT_REMOVED,
    MEANING,
    TIGHTER,
    WIDER,
    WORDING,
    Weight,
    lacking,
)

_Schema = Mapping[str, Any]
# How the fields of two schemas are compared.
Compare = Callable[[_Schema, _Schema], Iterator[Change]]
_UNIONS = ("anyOf", "oneOf")
WITHIN = frozenset({"not", "then", "else", "propertyNames", "dependentSchemas", "patternProperties", "prefixItems"})
_NARROWER = frozenset({TIGHTER, LIMIT_ADDED, "drift.now_required"})
WIDENING = frozenset({WIDER, LIMIT_REMOVED, "drift.no_longer_required"})
# A field that comes or goes, where what is not described is open.
_FIELD_ADDED = frozenset({"drift.required_field", "drift.optional_field"})
_FIELD_GONE = frozenset({"drift.required_field_removed", "drift.field_removed"})
# What an alternative gains or loses is told as of the body itself: an answer's receiver misses what is gone.
_OWN_FIELDS = {"drift.field_removed": "lost a field", "drift.optional_field": "gained a field"}
_CLOSING = frozenset({"additionalProperties", "unevaluatedProperties", "patternProperties", "unevaluatedItems"})
# Keywords that name fields or items, with those beside them that say what becomes of all that are not named: what lets
# more through, as it says less, may leave more to these.
_OTHERS = ("unevaluatedProperties", "unevaluatedItems")
_NAMING: Mapping[str, tuple[str, ...]] = {
    "patternProperties": ("additionalProperties", "unevaluatedProperties"),
    "prefixItems": ("items", "unevaluatedItems"),
    "contains": ("unevaluatedItems",),
    **dict.fromkeys(("allOf", "anyOf", "oneOf", "branches", "if", "then", "else", "dependentSchemas"), _OTHERS),
}


def without_reach(keyword: str, old: _Schema, new: _Schema, weights: Iterable[Weight]) -> Iterator[Weight]:
    """Yield weights, but of a keyword beside one that refuses what it does not name no more than that it changed."""
    for rule, what in weights:
        beside = new if rule in WIDENING else old
        is_bound = any(beside.get(other, True) not in (True, {}) for other in _NAMING.get(keyword, ()))
        # What is narrowed or widened by what stands under the same names still names the same.
        names_same = keyword in {"patternProperties", "prefixItems"} and rule in {WIDER, TIGHTER}
        yield CHANGED if is_bound and not names_same else rule, what


def judge_within(keyword: str, old: Any, new: Any, compare: Compare) -> Iterator[Weight]:
    """Yield what the change of the schemas within a keyword means: of `not` the other way round."""
    pairs = _pairs(keyword, old, new)
    found = {change.rule for one, other in pairs or () for change in compare(one, other)}
    rules = found - {MEANING, WORDING}
    narrowing, widening = _sides_of(keyword, is_open=not any(_closes(side) for side in (old, new)))
    narrower, wider = rules <= narrowing, rules <= widening
    if found and not rules:
        yield (MEANING if MEANING in found else WORDING), "changed"
    elif not rules or narrower == wider:
        yield CHANGED, "changed"
    elif keyword in _UNIONS:
        fields = rules & _OWN_FIELDS.keys()
        yield from ((rule, _OWN_FIELDS[rule]) for rule in fields)
        if rules > fields:
            yield (TIGHTER, "narrowed") if narrower else (WIDER, "widened")
    else:
        yield (TIGHTER, "narrowed") if narrower == (keyword != "not") else (WIDER, "widened")


def _sides_of(keyword: str, *, is_open: bool) -> tuple[frozenset[str], frozenset[str]]:
    """Return the rules that narrow a schema within a keyword, and those that widen it."""
    if keyword in _UNIONS:
        # As of the body itself: nobody sends a field that was not described, and who sends one that was counts on it.
        return _NARROWER | {"drift.field_removed"}, WIDENING | {"drift.optional_field"}
    return (_NARROWER | _FIELD_ADDED, WIDENING | _FIELD_GONE) if is_open else (_NARROWER, WIDENING)


def without_paired(old: _Schema, new: _Schema, compare: Compare) -> tuple[_Schema, list[tuple[str, str, str]]]:
    """Write the branches of a union as they were, where each that changed is only narrowed, widened or reworded.

    Returns the new schema so written, and what became of them: the keyword, the rule, and what happened.
    """
    was, now = (next((key for key in _UNIONS if isinstance(schema.get(key), list)), None) for schema in (old, new))
    if was is None or now is None:
        return new, []
    before, after = old[was], new[now]
    gone, more = lacking(before, after), lacking(after, before)
    # Which branches of `oneOf` a value fits is not said by each of them alone, unless no value fits two.
    alone = all(key == "anyOf" or are_apart(listed) for key, listed in ((was, before), (now, after)))
    if not gone or len(gone) != len(more) or not alone or {*_OTHERS} & {*old, *new}:
        return new, []
    told = [(was, rule, what) for rule, what in judge_within(now, gone, more, compare) if rule != CHANGED]
    return ({**new, now: before} if told else new), told


def _pairs(keyword: str, old: Any, new: Any) -> list[tuple[_Schema, _Schema]] | None:
    """Return the schemas that stand in each other's place; None where one has none, or is true or false."""
    pairs = [(old, new)]
    if isinstance(old, list) and isinstance(new, list):
        pairs = list(zip(old, new, strict=False)) if len(old) == len(new) else []
    elif keyword in {"dependentSchemas", "patternProperties"}:
        pairs = [(old[name], new[name]) for name in old] if old.keys() == new.keys() else []
    return pairs if all(isinstance(one, Mapping) for pair in pairs for one in pair) else None


def _closes(schema: Any) -> bool:
    """Tell whether a schema, or one within it, says something of what it does not describe."""
    if isinstance(schema, list):
        return any(map(_closes, schema))
    return isinstance(schema, Mapping) and (bool(_CLOSING & schema.keys()) or any(map(_closes, schema.values())))
