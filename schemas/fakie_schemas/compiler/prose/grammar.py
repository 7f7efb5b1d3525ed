"""Limits in words: what rules read is a fact where nothing holds it back; every other number is doubted or listed."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from msgspec import Struct, field

from fakie_schemas.compiler.prose.around import is_certain
from fakie_schemas.compiler.prose.bounds import bounds_of
from fakie_schemas.compiler.prose.clauses import NUMBERS, Part, clauses
from fakie_schemas.compiler.prose.exceptions import lifts, values_of_other_cases, values_told_of, widens
from fakie_schemas.compiler.prose.leading import leads
from fakie_schemas.compiler.prose.matches import NEGATORS, Match, matches
from fakie_schemas.compiler.prose.media_types import read_media_types
from fakie_schemas.compiler.prose.tokens import Token, tokens
from fakie_schemas.compiler.prose.units import dimension, keywords

# More words between two commas are not a sentence: their numbers are doubted.
MAX_PART = 200
# Words before a range that make it a rule, whatever is said behind it; and those that let it be one without a unit.
_STATES = {
    "must",
    "must_be",
    "max",
    "min",
    "limit",
    "range",
    "length",
    "count",
    "confine",
    "within",
    "required",
    "colon",
}
_LETS = _STATES | {"between", "only", "size", "is", "may", "verb", "value", "own", "each", "array"}
_LIMITING = {"at_most", "below", "at_least", "above", "confine", "max", "min", "limit", "range", "between_post", "within",
             "within_post", "at_least_post", "exact", "step", "multiple", "multiple_post", "chars"}  # fmt: skip
_MEASURES = {"media", "seconds", "long_time", "pixels", "odd", "measure", "other_unit"}


class KeywordReading(NamedTuple):
    """A schema keyword with its value, where in the text it was read, and by which rule."""

    keyword: str
    value: Any
    at: int
    rule: str = ""


class Findings(Struct):
    """The findings in a text: facts, limits that no keyword holds, limits that could not be read, other numbers.

    `special` are values with a meaning of their own, such as -1 for "any"; `cases` are limits of some requests only.
    """

    facts: list[KeywordReading] = field(default_factory=list)
    limits: list[tuple[int, str]] = field(default_factory=list)
    leftovers: list[tuple[int, str]] = field(default_factory=list)
    numbers: list[tuple[int, str]] = field(default_factory=list)
    special: list[int | float] = field(default_factory=list)
    cases: list[tuple[str, Any]] = field(default_factory=list)


def read_prose(text: str, kind: str | list[str] | None, name: str = "") -> Findings:
    """Read the limits in a text about a field of JSON type `kind` (None when the type is not known)."""
    plain = kind if isinstance(kind, str) or kind is None else next((one for one in kind if one != "null"), "null")
    findings = Findings()
    read = tokens(text, name.strip())
    for clause in clauses(_counting_own(read) if plain == "array" else read):
        for part in clause.parts:
            if plain in {"string", "array"} and _allows_empty(part):
                findings.special.append(0)
            if part.kinds & {*NUMBERS, "odd"}:
                _read_part(part, plain or "", name, findings)
    _one_size(findings)
    if plain in {"string", "array", None}:
        _take_types(text, findings)
    return findings


def _allows_empty(part: Part) -> bool:
    """Tell whether a part says that a text or list may be empty, which no lower limit can hold beside."""
    return "empty" in part.kinds and not part.kinds & NEGATORS


def _counting_own(read: list[Token]) -> list[Token]:
    """Take a list's own name behind a number for what is counted, as in "at most ten tags" of the field tags."""
    counted = {token.at for one, token in pairwise(read) if one.kind == "number" and token.kind == "own"}
    return [token._replace(kind="items") if token.at in counted else token for token in read]


def read_lines(lines: list[str], kind: str | list[str] | None, name: str = "") -> list[Findings]:
    """Read the lines of what is said about one field; a special value, or a wider limit of some requests, lifts what it lies beyond."""
    found = [read_prose(line, kind, name) for line in lines]
    _hold_led(found, leads(lines, name))
    special = [value for findings in found for value in findings.special]
    cases = [case for findings in found for case in findings.cases]
    for findings in found:
        lifted = [fact for fact in findings.facts if _is_lifted(fact, special, cases)]
        findings.facts = [fact for fact in findings.facts if fact not in lifted]
        findings.leftovers.extend((fact.at, f"a limit with an exception was not read: {fact.value}") for fact in lifted)
    return found


def _is_lifted(fact: KeywordReading, special: list[int | float], cases: list[tuple[str, Any]]) -> bool:
    wider = (widens(keyword, value, fact.keyword, fact.value) for keyword, value in cases)
    return lifts({fact.keyword: fact.value}, special) or any(wider)


def _hold_led(found: list[Findings], led: list[Part | None]) -> None:
    """Doubt what stands only below a line that says for which requests it holds: "In pro mode:" and a list behind it.

    Where several places say something of one limit, they are compared as they are.
    """
    told: dict[str, set[tuple[int, str]]] = {}
    for findings, lead in zip(found, led, strict=True):
        for fact in findings.facts:
            told.setdefault(fact.keyword, set()).add((id(lead), str(fact.value)))
    for findings, lead in zip(found, led, strict=True):
        if lead is not None and _kept_from(lead):
            held = [fact for fact in findings.facts if len(told[fact.keyword]) == 1]
            findings.facts = [fact for fact in findings.facts if fact not in held]
            findings.leftovers.extend((fact.at, f"what looks like a limit was not read: {fact.value}") for fact in held)


def _read_part(part: Part, kind: str, name: str, findings: Findings) -> None:
    found = matches(part, kind) if len(part.tokens) <= MAX_PART else []
    held, others = _held_back(part, found), values_of_other_cases(part)
    after = part.clause.after
    if not held and after and after.drops_surplus and any(_facts(match, found, kind, name) for match in found):
        held = "tolerance"
    findings.cases.extend(_cases(found, kind, name) if held == "condition" else [])
    taken: set[int] = set()
    for match in found:
        facts = {} if match.rule.reads == "nothing" else None if held else _facts(match, found, kind, name)
        if facts and lifts(facts, *others):
            facts = None
        elif facts and others[0]:
            findings.leftovers.append((part.tokens[0].at, f"a limit of other cases was not read: {_listed(others[0])}"))
        if facts is not None:
            taken.update(range(match.start, match.end))
            findings.facts.extend(_readings(match, facts))
    left = [token for place, token in enumerate(part.tokens) if token.kind in {*NUMBERS, "odd"} and place not in taken]
    special = left if "special" in part.kinds else [token for token in left if token.at in part.clause.alternatives]
    findings.special.extend(token.value for token in special if token.kind == "number")
    if left and (found or _is_limiting(part)):
        _list_limits(part, left, kind, held, findings)
    elif left:
        findings.special.extend(values_told_of(part) if kind in {"number", "integer"} else [])
        findings.numbers.append((left[0].at, f"no limit: {_said(part, left)}"))


def _cases(found: list[Match], kind: str, name: str) -> Iterator[tuple[str, Any]]:
    """Return the limits of a part that holds for some requests only."""
    for match in found:
        if match.rule.reads != "nothing":
            yield from (_stated(match, kind, name) or {}).items()


def _is_limiting(part: Part) -> bool:
    """Tell whether a part looks like a limit: by its words, by a range of ratios or pixels, or since it is not a sentence."""
    ranged = "odd to odd" in " ".join(token.kind for token in part.tokens)
    ranged = ranged or any(token.kind == "odd" and isinstance(token.value, tuple) for token in part.tokens)
    return bool(part.kinds & _LIMITING) or ranged or len(part.tokens) > MAX_PART


def _readings(match: Match, facts: dict[str, Any]) -> list[KeywordReading]:
    at = next(token.at for token in match.span if token.kind in NUMBERS)
    return [KeywordReading(keyword, value, at, match.rule.id) for keyword, value in facts.items()]


def _held_back(part: Part, found: list[Match]) -> str | None:
    """Return why nothing in a part is a limit, or None."""
    if held := _kept_from(part):
        return held
    used = sum(match.negators + sum(token.kind in NEGATORS for token in match.span) for match in found)
    said = sum(token.kind in NEGATORS for token in part.tokens)
    return "negation" if said != used or part.excludes() else None


def _kept_from(part: Part) -> str | None:
    """Return what words of a part keep numbers from being limits of every request, or None."""
    if part.is_advice():
        return "advice"
    if part.is_former():
        return "former"
    if "fee" in part.kinds:
        return "fee"
    if part.is_tolerant():
        return "tolerance"
    if part.is_total():
        return "total"
    if part.is_conditional():
        return "condition"
    return None


def _facts(match: Match, found: list[Match], kind: str, name: str) -> dict[str, Any] | None:
    """Return what a match says as keywords; None where it says nothing for certain."""
    if not is_certain(match, found, name) or (match.rule.reads in {"range", "interval"} and not _is_licensed(match)):
        return None
    return _stated(match, kind, name)


def _stated(match: Match, kind: str, name: str) -> dict[str, Any] | None:
    """Return what the words of a match alone say as keywords."""
    counted, bounds = dimension(match, kind, name), bounds_of(match)
    return None if counted is None or bounds is None else keywords(counted, bounds)


def _is_licensed(match: Match) -> bool:
    """Tell whether a range is a limit: by its unit, by a word before it, or because nothing else stands there."""
    before = [token.kind for token in match.before]
    behind = {token.kind for token in match.behind}
    if before[-1:] and before[-1] in {"at_most", "at_least", "above", "below"}:
        return False
    if "default" in before and "number" not in before:
        return False
    if not _STATES & set(before) and behind & {"word", "named"}:
        return False
    units = {"chars", "items", "bytes", "seconds", "between_post", "exclusive", "interval", "between", "within"}
    alone = not before and not behind
    return alone or any(token.kind in units for token in match.span) or bool(before and before[-1] in _LETS)


def _list_limits(part: Part, left: list[Token], kind: str, held: str | None, findings: Findings) -> None:
    """List numbers that look like limits: as totals, advice, cases, measures of a file, or as doubts."""
    at, said = left[0].at, _said(part, left)
    if held == "total":
        what = "the total size" if "bytes" in part.kinds else "a total"
        findings.limits.append((at, f"a limit on {what}: {said}"))
    elif held == "advice":
        findings.limits.append((at, f"advice or an example, no limit: {said}"))
    elif held == "former":
        findings.limits.append((at, f"what once held, no limit: {said}"))
    elif held == "tolerance":
        findings.limits.append((at, f"what is beyond is dropped, not refused: {said}"))
    elif held == "condition" and _is_case(part):
        findings.limits.append((at, f"a case, no limit: {said}"))
    elif "bytes" in part.kinds:
        findings.leftovers.append((at, f"a file size that is not a clear limit: {said}"))
    elif _has_no_keyword(part, kind):
        findings.limits.append((at, f"a limit that no keyword holds: {said}"))
    else:
        findings.leftovers.append((at, f"what looks like a limit was not read: {said}"))


def _is_case(part: Part) -> bool:
    """Tell whether a part compares to say when: "大于 5 时"."""
    return "at_time" in part.kinds and bool(part.kinds & {"above", "below", "at_least", "at_most"})


def _has_no_keyword(part: Part, kind: str) -> bool:
    """Tell whether a part is about measures of a file, or counts what a text of one URL cannot have."""
    if kind == "string" and "items" in part.kinds and "chars" not in part.kinds:
        return True
    return kind == "boolean" or (kind not in {"number", "integer"} and bool(part.kinds & _MEASURES))


def _listed(values: list[int | float]) -> str:
    return " ".join(map(str, values))


def _said(part: Part, left: list[Token]) -> str:
    """Return numbers as they are written, sizes of files with their unit."""
    sizes = {one: two for one, two in zip(part.tokens, part.tokens[1:], strict=False) if two.kind == "bytes"}
    words = []
    for token in left:
        unit = sizes.get(token)
        gap = " " * (unit.at - token.at - len(token.text)) if unit else ""
        words.append(token.text.strip() + gap + (unit.text.upper() if unit else ""))
    return " ".join(words)


def _take_types(text: str, findings: Findings) -> None:
    types = read_media_types(text)
    if types.taken:
        findings.facts.append(KeywordReading("x-media-types", list(types.taken), types.at, "media-types"))
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
