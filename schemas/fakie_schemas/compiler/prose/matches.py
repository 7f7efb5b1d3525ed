"""Where rules fit: spans of a part's tokens, with the words before and behind them."""

from functools import cached_property
from typing import Any

from msgspec import Struct

from fakie_schemas.compiler.prose.clauses import NUMBERS, Part
from fakie_schemas.compiler.prose.lexicon import PhraseRule, lexicon
from fakie_schemas.compiler.prose.tokens import Token

NEGATORS = {"negator", "refused"}
# Words that may stand between a negator and what it negates.
GAP = {"is", "colon", "must", "may", "verb", "value", "own", "each", "items", "array", "in", "length", "count", "size",
       "range", "to"}  # fmt: skip
_FARTHEST = 5


class Match(Struct, frozen=True, dict=True):
    """A rule and the span of a part's tokens that it takes."""

    part: Part
    rule: PhraseRule
    start: int
    end: int

    @cached_property
    def span(self) -> list[Token]:
        """The tokens that the rule takes."""
        return self.part.tokens[self.start : self.end]

    @cached_property
    def before(self) -> list[Token]:
        """The part's tokens before the span."""
        return self.part.tokens[: self.start]

    @cached_property
    def behind(self) -> list[Token]:
        """The part's tokens behind the span."""
        return self.part.tokens[self.end :]

    @cached_property
    def values(self) -> list[Any]:
        """The values of the numbers in the span."""
        return [token.value for token in self.span if token.kind == "number"]

    @cached_property
    def negators(self) -> int:
        """How many negators stand before the span."""
        return negators(self.before)


def negators(before: list[Token]) -> int:
    """Count the negators at the end of what stands before, with no more than words of no meaning between."""
    count = skipped = 0
    for token in reversed(before):
        if token.kind in NEGATORS:
            count, skipped = count + 1, 0
        elif token.kind in GAP and skipped < _FARTHEST:
            skipped += 1
        else:
            break
    return count


def matches(part: Part, kind: str) -> list[Match]:
    """Return the rules that fit a part, each number taken by the first rule that fits it."""
    spelled = lexicon().spell(_counted(part.tokens) if kind == "array" else [token.kind for token in part.tokens])
    found: list[Match] = []
    taken: set[int] = set()
    for rule in lexicon().rules:
        for match in rule.pattern.finditer(spelled):
            span = {index for index in range(*match.span()) if part.tokens[index].kind in NUMBERS}
            if span and not span & taken:
                taken |= span
                found.append(Match(part, rule, *match.span()))
    return found


def _counted(tokens: list[Token]) -> list[str]:
    """Return the kinds of tokens, with "5 clear reference images" read as five images."""
    kinds = [token.kind for token in tokens]
    for index in [place for place, kind in enumerate(kinds) if kind == "number"]:
        behind = kinds[index + 1 : index + 4]
        words = next((place for place, kind in enumerate(behind) if kind not in {"word", "verb"}), 0)
        if words and behind[words] == "items":
            kinds[index + 1 : index + 1 + words] = ["items"] * words
    return kinds
