"""How a case ended."""

from typing import Any, Literal

from msgspec import Struct, to_builtins
from msgspec.structs import replace

from fakie_contract.cases.case import Case
from fakie_schemas.rules.difference import Difference

Ending = Literal["held", "findings", "not_provokable", "not_run"]


class OnTheFake(Struct, frozen=True):
    """How the same case ended on a fake of ours, for comparison."""

    ending: Ending
    reason: str
    emitted: tuple[int, ...]
    seen: tuple[str, ...]


class Result(Struct, frozen=True):
    """How one case ended; `what`, `field`, `rule`, `source` and `covers` are the case's own.

    `emitted` are the body codes that the target answered with during it, `seen` the fields of its answers, such as
    `recordInfo /data/costTime integer`; `fake` is None when nothing was compared. `stopped`: what kept the case from
    being run ended the whole run. `outside`: what the case is about lies outside the scope of the run.
    """

    case: str
    model: str | None
    code: int | None
    ending: Ending
    reason: str
    findings: tuple[Difference, ...]
    emitted: tuple[int, ...]
    seconds: float
    what: str = ""
    field: str | None = None
    rule: str | None = None
    source: str = ""
    seen: tuple[str, ...] = ()
    covers: tuple[tuple[str, str], ...] = ()
    fake: OnTheFake | None = None
    stopped: bool = False
    outside: bool = False

    @property
    def as_expected(self) -> bool:
        """Whether the case held with the code that it is about, not with an answer that is taken in its place."""
        return self.ending == "held" and self.code in self.emitted and not self.is_known_otherwise

    @property
    def is_known_otherwise(self) -> bool:
        """Whether the wire is known to use another code for what the case is about."""
        return any(one.fails_nobody and one.place == "/body/code" for one in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """Return the result as JSON data."""
        data: dict[str, Any] = to_builtins(self)
        return data

    @classmethod
    def of_case(cls, case: Case, ending: Ending, reason: str, **came: Any) -> "Result":
        """Make the result of a case; `came` is what came of it, nothing when it was not run."""
        about = {name: getattr(case, name) for name in ("model", "code", "what", "field", "rule", "source", "covers")}
        told = {"findings": (), "emitted": (), "seconds": 0.0, **came}
        return cls(case=case.id, ending=ending, reason=reason, **about, **told)

    def with_late(self, found: Difference) -> "Result":
        """Return this result with what was found of its case after that had ended."""
        ending = self.ending if found.fails_nobody else "findings"
        return replace(self, ending=ending, findings=(*self.findings, found))

    def beside(self, fake: "Result") -> "Result":
        """Return this result with the fake's beside it."""
        return replace(self, fake=OnTheFake(fake.ending, fake.reason, fake.emitted, fake.seen))
