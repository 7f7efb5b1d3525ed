"""How a change of one schema keyword is judged: by whether it still lets through what it let through before."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from fakie_schemas.schema.equality import json_key

TIGHTER, WIDER, CHANGED = "drift.tighter", "drift.wider", "drift.keyword_changed"
LIMIT_ADDED, LIMIT_REMOVED = "drift.limit_added", "drift.limit_removed"
MEANING, WORDING = "drift.meaning", "drift.wording"
# The rule of drift that a change breaks, and what happened.
Weight = tuple[str, str]
# So many values of a list that changed are named; both lists stand beside it as they are.
_MOST_TOLD = 50
_Rule = Callable[[Any, Any], Iterator[Weight]]


def judge(keyword: str, old: Any, new: Any) -> Iterator[Weight]:
    """Yield, of a keyword's change (None: it is absent), each rule that is broken and what happened."""
    if keyword not in _ALWAYS and (old is None or new is None):
        yield (LIMIT_ADDED, "added") if old is None else (LIMIT_REMOVED, "removed")
    else:
        yield from RULES[keyword](old, new)


def _choices(old: Any, new: Any) -> Iterator[Weight]:
    for rule, verb, one, other in ((TIGHTER, "lost", old, new), (WIDER, "gained", new, old)):
        told = lacking(one, other)
        if told:
            more = f" and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
            yield rule, f"{verb} {', '.join(map(str, told[:_MOST_TOLD]))}{more}"


def lacking(one: list[Any], other: list[Any]) -> list[Any]:
    """Return the values of a list that another one lacks."""
    kept = set(map(json_key, other))
    return [value for value in one if json_key(value) not in kept]


def _types(old: Any, new: Any) -> Iterator[Weight]:
    before, after = (set(kinds) if isinstance(kinds, list) else {kinds} for kinds in (old, new))
    # Whoever takes any number takes whole ones too.
    gone = before - after - ({"integer"} if "number" in after else set())
    more = after - before - ({"integer"} if "number" in before else set())
    if gone and more:
        yield CHANGED, "changed"
    elif gone or more:
        yield (TIGHTER, "narrowed") if gone else (WIDER, "widened")


def _at_most(old: Any, new: Any) -> Iterator[Weight]:
    if new != old:
        yield (TIGHTER, "lowered") if new < old else (WIDER, "raised")


def _at_least(old: Any, new: Any) -> Iterator[Weight]:
    if new != old:
        yield (TIGHTER, "raised") if new > old else (WIDER, "lowered")


def _step(old: Any, new: Any) -> Iterator[Weight]:
    before, after = Decimal(str(old)), Decimal(str(new))
    if before != after:
        finer, coarser = not before % after, not after % before
        yield (WIDER, "finer") if finer else (TIGHTER, "coarser") if coarser else (CHANGED, "changed")


def _strict(_: Any, __: Any) -> Iterator[Weight]:
    yield CHANGED, "changed"


def _unique(old: Any, new: Any) -> Iterator[Weight]:
    if bool(old) != bool(new):
        yield (LIMIT_ADDED, "added") if new else (LIMIT_REMOVED, "removed")


def _other_keys(old: Any, new: Any) -> Iterator[Weight]:
    """Judge what further keys may be; whose values have a schema on both sides is compared as a field."""
    before, after = (0 if kept is False else 1 if isinstance(kept, dict) and kept else 2 for kept in (old, new))
    if before != after:
        yield (TIGHTER, "narrowed") if after < before else (WIDER, "widened")


def _fewest(old: Any, new: Any) -> Iterator[Weight]:
    """Judge how many items have to be of a kind, which is one where nothing is said."""
    yield from _at_least(*(1 if count is None else count for count in (old, new)))


def _needs(old: Mapping[str, list[str]], new: Mapping[str, list[str]]) -> Iterator[Weight]:
    """Judge which fields are required beside which."""
    before, after = ({(name, other) for name, others in needs.items() for other in others} for needs in (old, new))
    if before != after:
        yield (
            (WIDER, "widened") if after < before else (TIGHTER, "narrowed") if before < after else (CHANGED, "changed")
        )


def _alternatives(old: Any, new: Any) -> Iterator[Weight]:
    gone, more = lacking(old, new), lacking(new, old)
    if gone and more:
        yield CHANGED, "changed"
    elif gone or more:
        yield (TIGHTER, "lost an alternative") if gone else (WIDER, "gained an alternative")


def _branches(old: Any, new: Any) -> Iterator[Weight]:
    """Judge the branches of two kinds of unions, each with whether it refuses what fits two of them."""
    (before, was_strict), (after, is_strict) = old, new
    found = list(_alternatives(before, after))
    if was_strict and is_strict:
        # A branch that comes refuses what it shares with another, and one that goes lets that through.
        yield from [(CHANGED, "changed")] if found or len(before) != len(after) else []
        return
    if was_strict != is_strict:
        found.append((TIGHTER, "made exclusive") if is_strict else (WIDER, "no longer exclusive"))
    yield from found


def _parts(old: Any, new: Any) -> Iterator[Weight]:
    gone, more = lacking(old, new), lacking(new, old)
    if gone and more:
        yield CHANGED, "changed"
    elif gone or more:
        yield (WIDER, "lost a part") if gone else (TIGHTER, "gained a part")


def _meaning(_: Any, __: Any) -> Iterator[Weight]:
    yield MEANING, "changed"


def _words(_: Any, __: Any) -> Iterator[Weight]:
    yield WORDING, "changed"


RULES: Mapping[str, _Rule] = {
    "type": _types,
    "enum": _choices,
    "const": _strict,
    "format": _strict,
    "pattern": _strict,
    # One that leads to itself: what it leads to is compared where it first does.
    "$ref": _strict,
    **dict.fromkeys(("maxLength", "maximum", "exclusiveMaximum", "maxItems", "x-max-bytes"), _at_most),
    **dict.fromkeys(("minLength", "minimum", "exclusiveMinimum", "minItems"), _at_least),
    "multipleOf": _step,
    "uniqueItems": _unique,
    **dict.fromkeys(("oneOf", "anyOf"), _alternatives),
    "branches": _branches,
    "allOf": _parts,
    **dict.fromkeys(("not", "if", "then", "else", "contains", "prefixItems", "x-unit"), _strict),
    **dict.fromkeys(("dependentSchemas", "patternProperties", "propertyNames"), _strict),
    **dict.fromkeys(("unevaluatedProperties", "unevaluatedItems"), _strict),
    "dependentRequired": _needs,
    "minContains": _fewest,
    "maxContains": _at_most,
    "additionalProperties": _other_keys,
    "minProperties": _at_least,
    "maxProperties": _at_most,
    "x-media-types": _choices,
    "default": _meaning,
    **dict.fromkeys(("deprecated", "readOnly", "writeOnly"), _meaning),
    "title": _words,
    "description": _words,
    "examples": _words,
}
# Keywords that refuse nothing, or whose absence says something: that one comes or goes is judged as a change of it.
_ALWAYS = frozenset(
    {"default", "deprecated", "readOnly", "writeOnly", "title", "description", "examples", "uniqueItems"}
    | {"additionalProperties", "minContains"}
)
# What an answer may hold is judged the other way round: a client copes with less than it expects, not with more.
OF_ANSWERS: Mapping[str, str] = {
    TIGHTER: "drift.answer_narrower",
    LIMIT_ADDED: "drift.answer_narrower",
    WIDER: "drift.answer_wider",
    LIMIT_REMOVED: "drift.answer_wider",
    CHANGED: "drift.answer_type",
    "drift.field_removed": "drift.answer_field_removed",
    "drift.optional_field": "drift.answer_field_added",
    MEANING: MEANING,
}
