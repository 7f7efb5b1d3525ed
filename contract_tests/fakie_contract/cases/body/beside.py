"""Bodies that break a rule and have beside it what may hide that: fields that no page names, and a long text."""

import copy
from collections.abc import Iterator
from typing import Any

from fakie_contract.cases.body.rules import RuleSide
from fakie_contract.cases.body.samples import placed
from fakie_schemas.schema.fields import BodyField, fields

# Digits in a text, a list in an order of its own, nothing in an object, and the largest number that every reader keeps.
_NESTED = {"nested": [1, None], "digits": "007", "order": ["b", "a", "b"], "nothing": {}, "largest": 2**53 - 1}
UNKNOWN = {"fakie_unknown": "text", "fakieUnknown": _NESTED}
_WORDS = "long text "
# As long as the prompt of somebody who says all; a page's field takes fewer, but not so few that it is no long text.
_LONG, _LONG_ENOUGH = 6_000, 1_000


def with_unknown(one: RuleSide) -> Any:
    """Return a body with unknown fields wherever they are tolerated."""
    body = copy.deepcopy(one.body)
    for inner in (body, body.get("input")):
        if isinstance(inner, dict):
            inner.update(UNKNOWN)
    return body


def with_long_text(one: RuleSide) -> Any:
    """Return a body with a long text: in a field that no page names, and in one of the page where that takes one."""
    body = copy.deepcopy(one.body)
    for field in list(_of_long_texts(one))[:1]:
        most = min(field.schema.get("maxLength", _LONG), _LONG)
        body = placed(one.schema, body, field.path, (_WORDS * most)[:most])
    inner = body.get("input")
    (inner if isinstance(inner, dict) else body)["fakie_unknown"] = _WORDS * (_LONG // len(_WORDS))
    return body


def takes_long_text(one: RuleSide) -> bool:
    """Tell whether a field of the page, other than that which breaks the rule, takes a long text."""
    return any(_of_long_texts(one))


def _of_long_texts(one: RuleSide) -> Iterator[BodyField]:
    broken = one.field.path
    for field in fields(one.schema):
        name = field.path[-1]
        # A callback's URL has no format on some pages.
        is_prose = isinstance(name, str) and name != "model" and "url" not in name.lower() and 0 not in field.path
        schema = field.schema
        is_free = schema.get("type") == "string" and not {"enum", "const", "format", "pattern"} & schema.keys()
        is_apart = field.path[: len(broken)] != broken
        if is_prose and is_free and is_apart and schema.get("maxLength", _LONG) >= _LONG_ENOUGH:
            yield field
