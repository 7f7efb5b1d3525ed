"""A text's clauses and their parts, and what holds a limit back: conditions, cases, advice, totals."""

import re
from collections.abc import Iterator
from functools import cache, cached_property
from itertools import pairwise

from msgspec import Struct, field

from fakie_schemas.compiler.prose.lexicon import compiled, lexicon
from fakie_schemas.compiler.prose.tokens import Token

NUMBERS = {"number", "interval"}
_CASES = (
    "^ preposition (word | other)",
    "^ preposition items verb",
    "^ in (word | named)",
    "(in | preposition) (word | named | value | is | items | each | other){0,3} case",
    "(word | named | items | each | other) case",
    "(in | preposition | only | verb | between | is) named",
    "^ (named | case) (word | named | and | or | other | case){0,4} (colon | is | max | verb | at_most | to)",
)


_SURPLUS = {"longer", "larger", "excess", "rest", "remaining", "remainder", "surplus", "余", "更"}
_SURPLUS_OF = {"more", "extra", "additional"}

# Brackets within brackets beyond this are read as if they were not there.
MAX_NESTING = 12


@cache
def _cases() -> tuple[re.Pattern[str], ...]:
    return tuple(compiled(case, {}, lexicon().letters) for case in _CASES)


class Clause(Struct, eq=False, dict=True):
    """The tokens up to a full stop, without those in brackets, and the clause behind it.

    A clause in brackets knows where it stands.
    """

    outer: "tuple[Clause, int] | None" = None
    after: "Clause | None" = None
    tokens: list[Token] = field(default_factory=list)
    inner: "list[tuple[Clause, int]]" = field(default_factory=list)
    is_asked: bool = False

    @cached_property
    def parts(self) -> list["Part"]:
        """The clause between its commas."""
        starts = [0, *(index + 1 for index, token in enumerate(self.tokens) if token.kind == "comma")]
        ends = [*(start - 1 for start in starts[1:]), len(self.tokens)]
        return [Part(self, number, start, end) for number, (start, end) in enumerate(zip(starts, ends, strict=True))]

    @property
    def around(self) -> list["Part"]:
        """The parts in which the clause stands, where it is one in brackets."""
        if self.outer is None:
            return []
        clause, place = self.outer
        return [part for part in clause.parts if part.start <= place <= part.end]

    @cached_property
    def alternatives(self) -> set[int]:
        """The places of tokens beside an "or", as in "0 or at least 5" and "-1, or between 1 and 10"."""
        beside = pairwise(token for token in self.tokens if token.kind != "comma")
        return {token.at for pair in beside if "or" in (pair[0].kind, pair[1].kind) for token in pair}

    @cached_property
    def is_labelled(self) -> bool:
        """Whether the clause names what it bounds, as "(Max length: 500)" does: then it needs no words around it."""
        return any(token.kind == "colon" for token in self.tokens)

    @cached_property
    def is_conditional(self) -> bool:
        """Whether the clause, or one around it, holds only at times or for some models, or is a question."""
        if self.is_asked or any(token.kind in {"condition", "at_time"} for token in self.tokens) or self._names_case():
            return True
        return self.outer is not None and not self.is_labelled and self.outer[0].is_conditional

    @cached_property
    def drops_surplus(self) -> bool:
        """Whether the clause says, of no number of its own, that what is too much is dropped: "longer texts are cut off"."""
        kinds = {token.kind for token in self.tokens}
        surplus = "above" in kinds or any(token.text in _SURPLUS for token in self.tokens)
        surplus |= any(one.text in _SURPLUS_OF and two.kind != "word" for one, two in pairwise(self.tokens))
        return "tolerated" in kinds and surplus and not kinds & NUMBERS

    def is_case(self) -> bool:
        """Tell whether a clause without a number only says when another holds: "(pro only)", "(若为高清)"; also "(10 for pro users)"."""
        kinds = [token.kind for token in self.tokens]
        opens = not NUMBERS & set(kinds[:1]) and bool({"condition", "preposition"} & set(kinds[:2]))
        narrow = (len(kinds) < 5 and "only" in kinds and bool({"word", "named"} & set(kinds))) or set(kinds) == {
            "named"
        }
        differs = "preposition" in kinds and self._names_case()
        return opens or differs or (not NUMBERS & set(kinds) and (narrow or self._names_case()))

    def _names_case(self) -> bool:
        spelled = lexicon().spell([token.kind for token in self.tokens])
        return any(case.search(spelled) for case in _cases())


class Part(Struct, eq=False, dict=True):
    """A clause between two commas: the unit that a guard holds for."""

    clause: Clause
    index: int
    start: int
    end: int

    @cached_property
    def tokens(self) -> list[Token]:
        """The part's tokens."""
        return self.clause.tokens[self.start : self.end]

    @cached_property
    def kinds(self) -> set[str]:
        """The kinds of the part's tokens."""
        return {token.kind for token in self.tokens}

    @property
    def brackets(self) -> list[Clause]:
        """The clauses in the part's brackets."""
        return [clause for clause, place in self.clause.inner if self.start < place <= self.end]

    def neighbour(self, step: int) -> "Part | None":
        """Return the part before (-1) or after (1), if it has no number of its own."""
        place = self.index + step
        parts = self.clause.parts
        near = parts[place] if 0 <= place < len(parts) else None
        return near if near and not near.kinds & NUMBERS else None

    def is_total(self) -> bool:
        """Tell whether the part, or one beside it, speaks of several together."""
        near = [self, self.neighbour(-1), self.neighbour(1)]
        return any("total" in part.kinds for part in near if part) or self._leads("total")

    def is_tolerant(self) -> bool:
        """Tell whether what is beyond a limit is dropped, and not refused: "the rest is ignored"."""
        after = self.neighbour(1)
        return "tolerated" in self.kinds or (after is not None and "tolerated" in after.kinds)

    def is_former(self) -> bool:
        """Tell whether the part says what once held: "previously at most 5"."""
        before = self.neighbour(-1)
        return "former" in self.kinds or (before is not None and "former" in before.kinds)

    def is_advice(self) -> bool:
        """Tell whether the part is advice or an example: its own words say so, or those that lead to it."""
        return self._is_hedged or any(part._is_hedged for part in self._other_halves())

    def _other_halves(self) -> "Iterator[Part]":
        """Return the parts beside this one that bound the other side: "at least 3, at most 5" is one thing said."""
        for place in (self.index - 1, self.index + 1):
            if 0 <= place < len(self.clause.parts):
                part = self.clause.parts[place]
                if len(part.sides) == len(self.sides) == 1 and part.sides != self.sides:
                    yield part

    @cached_property
    def sides(self) -> set[str]:
        """Which sides a part with one number bounds: low, high."""
        if sum(token.kind in NUMBERS for token in self.tokens) != 1:
            return set()
        turned = "negator" in self.kinds
        low = self.kinds & {"at_least", "min", "at_least_post"} or self.kinds & {"below" if turned else "above"}
        high = self.kinds & {"at_most", "max", "within_post"} or self.kinds & {"above" if turned else "below"}
        return {side for side, found in (("low", low), ("high", high)) if found}

    @cached_property
    def _is_hedged(self) -> bool:
        before, after = self.neighbour(-1), self.neighbour(1)
        led = before is not None and "hedge" in before.kinds
        followed = after is not None and "hedge" in after.kinds and len(after.tokens) < 3
        return "hedge" in self.kinds or led or followed or self._leads("hedge") or self._bracket_says("hedge")

    def is_conditional(self) -> bool:
        """Tell whether the part holds at times only, by its clause or by a bracket behind it."""
        return self.clause.is_conditional or any(clause.is_case() for clause in self.brackets)

    def excludes(self) -> bool:
        """Tell whether a bracket behind the part takes its bounds back: "(exclusive)", "(不含)"."""
        own = {token.value for token in self.tokens if token.kind == "number"}
        behind = self.clause.parts[self.index + 1 : self.index + 2]
        said = [*(clause.tokens for clause in self.brackets), *(part.tokens for part in behind)]
        return any(_excludes(one, own) for one in said)

    def _leads(self, kind: str) -> bool:
        """Tell whether the part stands in a bracket, in a part with a word of that kind."""
        return not self.clause.is_labelled and any(kind in part.kinds for part in self.clause.around)

    def _bracket_says(self, kind: str) -> bool:
        """Look into the brackets behind the part, if they hold no number."""
        said = [{token.kind for token in clause.tokens} for clause in self.brackets]
        return any(kind in kinds and not kinds & NUMBERS for kinds in said)


def _excludes(said: list[Token], own: set[int | float]) -> bool:
    """Tell whether words take a bound back, and speak of no other number: "exclusive", "不含 10"."""
    kinds = {token.kind for token in said} - {"comma", "verb"}
    others = {token.value for token in said if token.kind in NUMBERS} - own
    return bool(kinds & {"exclusive", "negator"}) and not others and len(kinds - NUMBERS) < 3


def clauses(tokens: list[Token]) -> list[Clause]:
    """Return the clauses of a text: ended by full stops, semicolons and line ends, brackets apart."""
    done: list[Clause] = []
    stack = [Clause()]
    for token in tokens:
        if token.kind == "open" and len(stack) < MAX_NESTING:
            inner = Clause((stack[-1], len(stack[-1].tokens)))
            stack[-1].inner.append((inner, len(stack[-1].tokens)))
            stack.append(inner)
        elif token.kind == "close":
            done.extend([stack.pop()] if len(stack) > 1 else [])
        elif token.kind == "stop":
            done.append(stack.pop())
            done[-1].is_asked = token.text == "?"
            stack.append(Clause(done[-1].outer if stack else None))
            done[-1].after = stack[-1]
        elif token.kind != "open":
            stack[-1].tokens.append(token)
    return [clause for clause in [*done, *stack] if clause.tokens]
