"""Limits in words: rules over kinds of words, negation as algebra, and every number read, doubted or listed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from fakie_schemas.compiler.prose.clauses import NUMBERS, Part, clauses
from fakie_schemas.compiler.prose.lexicon import Rule, lexicon
from fakie_schemas.compiler.prose.media_types import read_media_types
from fakie_schemas.compiler.prose.tokens import Token, tokens
from fakie_schemas.compiler.prose.units import Bounds, dimension, keywords

_NOT = {"max": "above", "below": "min", "min": "below", "above": "max"}
_BOUND = {
    "at_most": "max",
    "confine": "max",
    "below": "below",
    "at_least": "min",
    "above": "above",
    "max": "max",
    "min": "min",
}
_MIRROR = {"max": "min", "min": "max", "below": "above", "above": "below"}
_NEGATORS = {"negator", "refused"}
# Words between a negator and what it negates.
_GAP = {
    "is",
    "colon",
    "must",
    "may",
    "verb",
    "value",
    "own",
    "each",
    "items",
    "array",
    "in",
    "length",
    "count",
    "size",
    "range",
}
# Words that let a range be a limit where no unit does.
_LICENSE = {
    "range",
    "between",
    "max",
    "min",
    "length",
    "count",
    "size",
    "limit",
    "within",
    "confine",
    "required",
    "only",
} | _GAP - {"items", "in"}
_LIMITING = {"at_most", "below", "at_least", "above", "confine", "max", "min", "limit", "range", "between_post", "within", "within_post",
             "at_least_post", "exact", "step", "multiple", "multiple_post", "chars"}  # fmt: skip
_HARMLESS = {
    "is",
    "must",
    "verb",
    "value",
    "own",
    "items",
    "and",
    "at_most",
    "below",
    "at_least",
    "above",
    "default",
    "between_post",
    "or",
}


class Reading(NamedTuple):
    """A schema keyword with its value, and where in the text it was read."""

    keyword: str
    value: Any
    at: int
    rule: str = ""


@dataclass
class Findings:
    """What a text says: facts, limits that no keyword can hold, what could not be read, and other numbers."""

    facts: list[Reading] = field(default_factory=list)
    limits: list[tuple[int, str]] = field(default_factory=list)
    leftovers: list[tuple[int, str]] = field(default_factory=list)
    numbers: list[tuple[int, str]] = field(default_factory=list)
    special: list[int | float] = field(default_factory=list)


class Match(NamedTuple):
    """A rule and the span of a part's tokens that it takes; `negated` by the words before, or within."""

    rule: Rule
    start: int
    end: int
    negators: int


def read_prose(text: str, kind: str | list[str] | None, name: str = "") -> Findings:
    """Read the limits in a text about a field of JSON type `kind` (None when the type is not known)."""
    plain = kind if isinstance(kind, str) or kind is None else next((one for one in kind if one != "null"), "null")
    findings = Findings()
    for clause in clauses(tokens(text, name.strip())):
        for part in clause.parts:
            if part.kinds & (NUMBERS | {"odd"}):
                _read_part(part, plain or "", name, findings)
    _one_size(findings)
    if plain in {"string", "array", None}:
        _take_types(text, findings)
    return findings


def _read_part(part: Part, kind: str, name: str, findings: Findings) -> None:
    found = _matches(part, kind)
    taken: set[int] = set()
    held = _guard(part, found)
    for match in found:
        if match.rule.reads == "nothing":
            taken.update(range(match.start, match.end))
        elif held is None and (facts := _facts(part, match, kind, name)) is not None:
            taken.update(range(match.start, match.end))
            at = part.tokens[match.start].at
            findings.facts.extend(Reading(keyword, value, at, match.rule.id) for keyword, value in facts.items())
    left = [token for index, token in enumerate(part.tokens) if token.kind in NUMBERS | {"odd"} and index not in taken]
    if "special" in part.kinds:
        findings.special.extend(token.value for token in left if token.kind == "number")
    if left:
        _list(part, left, kind, bool(found), held, findings)


def _matches(part: Part, kind: str) -> list[Match]:
    """Return the rules that fit, each number taken by the first that fits it."""
    spelled = lexicon().spell([token.kind for token in _counted(part.tokens, kind)])
    found: list[Match] = []
    taken: set[int] = set()
    for rule in lexicon().rules:
        for match in rule.pattern.finditer(spelled):
            span = {index for index in range(*match.span()) if part.tokens[index].kind in NUMBERS}
            if span and not span & taken:
                taken |= span
                found.append(Match(rule, *match.span(), _negators(part.tokens, match.start())))
    return found


def _counted(all_tokens: list[Token], kind: str) -> list[Token]:
    """Read "5 reference images" as five images, where images are what the field lists."""
    counted = list(all_tokens)
    for index, token in enumerate(all_tokens):
        if token.kind == "number" and kind == "array":
            following = [other.kind for other in all_tokens[index + 1 : index + 4]]
            words = next((place for place, other in enumerate(following) if other not in {"word", "verb"}), 3)
            if 0 < words < 3 and following[words : words + 1] == ["items"]:
                counted[index + 1 : index + 1 + words] = [
                    other._replace(kind="items") for other in all_tokens[index + 1 : index + 1 + words]
                ]
    return counted


def _negators(found: list[Token], start: int) -> int:
    """Count the negators before a match that only words without a meaning of their own divide from it."""
    count, skipped = 0, 0
    for token in reversed(found[:start]):
        if token.kind in _NEGATORS:
            count, skipped = count + 1, 0
        elif token.kind in _GAP and skipped < 5:
            skipped += 1
        else:
            break
    return count


def _guard(part: Part, found: list[Match]) -> str | None:
    """Return why nothing in a part is a limit, or None."""
    if part.is_advice():
        return "advice"
    if part.is_total():
        return "total"
    if part.is_conditional():
        return "condition"
    negators = sum(token.kind in _NEGATORS for token in part.tokens)
    used = sum(match.negators + _inside(part, match) for match in found)
    return "negation" if negators != used else None


def _inside(part: Part, match: Match) -> int:
    return sum(token.kind in _NEGATORS for token in part.tokens[match.start : match.end])


def _facts(part: Part, match: Match, kind: str, name: str) -> dict[str, Any] | None:
    """Return what a match says as keywords; None where it says nothing for certain."""
    span = part.tokens[match.start : match.end]
    counted = dimension(part, span, match.start, kind, name)
    bounds = _READERS[match.rule.reads](part, match, span)
    if counted is None or bounds is None or _is_of_another(part, match):
        return None
    if counted == "bytes":
        bounds = _in_bytes(bounds, span)
    ranged = match.rule.reads in {"range", "interval"} and not match.rule.licensed
    if bounds is None or (ranged and not _is_licensed(part, match, span, counted)):
        return None
    return keywords(counted, bounds)


def _values(span: list[Token]) -> list[Any]:
    return [token.value for token in span if token.kind == "number"]


def _compared(part: Part, match: Match, span: list[Token]) -> Bounds | None:
    """Read a comparison, turned around for each negator before it."""
    bound = next(_BOUND[token.kind] for token in span if token.kind in _BOUND)
    if match.negators > 1 or (bound in {"above", "below"} and not match.negators and not _is_ruling(part, match)):
        return None
    return {_NOT[bound] if match.negators else bound: _values(span)[0]}


def _refused(part: Part, match: Match, span: list[Token]) -> Bounds | None:
    """Read "more than 5 are refused" as at most 5."""
    bound = next(_BOUND[token.kind] for token in span if token.kind in _BOUND)
    return None if match.negators else {_NOT[bound]: _values(span)[0]}


def _is_ruling(part: Part, match: Match) -> bool:
    """Tell whether a bare "below 5" is a rule: "must be" stands before it, or nothing that tells of a case behind it."""
    before = {token.kind for token in part.tokens[: match.start]}
    inside = {token.kind for token in part.tokens[match.start : match.end]}
    behind = {token.kind for token in part.tokens[match.end :]}
    if "may" in before | inside:
        return False
    after = part.neighbour(1)
    tells = behind | (after.kinds if after else set())
    return "must" in before or tells <= _HARMLESS


def _labelled(part: Part, match: Match, span: list[Token]) -> Bounds | None:
    labels = {token.kind for token in span if token.kind in {"max", "min"}}
    return None if match.negators or len(labels) != 1 else {_BOUND[labels.pop()]: _values(span)[0]}


def _chained(part: Part, match: Match, span: list[Token]) -> Bounds | None:
    first, second = [_BOUND[token.kind] for token in span if token.kind in _BOUND]
    low, high = _values(span)
    bounds = {_MIRROR[first]: low, second: high}
    return bounds if len(bounds) == 2 and not match.negators and {first, second} in _SAME_WAY else None


_SAME_WAY = ({"max"}, {"below"}, {"max", "below"}, {"min"}, {"above"}, {"min", "above"})


def _reversed(part: Part, match: Match, span: list[Token]) -> Bounds | None:
    bound = next(_BOUND[token.kind] for token in span if token.kind in _BOUND)
    return None if match.negators else {_MIRROR[bound]: _values(span)[0]}


def _ranged(part: Part, match: Match, span: list[Token]) -> Bounds | None:
    first, last = [token for token in span if token.kind == "number"]
    low, high = first.value, last.value
    # In "1-5 万" the 1 may be one or ten thousand.
    unclear = last.text[-1:].isalpha() and not last.in_words and not first.text[-1:].isalpha()
    if match.negators or unclear or low >= high:
        return None
    outside = any(token.kind == "exclusive" for token in span)
    return {"above": low, "below": high} if outside else {"min": low, "max": high}


def _interval(part: Part, match: Match, span: list[Token]) -> Bounds | None:
    low, high, opened, closed = span[0].value
    return (
        None
        if match.negators or low >= high
        else {"above" if opened else "min": low, "below" if closed else "max": high}
    )


def _listed(part: Part, match: Match, span: list[Token]) -> Bounds | None:
    """Read "1 or 2 images": numbers that follow one another; other lists are no range."""
    values = _values(span)
    follow = (
        values == list(range(values[0], values[0] + len(values)))
        if all(isinstance(one, int) for one in values)
        else False
    )
    counts = any(token.kind == "items" for token in span)
    return {"min": values[0], "max": values[-1]} if follow and counts and not match.negators else None


def _single(*bounds: str) -> "Reader":
    def read(part: Part, match: Match, span: list[Token]) -> Bounds | None:
        return None if match.negators else dict.fromkeys(bounds, _values(span)[0])

    return read


Reader = Callable[[Part, Match, list[Token]], Bounds | None]


def _unclear(part: Part, match: Match, span: list[Token]) -> Bounds | None:
    """Read nothing: the numbers are doubted."""


_READERS: dict[str, Reader] = {
    "compare": _compared, "refused": _refused, "label": _labelled, "chain": _chained, "reversed": _reversed,
    "range": _ranged, "interval": _interval, "listed": _listed, "ceiling": _single("max"), "floor": _single("min"),
    "exact": _single("min", "max"), "step": _single("step"), "doubt": _unclear,
}  # fmt: skip


def _in_bytes(bounds: Bounds, span: list[Token]) -> Bounds | None:
    factors = {lexicon().bytes[token.text] for token in span if token.kind == "bytes"}
    factor = factors.pop() if len(factors) == 1 else None
    return {bound: round(value * factor) for bound, value in bounds.items()} if factor else None


def _is_licensed(part: Part, match: Match, span: list[Token], counted: str) -> bool:
    """Tell whether a range is a limit: by its unit, by a word before it, or because nothing else stands there."""
    before = [token.kind for token in part.tokens[: match.start]]
    if before and before[-1] in {"at_most", "at_least", "above", "below"}:
        return False
    units = [token.kind for token in span if token.kind in {"chars", "items", "bytes", "seconds"}]
    alone = not before and match.end == len(part.tokens)
    ended = any(token.kind in {"between_post", "exclusive"} for token in span)
    return bool(units) or alone or ended or (bool(before) and before[-1] in _LICENSE) or span[0].kind == "interval"


def _is_of_another(part: Part, match: Match) -> bool:
    """Tell whether a sign such as "≤" stands behind the name of something else."""
    signs = [index for index in range(match.start, match.end) if part.tokens[index].text in "≤<=≥>=⩽⩾<>="]
    return bool(signs) and signs[0] > 0 and part.tokens[signs[0] - 1].kind in {"word", "named"}


def _list(part: Part, left: list[Token], kind: str, matched: bool, held: str | None, findings: Findings) -> None:
    """List the numbers that were not read: as a total, advice, a measure, a doubt, or as numbers alone."""
    said = " ".join(_with_size(part, token) for token in left)
    at, limiting = left[0].at, matched or bool(part.kinds & _LIMITING)
    if all(token.kind == "odd" for token in left) and not limiting:
        return
    if held == "total":
        findings.limits.append((at, f"a limit on {_what(part, left)}: {said}"))
    elif held == "advice":
        findings.limits.append((at, f"advice or an example, no limit: {said}"))
    elif held == "condition" and kind != "boolean" and _is_case(part):
        findings.limits.append((at, f"a case, no limit: {said}"))
    elif not limiting:
        findings.numbers.append((at, f"no limit: {said}"))
    elif "bytes" in part.kinds:
        findings.leftovers.append((at, f"a file size that is no clear limit: {said}"))
    elif (
        kind == "boolean"
        or (kind not in {"number", "integer"} and _is_measure(part))
        or (kind == "string" and "items" in part.kinds and "chars" not in part.kinds)
    ):
        findings.limits.append((at, f"a limit that no keyword holds: {said}"))
    else:
        findings.leftovers.append((at, f"what looks like a limit was not read: {said}"))


def _with_size(part: Part, token: Token) -> str:
    """Return a number as it is written, with the unit of a file's size."""
    place = part.tokens.index(token)
    behind = part.tokens[place + 1] if place + 1 < len(part.tokens) else None
    if behind is None or behind.kind != "bytes":
        return token.text.strip()
    return token.text + " " * (behind.at - token.at - len(token.text)) + behind.text.upper()


def _what(part: Part, left: list[Token]) -> str:
    return "the total size" if "bytes" in part.kinds else "a total"


def _is_case(part: Part) -> bool:
    """Tell whether a part compares to say when: "above 5 时"."""
    return "at_time" in part.kinds and bool(part.kinds & {"above", "below", "at_least", "at_most"})


def _is_measure(part: Part) -> bool:
    return bool(part.kinds & {"media", "seconds", "long_time", "pixels", "odd", "measure", "other_unit"})


def _take_types(text: str, findings: Findings) -> None:
    types = read_media_types(text)
    if types.taken:
        findings.facts.append(Reading("x-media-types", types.taken, types.at, "media-types"))
    elif types.doubt:
        findings.leftovers.append((types.at, types.doubt))
    elif types.names:
        findings.limits.append((types.at, f"formats named without MIME types: {', '.join(types.names)}"))


def _one_size(findings: Findings) -> None:
    """Doubt the sizes of files where a text names several."""
    sizes = {fact.value: fact.at for fact in findings.facts if fact.keyword == "x-max-bytes"}
    if len(sizes) > 1:
        findings.facts = [fact for fact in findings.facts if fact.keyword != "x-max-bytes"]
        findings.leftovers.extend((at, f"several sizes are named, one is {size} bytes") for size, at in sizes.items())
