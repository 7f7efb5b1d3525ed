"""The suite under pytest: cases become items, results become reports, in one process or over xdist's workers."""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from fakie.errors import ConfigurationError
from fakie_contract.cases.case import Case
from fakie_contract.cases.chosen import chosen_cases
from fakie_contract.child import CannotRun
from fakie_contract.closing import Closing
from fakie_contract.engine import Result
from fakie_contract.finding import Finding
from fakie_contract.opening import Engines, Found, Opening
from fakie_contract.purse.bill import Bill
from fakie_contract.purse.ledger import LedgerBroken
from fakie_contract.pytest_options import PACKAGE, option
from fakie_contract.settings import Settings

ANCHOR = PACKAGE / "suite.ini"
_COULD_NOT_RUN = 2


class Run:
    """One run: the target, this process's engines, and the results of all processes."""

    def __init__(self, config: pytest.Config) -> None:
        self.settings = Settings(lambda name: option(config, name), config.invocation_params.dir)
        self._opening = Opening(self.settings, len(getattr(config.option, "tx", None) or ()) or 1)
        self._found: Found | None = None
        self._engines: Engines | None = None
        self.closing = Closing(self.settings)
        self._why_not = ""
        self._bill: Bill | None = None
        self._interrupted = ""

    def judge(self, case: Case) -> Result:
        """Run a case on the target, and on the fake that it is compared with."""
        if self._engines is None:
            assert self._found is not None  # noqa: S101 - no case is run before the session has started
            self._engines = Engines(self._found, self.settings)
        result = self._engines.target.run(case)
        beside = result.beside(self._engines.fake.run(case)) if self._engines.fake else result
        return self.closing.clean(beside)

    def cases(self) -> Iterator[Case]:
        """Give the cases of this run."""
        settings = self.settings
        choice, pricing = settings.value("cases"), settings.pricing()
        live = settings.flag("dry-run") or (self._found is not None and self._found.live)
        cheapest = choice == "cheapest" or (live and not choice)
        return chosen_cases(settings, cheapest=cheapest, worst=lambda model, body: pricing.worst(model, body).credits)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Find the target; end the run when there is none."""
        inherited = getattr(session.config, "workerinput", None)
        if inherited is not None:
            self._found = Found(**inherited["fakie_target"])
        elif not session.config.option.collectonly:
            try:
                self.settings.check()
                _ = self.closing.judgement
                self._end_without_cases()
                if not self.settings.flag("dry-run"):
                    self._found = self._opening.find()
            except (CannotRun, ConfigurationError, LedgerBroken) as error:
                self._why_not = str(error)
                # The session has not begun, so its end will not be told.
                self.closing.write(None, self._why_not)
                pytest.exit(f"fakie could not run the suite: {error}", returncode=_COULD_NOT_RUN)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of xdist where the target is."""
        node.workerinput["fakie_target"] = self._found.as_dict() if self._found else {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Print the bill instead of running anything, when that is all that is asked for."""
        if not self.settings.flag("dry-run"):
            return None
        self._bill = Bill.of(
            [item.case for item in session.items if isinstance(item, CaseItem)], self.settings.pricing()
        )
        return True

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
        """Collect all cases under one file of the package, whatever names the user's settings look for."""
        if file_path != ANCHOR:
            return None
        collected: pytest.Collector = CaseFile.from_parent(parent, path=file_path, run=self)
        return collected

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Put a case's result on its report, so that it travels from the workers."""
        made = yield
        result = getattr(item, "result", None)
        if call.when == "call" and result is not None:
            made.fakie_result = result.as_dict()  # type: ignore[attr-defined]
        return made

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Gather the results."""
        data = getattr(report, "fakie_result", None)
        if data is not None:
            self.closing.gather(data)

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note what ended the run before its end."""
        self._interrupted = str(excinfo.value) or "interrupted"

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the bill, or sum up what came of the cases, and say where the report is."""
        if self._bill:
            terminalreporter.section("what a live run may cost")
        for line in self._bill.text() if self._bill else ():
            terminalreporter.write_line(line)
        lines = list(self.closing.lines())
        if lines:
            terminalreporter.section("fakie contract")
        for line in lines:
            terminalreporter.write_line(line)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the report and let go of the target."""
        if self._engines is not None:
            self._engines.close()
        is_judge = not hasattr(session.config, "workerinput") and not session.config.option.collectonly
        if is_judge and self._bill is None:
            stopped = self._interrupted or _stopped(session)
            self.closing.write(self._found, self._why_not, stopped, self._opening.bill())

    def pytest_unconfigure(self) -> None:
        """Stop the fakes that were started."""
        self._opening.close()

    def _end_without_cases(self) -> None:
        nothing = self.settings.nothing_to_judge()
        if nothing:
            self.closing.write(None, nothing)
            pytest.exit(nothing, returncode=0)


class CaseFile(pytest.File):
    """The file that all cases are collected under."""

    def __init__(self, *, run: Run, **node: Any) -> None:
        super().__init__(**node)
        self._run = run

    def collect(self) -> Iterator[pytest.Item]:
        """Give every case as an item."""
        for case in self._run.cases():
            yield CaseItem.from_parent(self, name=case.id, case=case, run=self._run)


class CaseItem(pytest.Item):
    """One case as pytest sees it."""

    def __init__(self, *, case: Case, run: Run, **node: Any) -> None:
        super().__init__(**node)
        self.case = case
        self._run = run
        self.result: Result | None = None

    def runtest(self) -> None:
        """Run the case; findings fail it, and what was not tried is skipped, with the reason."""
        self.result = self._run.judge(self.case)
        judgement = self._run.closing.judgement
        failing = [finding for finding in self.result.findings if judgement.fails(finding)]
        # What does not fail the run is shown all the same: as a property of the item, also in JUnit.
        self.user_properties += [judgement.note(one) for one in self.result.findings if one not in failing]
        if failing:
            raise Differs(failing)
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
    """A case has findings; the text is theirs."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("\n".join(finding.text() for finding in findings))


def _stopped(session: pytest.Session) -> str:
    """Say why a session ended before its end; empty when it did not."""
    if session.exitstatus == pytest.ExitCode.INTERNAL_ERROR:
        return "an error in the suite itself"
    stopped = session.shouldstop or session.shouldfail
    return str(stopped) if stopped else ""
