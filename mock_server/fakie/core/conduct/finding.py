"""A finding about the client under test."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from fakie.core.journal import Entry
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach, rules


class ConductCost(Struct, frozen=True):
    """A mistake's cost: credits and US dollars (None: the list has no price), and the list or why there is none."""

    credits: Decimal | None
    usd: Decimal | None
    source: str

    def __str__(self) -> str:
        if self.credits is None or self.usd is None:
            return f"a price that is not known ({self.source})"
        return f"{self.credits.normalize():f} credits, {self.usd.normalize():f} USD ({self.source})"


class ConductFinding(Struct, frozen=True):
    """One thing that the client should not do: a broken rule of conduct, and what was seen.

    `at` is when, in seconds since the epoch on the account's clock, and `after` in seconds since its first request;
    `requests` are the numbers of the first and the last entry of the journal that show it; `wasted` are the tasks that
    may be paid for nothing. Several breaches of one rule are one finding, which tells of the first: `times` says how
    many there were.
    """

    difference: Difference
    at: float
    account: str | None
    requests: tuple[int, ...]
    wasted: tuple[str, ...] = ()
    after: float = 0.0
    times: int = 1
    cost: ConductCost | None = None

    @property
    def rule(self) -> str:
        """The rule's name within its area, such as `paid_twice`."""
        return self.difference.rule.partition(".")[2]

    @property
    def seen(self) -> str:
        """A sentence on what was seen."""
        return str(self.difference.got)

    @property
    def serious(self) -> bool:
        """Whether it may fail a test."""
        return not self.difference.fails_nobody

    @property
    def instead(self) -> str:
        """A sentence on what the client should do instead."""
        return rules()[self.difference.rule].instead

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as JSON data; amounts are numbers."""
        cost = self.cost and {
            "credits": None if self.cost.credits is None else float(self.cost.credits),
            "usd": None if self.cost.usd is None else float(self.cost.usd),
            "source": self.cost.source,
        }
        return {
            "rule": self.difference.rule,
            "severity": self.difference.severity,
            "seen": self.seen,
            "expected": self.difference.cited,
            "instead": self.instead,
            "times": self.times,
            "at": self.at,
            "after": self.after,
            "account": self.account,
            "requests": list(self.requests),
            "cost": cost,
        }

    def __str__(self) -> str:
        more = f"; the first of {self.times}" if self.times > 1 else ""
        cost = f"; at stake: {self.cost}" if self.cost else ""
        return f"{self.rule}: {self.seen} (at +{self.after:.0f} s{more}){cost}"


def found(rule: str, seen: str, entries: Sequence[Entry], *wasted: str) -> ConductFinding:
    """Return the finding that these entries of the journal show, from the first to the last, which was the mistake."""
    last = entries[-1]
    numbers = tuple(dict.fromkeys((entries[0].number, last.number)))
    return ConductFinding(breach(rule, seen), last.at, last.account, numbers, wasted)


def together(findings: Sequence[ConductFinding]) -> ConductFinding:
    """Return several findings of one rule as one, which tells of the first."""
    wasted = dict.fromkeys(task for finding in findings for task in finding.wasted)
    return replace(findings[0], times=len(findings), wasted=tuple(wasted))


def in_words(findings: Sequence[ConductFinding]) -> str:
    """Return the serious ones as lines of an error, each with what to do instead."""
    serious = (finding for finding in findings if finding.serious)
    return "\n".join(f"  {finding}\n    {finding.rule}: instead, {finding.instead}" for finding in serious)
