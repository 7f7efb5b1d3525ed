"""How a change of one schema keyword is judged: by whether it still lets through what it let through before."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

# The rule of drift that a change breaks, and what happened.
Weight = tuple[str, str]
_Rule = Callable[[Any, Any], Weight | None]


def judge(keyword: str, old: Any, new: Any) -> Weight | None:
    """Judge a keyword's change (None: it is absent): the rule that breaks and what happened, None for no change."""
    if old is None:
        return RULES[keyword](old, new) if keyword in _ALWAYS else ("drift.limit_added", "added")
    if new is None:
        return RULES[keyword](old, new) if keyword in _ALWAYS else ("drift.limit_removed", "removed")
    return RULES[keyword](old, new)


def _choices(old: Any, new: Any) -> Weight | None:
    gone = [value for value in old if value not in new]
    more = [value for value in new if value not in old]
    if gone:
        return "drift.tighter", f"lost {', '.join(map(str, gone))}"
    return ("drift.wider", f"gained {', '.join(map(str, more))}") if more else None


def _types(old: Any, new: Any) -> Weight | None:
    before, after = (set(kinds) if isinstance(kinds, list) else {kinds} for kinds in (old, new))
    # Whoever takes any number takes whole ones too.
    gone = before - after - ({"integer"} if "number" in after else set())
    if gone:
        return "drift.tighter", "changed"
    return ("drift.wider", "widened") if before != after else None


def _at_most(old: Any, new: Any) -> Weight:
    return ("drift.tighter", "lowered") if new < old else ("drift.wider", "raised")


def _at_least(old: Any, new: Any) -> Weight:
    return ("drift.tighter", "raised") if new > old else ("drift.wider", "lowered")


def _step(old: Any, new: Any) -> Weight:
    finer = not Decimal(str(old)) % Decimal(str(new))
    return ("drift.wider", "finer") if finer else ("drift.tighter", "changed")


def _strict(_: Any, __: Any) -> Weight:
    return "drift.tighter", "changed"


def _meaning(_: Any, __: Any) -> Weight:
    return "drift.meaning", "changed"


def _words(_: Any, __: Any) -> Weight:
    return "drift.wording", "changed"


RULES: Mapping[str, _Rule] = {
    "type": _types,
    "enum": _choices,
    "const": _strict,
    "format": _strict,
    "pattern": _strict,
    **dict.fromkeys(("maxLength", "maximum", "exclusiveMaximum", "maxItems", "x-max-bytes"), _at_most),
    **dict.fromkeys(("minLength", "minimum", "exclusiveMinimum", "minItems"), _at_least),
    "multipleOf": _step,
    "uniqueItems": _strict,
    **dict.fromkeys(("oneOf", "anyOf", "allOf", "additionalProperties"), _strict),
    "minProperties": _at_least,
    "maxProperties": _at_most,
    "x-media-types": _choices,
    "default": _meaning,
    "deprecated": _meaning,
    "title": _words,
    "description": _words,
    "examples": _words,
}
# Keywords that refuse nothing: that one comes or goes is judged as a change of it.
_ALWAYS = frozenset({"default", "deprecated", "title", "description", "examples"})
