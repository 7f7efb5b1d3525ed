"""What a number counts, and the keyword that bounds it for a field of a type."""

import re
from typing import Any

from fakie_schemas.compiler.prose.clauses import Part
from fakie_schemas.compiler.prose.tokens import UNITS, Token

Bounds = dict[str, int | float]
_KEYWORDS = {
    "chars": {"min": "minLength", "max": "maxLength"},
    "items": {"min": "minItems", "max": "maxItems"},
    "bytes": {"max": "x-max-bytes"},
    "number": {"min": "minimum", "max": "maximum", "step": "multipleOf", "above": "exclusiveMinimum", "below": "exclusiveMaximum"},
}  # fmt: skip
_SUBJECTS = {
    "length": "length",
    "count": "items",
    "size": "bytes",
    "media": "media",
    "chars": "chars",
    "items": "items",
}
_MEASURES = re.compile(
    r"duration|second|time|length|width|height|size|fps|frame|ratio|resolution|start|end|delay|interval|bpm|rate", re.I
)
_COUNTS = re.compile(
    r"(?:^|_)(?:n|num|count|number|max|min|quantity)(?:_|$)|(?:num|count|quantity|images?|outputs?|samples)(?=_|$|[A-Z])",
    re.I,
)


def dimension(part: Part, span: list[Token], start: int, kind: str, name: str) -> str | None:
    """Return what a match counts (chars, items, bytes or number), or None where the type has no keyword for it."""
    unit = _unit(span) or (_subject(part, start) if kind in {"string", "array"} else None)
    if kind in {"number", "integer"}:
        return "number" if _measures(unit, part, name) else None
    if unit == "length":
        unit = "chars" if kind == "string" else "items" if _speaks_of_array(part) else None
    allowed = {"string": {"chars", "bytes"}, "array": {"items", "bytes"}}.get(kind, {"bytes"} if not kind else set())
    return unit if unit in allowed and not (unit == "items" and "each" in part.kinds) else None


def _unit(span: list[Token]) -> str | None:
    """Return the unit behind the last number of a match, else one before it."""
    last = max((index for index, token in enumerate(span) if token.kind in {"number", "interval"}), default=0)
    behind = [token.kind for token in span[last:] if token.kind in UNITS]
    before = [token.kind for token in span[:last] if token.kind in UNITS]
    named = [_SUBJECTS[token.kind] for token in span[:last] if token.kind in {"length", "count", "size"}]
    return next(iter(behind), None) or next(reversed(before), None) or next(reversed(named), None)


def _subject(part: Part, start: int) -> str | None:
    """Return what the words before a match speak of: in its part, its clause, or before its bracket."""
    before = part.clause.tokens[: part.start + start]
    if part.clause.outer:
        clause, place = part.clause.outer
        before = clause.tokens[:place] + before
    found = [_SUBJECTS[token.kind] for token in before if token.kind in {"length", "count", "size", "media"}]
    beside = [token.kind for token in part.clause.tokens[part.end :] if token.kind in UNITS]
    return found[-1] if found else beside[0] if beside and beside[0] in {"chars", "items"} else None


def _speaks_of_array(part: Part) -> bool:
    return any(token.kind == "array" for token in part.clause.tokens)


def _measures(unit: str | None, part: Part, name: str) -> bool:
    """Tell whether a number of a unit can be the value of a numeric field of that name."""
    is_measure = not name or bool(_MEASURES.search(name))
    if unit in {"items", "count"}:
        return bool(_COUNTS.search(name))
    if unit in {"seconds", "pixels", "measure"} or "media" in part.kinds:
        return is_measure and unit in {None, "seconds", "pixels", "measure"}
    return unit is None


def keywords(counted: str, bounds: Bounds) -> dict[str, Any] | None:
    """Return bounds as schema keywords; None where one of them has none."""
    if counted != "number" and bounds.keys() & {"above", "below"}:
        bounds = _inclusive(counted, bounds)
    known = _KEYWORDS[counted]
    if not bounds.keys() <= known.keys() or (counted in {"chars", "items"} and not _whole(bounds)):
        return None
    # A text or list of at least 0 is no limit.
    return {
        known[bound]: value
        for bound, value in bounds.items()
        if not (counted != "number" and (bound, value) == ("min", 0))
    }


def _whole(bounds: Bounds) -> bool:
    return all(isinstance(value, int) and value >= 0 for value in bounds.values())


def _inclusive(counted: str, bounds: Bounds) -> Bounds:
    """Turn "fewer than 10" of countable things into "at most 9"; files of "under 10 MB" may have 10."""
    one = 0 if counted == "bytes" else 1
    moved = {"below": ("max", -one), "above": ("min", one)}
    return {
        moved[bound][0] if bound in moved else bound: value + (moved[bound][1] if bound in moved else 0)
        for bound, value in bounds.items()
    }
