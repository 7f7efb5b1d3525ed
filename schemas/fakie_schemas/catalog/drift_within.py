"""Schemas within a keyword, such as `then` and `not`: whether their change refuses more, or lets more through."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

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
)

_Schema = Mapping[str, Any]
# How the fields of two schemas are compared.
Compare = Callable[[_Schema, _Schema], Iterator[Change]]
WITHIN = frozenset({"not", "then", "else", "propertyNames", "dependentSchemas", "patternProperties", "prefixItems"})
_NARROWER = frozenset({TIGHTER, LIMIT_ADDED, "drift.now_required"})
_WIDER = frozenset({WIDER, LIMIT_REMOVED, "drift.no_longer_required"})
# A field that comes or goes, where what is not described is open.
_FIELD_ADDED = frozenset({"drift.required_field", "drift.optional_field"})
_FIELD_GONE = frozenset({"drift.required_field_removed", "drift.field_removed"})
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
        beside = new if rule in _WIDER else old
        is_bound = any(beside.get(other, True) not in (True, {}) for other in _NAMING.get(keyword, ()))
        # What is narrowed or widened by what stands under the same names still names the same.
        names_same = keyword in {"patternProperties", "prefixItems"} and rule in {WIDER, TIGHTER}
        yield CHANGED if is_bound and not names_same else rule, what


def judge_within(keyword: str, old: Any, new: Any, compare: Compare) -> Iterator[Weight]:
    """Yield what the change of the schemas within a keyword means: of `not` the other way round."""
    pairs = _pairs(keyword, old, new)
    rules = {change.rule for one, other in pairs or () for change in compare(one, other)} - {MEANING, WORDING}
    is_open = not any(_closes(side) for side in (old, new))
    narrower = rules <= (_NARROWER | _FIELD_ADDED if is_open else _NARROWER)
    wider = rules <= (_WIDER | _FIELD_GONE if is_open else _WIDER)
    if not rules or narrower == wider:
        yield CHANGED, "changed"
    else:
        yield (TIGHTER, "narrowed") if narrower == (keyword != "not") else (WIDER, "widened")


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
