"""One difference of two pages, and how it is weighed."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from fakie_schemas.rules.difference import BREAKING, INFO, MINOR, Severity
from fakie_schemas.rules.table import rules

# What the severities of rules are called where pages are compared.
SEVERITIES: Mapping[Severity, str] = {BREAKING: "breaking", MINOR: "compatible", INFO: "editorial"}


class Change(Struct, frozen=True):
    """One difference of two pages: the rule of drift, of which contract, where (`input.prompt`, `codes`, …), what.

    `weight` is what the user says that it weighs, None: what the table of rules says.
    """

    rule: str
    name: str
    place: str
    what: str
    old: Any = None
    new: Any = None
    weight: Severity | None = None

    @property
    def severity(self) -> str:
        """The side that it breaks, in the words of drift."""
        return SEVERITIES[self.weight or rules()[self.rule].weight("")]

    @property
    def rank(self) -> int:
        """Its place among the severities, the worst first."""
        return [*SEVERITIES.values()].index(self.severity)

    def as_dict(self) -> dict[str, Any]:
        """Return the change as JSON data."""
        told = ("rule", "name", "place", "what", "old", "new")
        return {"severity": self.severity, **{key: getattr(self, key) for key in told}}
