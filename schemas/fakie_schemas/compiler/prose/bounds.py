"""The bounds that a match states for a number, turned around where it is negated; None where nothing is certain."""

import re
from collections.abc import Callable
from itertools import dropwhile

from fakie_schemas.compiler.prose.clauses import Part
from fakie_schemas.compiler.prose.lexicon import lexicon
from fakie_schemas.compiler.prose.matches import NEGATORS, Match, negators

# So many words before a bound are looked at for one that was negated.
_FARTHEST = 20
# What a comparison of at most or at least has in it that takes a "not" before it.
_NEGATABLE = re.compile(r"equal| or |等于|reach|达到|[<>≤≥⩽⩾≦≧]")
Bounds = dict[str, int | float]
_NOT = {"max": "above", "below": "min", "min": "below", "above": "max"}
_MIRROR = {"max": "min", "min": "max", "below": "above", "above": "below"}
_BOUND = {"at_most": "max", "confine": "max", "max": "max", "below": "below",
          "at_least": "min", "min": "min", "above": "above"}  # fmt: skip
# What may stand behind a bare "below 5" that is a rule, and not a case of which something is told.
_HARMLESS = {"is", "must", "must_be", "verb", "value", "own", "items", "and", "or", "to", "default", "between_post",
             "number", "interval", "bytes", "seconds", "chars", *_BOUND}  # fmt: skip


def bounds_of(match: Match) -> Bounds | None:
    """Return the bounds that a match states: min, max, above, below or step, in its own unit or in bytes."""
    bounds = _READERS[match.rule.reads](match)
    factors = {lexicon().bytes[token.text] for token in match.span if token.kind == "bytes"}
    if bounds is None or not factors:
        return bounds
    factor = factors.pop()
    return None if factors else {bound: round(value * factor) for bound, value in bounds.items()}


def _bound(match: Match) -> str:
    return next(_BOUND[token.kind] for token in match.span if token.kind in _BOUND)


def _compared(match: Match) -> Bounds | None:
    bound = _bound(match)
    negated = bool(match.negators) or _is_still_negated(match, bound)
    if (
        match.negators > 1
        or (negated and not _is_negatable(match))
        or (bound in {"above", "below"} and not negated and not _is_ruling(match))
    ):
        return None
    return {_NOT[bound] if negated else bound: match.values[0]}


def _is_negatable(match: Match) -> bool:
    """Tell whether "not" turns a comparison around: "not capped at 10" and "没有视频最多 5 张" bound nothing."""
    compared = next(token for token in match.span if token.kind in _BOUND)
    return compared.kind in {"below", "above"} or bool(_NEGATABLE.search(compared.text))


def _is_still_negated(match: Match, bound: str) -> bool:
    """Tell whether "not below 1 or above 10" goes on: the negator counts again where the bounds face each other."""
    place = match.part.start + match.start
    before = match.part.clause.tokens[max(0, place - _FARTHEST) : place]
    whole = len(before)
    while before and before[-1].kind in {"or", "and", "comma"}:
        before.pop()
    last = next((place for place in reversed(range(len(before))) if before[place].kind in _BOUND), None)
    if last is None or len(before) == whole or bound not in {"above", "below"}:
        return False
    return before[last].kind == _MIRROR[bound] and negators(before[:last]) == 1


def _is_ruling(match: Match) -> bool:
    """Tell whether a bare "below 5" is a rule: "must be" stands before it, or nothing that tells of a case behind it."""
    before = {token.kind for token in match.before}
    if _may_be_negated(match) or _is_told_of(match.part):
        return False
    if _is_brought_back(match):
        return False
    if "may" in before | {token.kind for token in match.span}:
        return False
    after = match.part.neighbour(1)
    told = {token.kind for token in match.behind} | (after.kinds if after else set())
    return bool(before & {"must", "must_be"}) or told <= _HARMLESS


def _is_brought_back(match: Match) -> bool:
    """Tell whether words behind a bound say what becomes of what lies beyond it: "… are set to 10", "… are capped at 10"."""
    kinds = [token.kind for token in match.behind]
    said = list(dropwhile(lambda kind: kind == "is", kinds))
    return len(said) < len(kinds) and bool({"number", *_BOUND} & set(said[:1]))


def _is_told_of(part: Part) -> bool:
    """Tell whether a part in a bracket says of what the sentence around it tells: "(over 500 words) may be slow"."""
    if part.clause.outer is None or part.clause.is_labelled:
        return False
    clause, place = part.clause.outer
    return place < len(clause.tokens) or any(around.kinds & {"may", *NEGATORS} for around in part.clause.around)


def _may_be_negated(match: Match) -> bool:
    """Tell whether a word that is not known stands before a comparison and may turn it around: "莫超过 5".

    Behind "must" no such word may stand; before it only one of Latin letters.
    """
    kinds = [token.kind for token in match.before]
    ruled = max((place for place, kind in enumerate(kinds) if kind in {"must", "must_be"}), default=-1)
    near = match.before[max(0, ruled - 1) :]
    return any(token.kind == "word" and not (token is near[0] and ruled > 0 and token.text.isascii()) for token in near)


def _refused(match: Match) -> Bounds | None:
    """Read "more than 5 are refused" as at most 5; "up to 5 may fail" says nothing."""
    return None if match.negators or not _is_negatable(match) else {_NOT[_bound(match)]: match.values[0]}


def _labelled(match: Match) -> Bounds | None:
    labels = {token.kind for token in match.span if token.kind in {"max", "min"}}
    return None if match.negators or len(labels) != 1 else {_BOUND[labels.pop()]: match.values[0]}


def _chained(match: Match) -> Bounds | None:
    """Read "0 < x <= 5" and "5 >= x > 0": both signs look the same way."""
    first, second = [_BOUND[token.kind] for token in match.span if token.kind in _BOUND]
    upwards, downwards = {"max", "below"}, {"min", "above"}
    if match.negators or not ({first, second} <= upwards or {first, second} <= downwards):
        return None
    return {_MIRROR[first]: match.values[0], second: match.values[1]}


def _reversed(match: Match) -> Bounds | None:
    return None if match.negators else {_MIRROR[_bound(match)]: match.values[0]}


def _ranged(match: Match) -> Bounds | None:
    first, last = [token for token in match.span if token.kind == "number"]
    # In "1-5 万" the 1 may be one or ten thousand.
    unclear = last.text[-1].isalpha() and not last.in_words and not first.text[-1].isalpha()
    if match.negators or unclear or first.value >= last.value:
        return None
    kinds = {token.kind for token in match.span}
    low = "above" if "exclusive" in kinds else "min"
    high = "below" if kinds & {"exclusive", "below"} else "max"
    return {low: first.value, high: last.value}


def _interval(match: Match) -> Bounds | None:
    low, high, opened, closed = match.span[0].value
    if match.negators or low >= high:
        return None
    return {"above" if opened else "min": low, "below" if closed else "max": high}


def _listed(match: Match) -> Bounds | None:
    """Read "1 or 2 images": numbers that follow one another; other lists are not a range."""
    values = match.values
    follow = all(isinstance(value, int) for value in values) and values == list(
        range(values[0], values[0] + len(values))
    )
    counts = any(token.kind == "items" for token in match.span)
    return {"min": values[0], "max": values[-1]} if follow and counts and not match.negators else None


def _single(*bounds: str) -> "Reader":
    def read(match: Match) -> Bounds | None:
        return None if match.negators else dict.fromkeys(bounds, match.values[0])

    return read


def _stepped(match: Match) -> Bounds | None:
    """Read a step, which is more than nothing."""
    return None if match.negators or match.values[0] <= 0 else {"step": match.values[0]}


def _unclear(_: Match) -> Bounds | None:
    """Read nothing: the numbers are doubted."""
    return None


Reader = Callable[[Match], Bounds | None]
_READERS: dict[str, Reader] = {
    "compare": _compared, "refused": _refused, "label": _labelled, "chain": _chained, "reversed": _reversed,
    "range": _ranged, "interval": _interval, "listed": _listed, "ceiling": _single("max"), "floor": _single("min"),
    "exact": _single("min", "max"), "step": _stepped, "doubt": _unclear,
}  # fmt: skip
