"""Limits beside listed values, as `maximum` where the other page has an enum: what they refuse of these is tried."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fakie_schemas.catalog.drift_canonical import let_through
from fakie_schemas.catalog.drift_rules import CHANGED, LIMIT_ADDED, LIMIT_REMOVED, TIGHTER, WIDER, WORDING, Weight
from fakie_schemas.validator import vouched_validator

_Schema = Mapping[str, Any]
# No pattern: one that somebody wrote by hand may take for ever.
_LIMITS = frozenset(
    {"minLength", "maxLength", "multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
)
# More listed values than this are not tried.
_MOST = 300
_NARROWER, _WIDER = {TIGHTER, LIMIT_ADDED, CHANGED}, {WIDER, LIMIT_REMOVED, CHANGED}


def without_idle_limits(
    keywords: tuple[str, str], old: _Schema, new: _Schema, weights: Iterable[Weight]
) -> Iterator[Weight]:
    """Yield the weights of a change of limits, as wording where they refuse no value that the other side lists.

    `keywords` are those that state the limit on the two sides. What a list loses or gains is judged by itself.
    """
    was, now = keywords
    tried = {*keywords} <= _LIMITS
    narrows = _refuses(now, new, old) if tried else None
    widens = _refuses(was, old, new) if tried else None
    for rule, what in weights:
        asked = {one for one, rules in ((narrows, _NARROWER), (widens, _WIDER)) if rule in rules}
        is_idle = False in asked and True not in asked
        yield (WORDING, f"{what}, which refuses no listed value") if is_idle else (rule, what)


def _refuses(keyword: str, schema: _Schema, other: _Schema) -> bool | None:
    """Tell whether the limit of a schema refuses a value that another one lists and takes; None where it lists none."""
    listed = let_through(other)
    if listed is None or len(listed) > _MOST:
        return None
    # Made once for all of them: that takes longer than to judge one.
    others = vouched_validator({key: value for key, value in other.items() if key in _LIMITS})
    limit = vouched_validator({keyword: schema[keyword]} if keyword in schema else {})
    return any(not limit.is_valid(value) and others.is_valid(value) for value in listed)
