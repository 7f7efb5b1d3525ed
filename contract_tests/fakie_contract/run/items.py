"""Cases as pytest sees them: one file that holds all, and an item for each."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from fakie_contract.cases.case import Case
from fakie_contract.report.result import Result
from fakie_contract.report.verdict import RunVerdict
from fakie_schemas.rules.difference import Difference


class ItemRun(Protocol):
    """The parts of a run that its pytest items need."""

    @property
    def verdict(self) -> RunVerdict:
        """The verdict: what fails the run."""

    def cases(self) -> Iterator[Case]:
        """Return the cases of the run."""

    def judge(self, case: Case, *, more_follow: bool) -> Result:
        """Run a case; `more_follow` in this process."""


class CaseFile(pytest.File):
    """The file that all cases are collected under."""

    def __init__(self, *, run: ItemRun, **node: Any) -> None:
        super().__init__(**node)
        self._run = run

    def collect(self) -> Iterator[pytest.Item]:
        """Return every case as an item."""
        for case in self._run.cases():
            yield CaseItem.from_parent(self, name=case.id, case=case, run=self._run)


class CaseItem(pytest.Item):
    """One case as pytest sees it."""

    def __init__(self, *, case: Case, run: ItemRun, **node: Any) -> None:
        super().__init__(**node)
        self.case = case
        self._run = run
        self.result: Result | None = None
        self.more_follow = False

    def runtest(self) -> None:
        """Run the case; findings fail it, and what was not tried is skipped, with the reason.

        Another plugin may try a failed test again: the case is not, since it may cost, and ends as it has ended.
        """
        if self.result is None:
            self.result = self._run.judge(self.case, more_follow=self.more_follow)
        verdict = self._run.verdict
        failing = [finding for finding in self.result.findings if verdict.fails(finding)]
        # What does not fail the run is shown all the same: as a property of the item, also in JUnit.
        self.user_properties += [verdict.note(one) for one in self.result.findings if one not in failing]
        if failing:
            raise Differs(self.case.id, failing)
        if self.result.ending == "findings":
            return
        if self.result.ending != "held":
            pytest.skip(f"{self.result.ending.replace('_', ' ')}: {self.result.reason}")

    def repr_failure(self, excinfo: Any, style: Any = None) -> Any:
        """Show findings as such, and anything else as pytest would."""
        if isinstance(excinfo.value, Differs):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Say what this is in pytest's own lists."""
        return self.path, None, self.case.id


class Differs(Exception):
    """A case has findings, or shows those of earlier ones; the text is theirs."""

    def __init__(self, case: str, findings: list[Difference]) -> None:
        told = ("" if one.case == case else f"of {one.case}: " for one in findings)
        super().__init__("\n".join(of + one.text() for of, one in zip(told, findings, strict=True)))
