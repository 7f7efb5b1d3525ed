"""Running cases: each ends held, with findings, not provokable, or not run; none hides another."""

import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from fakie.errors import FakieError
from fakie_contract.bench import Bench
from fakie_contract.cases.case import Case
from fakie_contract.client import NoAnswer
from fakie_contract.exchange import cut
from fakie_contract.finding import Finding
from fakie_contract.purse.ledger import LedgerBroken, is_running
from fakie_contract.purse.purse import MAY_COST
from fakie_contract.trial import NotProvokable, NotRun, Trial

Ending = Literal["held", "findings", "not_provokable", "not_run"]
_SILENT_CASES = 3
_NO_LEVERS = "only a fake with levers (its switches under /_fakie/) can be brought to it"


@dataclass(frozen=True)
class OnTheFake:
    """How the same case ended on a fake of ours, for comparison."""

    ending: Ending
    reason: str
    emitted: tuple[int, ...]
    seen: tuple[str, ...]


@dataclass(frozen=True)
class Result:
    """How one case ended; `what`, `field`, `rule`, `source` and `covers` are the case's own.

    `emitted` are the body codes that the target answered with during it, `seen` the fields of its answers, such as
    `recordInfo /data/costTime integer`; `fake` is None when nothing was compared. `stopped`: what kept the case from
    being run ended the whole run.
    """

    case: str
    model: str | None
    code: int | None
    ending: Ending
    reason: str
    findings: tuple[Finding, ...]
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

    def as_dict(self) -> dict[str, Any]:
        """Give the result as JSON data."""
        return {**asdict(self), "findings": [finding.as_dict() for finding in self.findings]}

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Result":
        """Make a result from its JSON data."""
        findings = tuple(Finding(**finding) for finding in data["findings"])
        fake = OnTheFake(**_tuples(data["fake"])) if data["fake"] else None
        covers = tuple((field, rule) for field, rule in data["covers"])
        return cls(**{**_tuples(data), "findings": findings, "fake": fake, "covers": covers})

    @classmethod
    def of_case(cls, case: Case, ending: Ending, reason: str, **came: Any) -> "Result":
        """Make the result of a case; `came` is what came of it, nothing when it was not run."""
        about = {name: getattr(case, name) for name in ("model", "code", "what", "field", "rule", "source", "covers")}
        told = {"findings": (), "emitted": (), "seconds": 0.0, **came}
        return cls(case=case.id, ending=ending, reason=reason, **about, **told)

    def beside(self, fake: "Result") -> "Result":
        """Give this result with the fake's beside it."""
        return replace(self, fake=OnTheFake(fake.ending, fake.reason, fake.emitted, fake.seen))


def _tuples(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "emitted": tuple(data["emitted"]), "seen": tuple(data["seen"])}


class RunEnded(FakieError):
    """The run is over, and no further case is begun; the text says why."""


class Engine:
    """Runs cases against one target; gives up on a target that stays silent."""

    def __init__(self, bench: Bench, parent: int | None = None) -> None:
        self._bench = bench
        # When whoever started the run is gone, killed perhaps, nothing more is to be sent.
        self._parent = parent or os.getpid()
        self._silent = 0

    def run(self, case: Case) -> Result:
        """Run one case to its result, whatever happens in it."""
        started = time.monotonic()
        trial = Trial(case.id, self._bench, case.model, case.kind, free=case.cost == "free")
        try:
            ending, reason = self._tried(case, trial)
        except (RunEnded, LedgerBroken) as why:
            return Result.of_case(case, "not_run", str(why), stopped=True)
        with suppress(NoAnswer):
            trial.tidy()
        return Result.of_case(
            case,
            ending,
            reason,
            findings=tuple(trial.findings),
            emitted=tuple(sorted(trial.codes)),
            seen=tuple(sorted(trial.seen)),
            seconds=round(time.monotonic() - started, 4),
        )

    def _tried(self, case: Case, trial: Trial) -> tuple[Ending, str]:
        if time.monotonic() > self._bench.deadline or not is_running(self._parent):
            raise RunEnded("the run has reached its time limit, or was ended")
        if case.needs_levers and self._bench.levers is None:
            return "not_provokable", _NO_LEVERS
        if case.cost == "may_cost" and not self._bench.target.may_cost:
            return "not_run", MAY_COST
        if self._silent >= _SILENT_CASES:
            return "not_run", f"the target gave no answer in {_SILENT_CASES} cases one after the other"
        stopped = self._run_whole(case, trial)
        if any(finding.severity != "info" for finding in trial.findings):
            return "findings", ""
        return stopped or ("held", "")

    def _run_whole(self, case: Case, trial: Trial) -> tuple[Ending, str] | None:
        """Run a case to its end, or to what stopped it: the ending and why, unless that is a finding."""
        try:
            case.run(trial)
        except NoAnswer as silence:
            self._silent += 1
            if not trial.findings:
                trial.find("breaking", "", "an HTTP answer", str(silence), "")
        except NotProvokable as why:
            return "not_provokable", str(why)
        except NotRun as why:
            return "not_run", str(why)
        except LedgerBroken:
            raise
        except Exception as error:  # noqa: BLE001 - an odd answer must become a finding, not end the other cases
            trial.find(
                "breaking", "", "answers in the shape of the API", f"{type(error).__name__}: {cut(str(error))}", ""
            )
        else:
            self._silent = 0
        return None
