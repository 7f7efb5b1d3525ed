"""Limits beside listed values, as `maximum` where the other page has an enum: what they refuse of these is tried."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from fakie_schemas.catalog.drift_canonical import let_through
from fakie_schemas.catalog.drift_rules import CHANGED, LIMIT_ADDED, LIMIT_REMOVED, TIGHTER, WIDER, WORDING, Weight
from fakie_schemas.validator import vouched_validator

_Schema = Mapping[str, Any]
_LIMITS = frozenset(
    {"minLength", "maxLength", "pattern", "multipleOf"} | {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
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
    others = _judge({key: value for key, value in other.items() if key in _LIMITS})
    limit = _judge({keyword: schema[keyword]} if keyword in schema else {})
    return any(not limit(value) and others(value) for value in listed)


def _judge(schema: _Schema) -> Callable[[Any], bool]:
    """Return what tells whether a value is taken, made once for all of them: that takes longer than to judge one."""
    validator = vouched_validator(schema)

    def takes(value: Any) -> bool:
        try:
            return validator.is_valid(value)
        except re.error:
            return False

    return takes
