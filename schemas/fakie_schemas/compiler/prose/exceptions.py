"""Values beyond a limit that are allowed all the same: those of other cases, and those with a meaning of their own."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fakie_schemas.compiler.prose.clauses import NUMBERS, Part
from fakie_schemas.compiler.prose.lexicon import lexicon
from fakie_schemas.compiler.prose.tokens import UNITS, Token

# Beside one of these a number is no bound of another case.
_TELLS_ELSE = {"former", "hedge", "default", "negator", "refused", "total", "each", "another", "exclusive", "step"}
_LOW = {"minimum", "exclusiveMinimum"}
_HIGH = {"maximum", "exclusiveMaximum"}
_NAMES = {"word", "named", "case", "preposition"}
_LABELS = _NAMES | {"other", "in", "is", "only", "else"}


def lifts(facts: Mapping[str, Any], values: Iterable[int | float], sizes: Iterable[int | float] = ()) -> bool:
    """Tell whether a value, or a size in bytes, lies beyond one of the limits, which is then not one for every request."""
    beyond = (_is_beyond(keyword, limit, value) for keyword, limit in facts.items() for value in values)
    return any(beyond) or any(size > facts.get("x-max-bytes", size) for size in sizes)


def _is_beyond(keyword: str, limit: Any, value: float) -> bool:
    low, high = keyword in _LOW or keyword.startswith("min"), keyword in _HIGH or keyword.startswith("max")
    return bool((low and value < limit) or (high and value > limit))


def widens(keyword: str, case: float, other: str, limit: float) -> bool:
    """Tell whether the limit of a case allows more than another of its kind: "max 500. For V5, max 1000"."""
    kind, kind_of_other = (one.removeprefix("exclusive").lower() for one in (keyword, other))
    high_size = kind == "x-max-bytes" and case > limit
    return kind == kind_of_other and (high_size or _is_beyond(other, limit, case))


def values_of_other_cases(part: Part) -> tuple[list[int | float], list[int | float]]:
    """Return the numbers and the sizes that bound other cases: "10 (20 for pro)", "10; pro: 20", "10, else 20"."""
    said = [clause.tokens for clause in part.brackets]
    behind = [one.tokens for one in part.clause.parts[part.index + 1 : part.index + 2]]
    behind += [part.clause.after.tokens] if part.clause.after else []
    said += [tokens for tokens in behind if _is_label(tokens)]
    found = [found for tokens in said for found in _values(tokens)]
    return [value for value, unit in found if unit == ""], [value for value, unit in found if unit == "bytes"]


def values_told_of(part: Part) -> Iterator[int | float]:
    """Return the bare numbers of a part that states no limit: "0 = off", "use -1 to turn it off", "pro users get 20"."""
    if part.kinds & (_TELLS_ELSE - {"negator"}) or any(token.text == "was" for token in part.tokens):
        return
    for place, token in enumerate(part.tokens):
        near = {one.kind for one in part.tokens[:place][-1:] + part.tokens[place + 1 :][:1]}
        if "negator" in {one.kind for one in part.tokens[:place]}:
            return
        if token.kind == "number" and not near & (UNITS | NUMBERS):
            yield token.value


def _is_label(tokens: list[Token]) -> bool:
    """Tell whether words are a name, a colon and a number, "pro: 20", one for something, "20 for videos", "3 at night", or have "else"."""
    kinds = [token.kind for token in tokens]
    place = kinds.index("colon") if "colon" in kinds else 0
    named = 0 < place < 4 and set(kinds[:place]) <= _NAMES and kinds[place + 1 : place + 2] == ["number"]
    meant = kinds[:1] == ["number"] and bool({"preposition", "in"} & set(kinds[1:3]))
    return named or meant or "else" in kinds


def _values(tokens: list[Token]) -> Iterator[tuple[int | float, str]]:
    """Return the numbers among words that say whose they are, with `bytes` or nothing for their unit."""
    kinds = [token.kind for token in tokens]
    if set(kinds) & _TELLS_ELSE or not set(kinds) & _LABELS or any(token.text == "was" for token in tokens):
        return
    for token, behind in zip(tokens, [*tokens[1:], None], strict=True):
        if token.kind == "number" and behind and behind.kind == "bytes":
            yield token.value * lexicon().bytes[behind.text], "bytes"
        elif token.kind == "number" and (behind is None or behind.kind not in UNITS - {"items"}):
            yield token.value, ""
