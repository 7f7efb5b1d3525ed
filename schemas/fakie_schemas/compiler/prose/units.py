"""The unit of a number, and the keyword that bounds it for a field of a type."""

import re
from itertools import pairwise
from typing import Any

from fakie_schemas.compiler.prose.bounds import Bounds
from fakie_schemas.compiler.prose.clauses import Part
from fakie_schemas.compiler.prose.matches import Match
from fakie_schemas.compiler.prose.tokens import UNITS, Token

# So many words before and behind a number are looked at for what it counts.
MAX_BEFORE = 60
_SKIPPED = {"colon", "is", "in", "value", "must", "may", "verb", "between"}
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
}
_TIMES = {"seconds", "long_time"}
_PIECES = {"line", "row", "verse", "section", "part", "block", "每段", "每条", "每句", "每行"}
_DOTTED = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_MEASURES = re.compile(
    r"duration|second|time|length|width|height|size|fps|frame|ratio|resolution|start|end|delay|interval|bpm|rate", re.I
)
# A number of such a name is no number of seconds.
_OTHER_TIME = re.compile(
    r"(?:^|_)(?:ms|msec|millis\w*|minutes?|mins?|hours?|days?)(?:_|$)|(?:Ms|Millis\w*|Minutes?|Mins?|Hours?|Days?)(?=[A-Z]|$)"
)
_COUNTS = re.compile(
    r"(?:^|_)(?:n|num|batch|variations|count|number|max|min|quantity)(?:_|$)|(?:num|count|quantity|images?|outputs?|samples)(?=_|$|[A-Z])",
    re.I,
)


def dimension(match: Match, kind: str, name: str) -> str | None:
    """Return what a match counts (chars, items, bytes or number), or None where the type has no keyword for it."""
    part = match.part
    if "another" in part.kinds or _is_rate(match, name):
        return None
    unit = _unit(match.span)
    if kind in {"number", "integer"}:
        unclear = kind == "integer" and _may_be_thousands(match)
        return "number" if _measures(unit, part, name) and not unclear else None
    unit = unit or _subject(match)
    if unit == "length":
        unit = "chars" if kind == "string" else "items" if _speaks_of_array(part) else None
    allowed = {"string": {"chars", "bytes"}, "array": {"items", "bytes"}}.get(kind, {"bytes"} if not kind else set())
    if _may_be_thousands(match) or (unit == "chars" and _is_of_piece(part)):
        return None
    if unit == "bytes" and not any(token.kind == "bytes" for token in match.span):
        return None
    return unit if unit in allowed and not (unit == "items" and "each" in part.kinds) else None


def _is_rate(match: Match, name: str) -> bool:
    """Tell whether a limit is one in a time, "10 per minute", which bounds no value but one that is a rate itself."""
    timed = any(one.kind == "each" and two.kind in _TIMES for one, two in pairwise(match.part.tokens))
    return timed and not _MEASURES.search(name)


def _may_be_thousands(match: Match) -> bool:
    """Tell whether a number that counts may be meant as thousands: "1.000 characters"."""
    return any(token.kind == "number" and _DOTTED.fullmatch(token.text.strip()) for token in match.span)


def _is_of_piece(part: Part) -> bool:
    """Tell whether a length is that of a piece of the text: "500 characters per line"."""
    pairs = pairwise(part.tokens)
    return any(one.text in _PIECES or (one.kind == "each" and _is_piece(two)) for one, two in pairs)


def _is_piece(token: Token) -> bool:
    return token.kind in {"words", "word", "named"} or token.text in _PIECES


def _unit(span: list[Token]) -> str | None:
    """Return the unit behind the last number of a match, else one before it."""
    last = max((index for index, token in enumerate(span) if token.kind in {"number", "interval"}), default=0)
    behind = [token.kind for token in span[last:] if token.kind in UNITS]
    before = [token.kind for token in span[:last] if token.kind in UNITS]
    named = [_SUBJECTS[token.kind] for token in span[:last] if token.kind in {"length", "count", "size"}]
    return next(iter(behind), None) or next(reversed(before), None) or next(reversed(named), None)


def _subject(match: Match) -> str | None:
    """Return what the words around a match speak of: before it in its clause or its bracket's, else behind it."""
    before = _before(match)
    heads = [token.kind for token in before if token.kind not in _SKIPPED][-1:]
    if heads and heads[0] in {"chars", "items"}:
        return heads[0]
    named = [subject for one, token in pairwise([None, *before]) if token and (subject := _named(one, token))]
    if named or _is_bracketed_list(match.part):
        return named[-1] if named else "items"
    end = match.part.start + match.end
    behind = match.part.clause.tokens[end : end + MAX_BEFORE]
    units = [token.kind for one, token in pairwise(behind) if token.kind in UNITS and one.kind == "number"]
    return units[0] if units and units[0] in {"chars", "items"} else None


def _before(match: Match) -> list[Token]:
    """Return the last tokens before a match, in its clause and before the bracket that holds it."""
    place = match.part.start + match.start
    before = match.part.clause.tokens[max(0, place - MAX_BEFORE) : place]
    if match.part.clause.outer:
        clause, opened = match.part.clause.outer
        before = clause.tokens[max(0, opened - MAX_BEFORE) : opened] + before
    return before


def _named(before: Token | None, token: Token) -> str | None:
    """Return what a word names as counted: by itself, or as the unit of a number before it."""
    if token.kind in {"length", "count", "size", "media"}:
        return _SUBJECTS[token.kind]
    counted = token.kind in {"chars", "items"} and before is not None and before.kind == "number"
    return token.kind if counted else None


def _is_bracketed_list(part: Part) -> bool:
    """Tell whether a part is all that stands in a bracket behind words of a list: "image URL list (0–5)"."""
    is_all = len(part.clause.parts) == 1 and part.kinds <= {"number", "to", "interval"}
    return is_all and any("array" in around.kinds for around in part.clause.around[:1])


def _speaks_of_array(part: Part) -> bool:
    return any(token.kind == "array" for token in part.clause.tokens)


def _measures(unit: str | None, part: Part, name: str) -> bool:
    """Tell whether a number of a unit can be the value of a numeric field of that name."""
    is_measure = not name or bool(_MEASURES.search(name))
    if unit in {"items", "count"}:
        return bool(_COUNTS.search(name))
    if unit == "seconds" and (
        _OTHER_TIME.search(name) or any(token.kind == "long_time" for token in part.clause.tokens)
    ):
        return False
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
    # A text or list of at least 0 is not a limit.
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
