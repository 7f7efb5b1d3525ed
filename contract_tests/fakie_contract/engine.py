"""Running cases: each ends held, with findings, not provokable, or not run; none hides another."""

import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any, Literal

from fakie_contract.bench import Bench
from fakie_contract.cases.case import Case
from fakie_contract.client import NoAnswer
from fakie_contract.exchange import cut
from fakie_contract.finding import Finding
from fakie_contract.trial import NotProvokable, NotRun, Trial

Ending = Literal["held", "findings", "not_provokable", "not_run"]
MAY_COST = "not run: may cost, and the target is not this machine"
_SILENT_CASES = 3


@dataclass(frozen=True)
class Result:
    """How one case ended; `emitted` are the body codes that the target answered with during it."""

    case: str
    model: str | None
    code: int | None
    ending: Ending
    reason: str
    findings: tuple[Finding, ...]
    emitted: tuple[int, ...]
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """Give the result as JSON data."""
        return {**asdict(self), "findings": [finding.as_dict() for finding in self.findings]}

    @classmethod
    def of(cls, data: dict[str, Any]) -> "Result":
        """Make a result from its JSON data."""
        findings = tuple(Finding(**finding) for finding in data["findings"])
        return cls(**{**data, "findings": findings, "emitted": tuple(data["emitted"])})


class Engine:
    """Runs cases against one target; gives up on a target that stays silent."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._silent = 0

    def run(self, case: Case) -> Result:
        """Run one case to its result, whatever happens in it."""
        started = time.monotonic()
        trial = Trial(case.id, self._bench)
        ending, reason = self._tried(case, trial)
        with suppress(NoAnswer):
            trial.tidy()
        seconds = round(time.monotonic() - started, 4)
        findings = tuple(trial.findings)
        return Result(case.id, case.model, case.code, ending, reason, findings, tuple(sorted(trial.codes)), seconds)

    def _tried(self, case: Case, trial: Trial) -> tuple[Ending, str]:
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
        except Exception as error:  # noqa: BLE001 - an odd answer must become a finding, not end the other cases
            trial.find(
                "breaking", "", "answers in the shape of the API", f"{type(error).__name__}: {cut(str(error))}", ""
            )
        else:
            self._silent = 0
        return None
