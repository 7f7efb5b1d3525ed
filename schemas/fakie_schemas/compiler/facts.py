"""The facts of a page, before they become a schema: facts with their lines, gathered in a tree of fields."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec import Struct, field

from fakie_schemas.compiler.marks import mark, with_mark
from fakie_schemas.schema.equality import same_json

STATED, IN_WORDS = 2, 1


class Fact(NamedTuple):
    """A value, the line that states it, and how it was stated: `STATED` by a key or label, or `IN_WORDS`."""

    value: Any
    line: int
    rank: int = STATED


class Code(NamedTuple):
    """A documented code and its short label; `inherited` when the page itself has no list."""

    code: int
    label: str
    line: int
    inherited: bool = False


class Remark(NamedTuple):
    """A short note in our own words: `kind` is trimmed, conflict, assumed, left-out, depends, limit or the like."""

    kind: str
    line: int
    field: str | None
    text: str


class Log(Struct):
    """Notes of a reading: doubts, and what is worth knowing about what was read.

    `loosened` counts doubts and what was assumed, also where what is read again gives the same: what is read may
    then allow more than the page does.
    """

    unread: list[tuple[int, str]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    loosened: int = 0
    _known: set[tuple[object, ...]] = field(default_factory=set)

    def doubt(self, line: int, why: str, of: str | None = None) -> None:
        """List a place that could not be read for certain (once), with a mark of the text that is doubted."""
        self.loosened += 1
        why = with_mark(why, mark(of) if of else None)
        if self._is_new((line, why)):
            self.unread.append((line, why))

    def note(self, kind: str, line: int, name: str | None, text: str) -> None:
        """Add a remark (once)."""
        self.loosened += kind == "assumed"
        remark = Remark(kind, line, name, text)
        if self._is_new(remark):
            self.remarks.append(remark)

    def _is_new(self, what: tuple[object, ...]) -> bool:
        before = len(self._known)
        self._known.add(what)
        return len(self._known) > before


class Alternatives(Struct):
    """Branches of which a value must satisfy one: exactly one (`oneOf`) or at least one (`anyOf`)."""

    keyword: str
    line: int
    branches: "list[Field]"


class Field(Struct):
    """One field of a body: schema keywords as facts (`required` among them), children by name, and items.

    `values` is what each value of an open map must be, `nullable` says that null is allowed beside the type, and
    `described` is False for a name that a branch requires and another part of the schema describes.
    """

    name: str
    line: int
    facts: dict[str, Fact] = field(default_factory=dict)
    children: "dict[str, Field]" = field(default_factory=dict)
    items: "Field | None" = None
    contested: set[str] = field(default_factory=set)
    values: "Field | None" = None
    alternatives: list[Alternatives] = field(default_factory=list)
    nullable: bool = False
    described: bool = True

    def value(self, keyword: str) -> Any:
        """Return a fact's value, or None."""
        fact = self.facts.get(keyword)
        return fact.value if fact else None

    @property
    def kind(self) -> str | None:
        """The single type of its values; None where it has none, or several."""
        kind = self.value("type")
        return kind if isinstance(kind, str) else None

    def put(self, keyword: str, fact: Fact, log: Log) -> None:
        """Keep a fact; a contradiction is decided for the better stated one, or for none of two equals."""
        known = self.facts.get(keyword)
        if keyword in self.contested:
            why = f"{self.name}: {keyword} is stated differently in several places"
            log.doubt(fact.line, f"{why} (here as {_shown(fact.value)})")
        elif known is None or same_json(known.value, fact.value):
            self.facts.setdefault(keyword, fact)
        elif known.rank == fact.rank:
            del self.facts[keyword]
            self.contested.add(keyword)
            both = " and ".join(sorted(map(_shown, (known.value, fact.value))))
            log.doubt(fact.line, f"{self.name}: {keyword} is stated differently on line {known.line} ({both})")
        else:
            best, other = (known, fact) if known.rank > fact.rank else (fact, known)
            self.facts[keyword] = best
            log.note(
                "conflict",
                other.line,
                self.name,
                f"{keyword} {other.value!r} in words against {best.value!r}",
            )

    @property
    def below(self) -> "Iterator[Field]":
        """The fields directly below: children, items, values of a map, branches of alternatives."""
        yield from self.children.values()
        yield from (inner for inner in (self.items, self.values) if inner)
        for group in self.alternatives:
            yield from group.branches

    def walk(self) -> "Iterator[Field]":
        """Yield this field and all fields below it."""
        yield self
        for inner in self.below:
            yield from inner.walk()


def _shown(value: Any) -> str:
    """Write a number as it is, and anything else as a mark: it may be a page's words."""
    return str(value) if isinstance(value, int | float) else mark(value)


class PageFacts(Struct):
    """All that one page says of one endpoint or model; `named` is the model as the catalogue around it calls it.

    `inherited` says of what the page lacks where it was taken from: the date of an earlier revision, or `common`.
    """

    format: str
    title: str | None
    endpoint: tuple[str, str, int]
    body: Field
    model: Fact | None = None
    auth: Fact | None = None
    codes: list[Code] = field(default_factory=list)
    codes_line: int | None = None
    answer: Fact | None = None
    request_example: Fact | None = None
    more_examples: list[Fact] = field(default_factory=list)
    answer_example: Fact | None = None
    named: Fact | None = None
    url: str | None = None
    inherited: dict[str, str] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    log: Log = field(default_factory=Log)
