"""One difference between what a rule expects and what came, and the scale on which differences are weighed."""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import asdict

Severity = Literal["breaking", "minor", "info"]
# The gravest first.
SEVERITIES: tuple[Severity, ...] = ("breaking", "minor", "info")
BREAKING, MINOR, INFO = SEVERITIES
FAILING: Mapping[str, tuple[Severity, ...]] = {"breaking": (BREAKING,), "any": (BREAKING, MINOR), "none": ()}


# The marks of what nobody has seen or read: what contradicts a guess weighs less than what contradicts a fact.
GUESSES = frozenset({"inf", "inv"})
# When traffic of the wire was first captured.
FIRST_SEEN = "2026-04"


class Known(Struct, frozen=True):
    """How the wire is known to do it, with its mark, and since when, `YYYY-MM`; `guess`: nobody has seen it do so."""

    words: str
    since: str = FIRST_SEEN
    guess: bool = False


class Difference(Struct, frozen=True):
    """A rule that was broken.

    `place` is a JSON pointer into the exchange `{"request": {"body"}, "status", "headers", "body"}` or into
    `{"callback": …}`; `evidence` is the mark of the fact that the rule rests on, `source` where it is written;
    `known`: the wire is known to differ so, `since` when. `situation` says which of several breaches of one rule it is,
    and `model` whose page expects it. The suite adds its `case`, the `curl` lines that show the difference again, with
    `$FAKIE_API_KEY` for the key, and the `answer` that came, from its HTTP status on, shortened.
    """

    rule: str
    severity: Severity
    place: str
    expected: str
    got: Any
    evidence: str = ""
    source: str = ""
    known: bool = False
    since: str = ""
    situation: str = ""
    model: str | None = None
    case: str = ""
    curl: str = ""
    answer: str = ""

    @property
    def fails_nobody(self) -> bool:
        """Whether it is told for information alone."""
        return self.severity == INFO

    @property
    def cited(self) -> str:
        """The expectation with its source."""
        return f"{self.expected} ({self.source})" if self.source else self.expected

    def as_dict(self) -> dict[str, Any]:
        """Return the difference as JSON data."""
        return asdict(self)

    def text(self) -> str:
        """Return the difference for people, over several lines."""
        known = f" (known of the wire since {self.since})" if self.known else ""
        lines = (
            f"{self.severity} at {self.place or '/'}: {self.rule}{known}",
            f"  expected  {self.cited}",
            f"  got       {self.got}",
            *(
                f"  {'again' if number == 0 else '     '}     {line}"
                for number, line in enumerate(self.curl.split("\n"))
            ),
        )
        return "\n".join(lines)


def worst_of_each_place(differences: list[Difference]) -> list[Difference]:
    """Return the gravest difference of each place, with all that are known: it is one, however many rules see it."""
    kept: dict[str, Difference] = {}
    for one in sorted(differences, key=lambda one: SEVERITIES.index(one.severity)):
        if not one.known:
            kept.setdefault(one.place, one)
    return [one for one in differences if one.known or kept[one.place] is one]
