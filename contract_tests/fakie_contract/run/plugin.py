"""The suite under pytest: cases become items, results become reports, in one process or over xdist's workers."""

import gc
import os
from collections.abc import Generator, Iterator
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NoReturn

import pytest
from msgspec import json

import fakie_contract
from fakie_contract.cases.case import Case
from fakie_contract.purse.interrupt import uninterrupted
from fakie_contract.purse.ledger import LedgerBroken
from fakie_contract.report.junit import instead_of_half, junit_file, write_without_cases
from fakie_contract.report.result import Result
from fakie_contract.report.selection import Selection, without_result
from fakie_contract.report.verdict import RunVerdict
from fakie_contract.run.bill import Bill
from fakie_contract.run.finish import RunFinish
from fakie_contract.run.items import CaseFile, CaseItem
from fakie_contract.run.settings import SuiteSettings
from fakie_contract.run.start import Engines, RunInfo, RunStart
from fakie_schemas.errors import ConfigurationError, FakieError
from fakie_schemas.files import check_writable
from fakie_schemas.options.pytest_options import text_of

ANCHOR = Path(fakie_contract.__file__).parent / "suite.ini"
# After how many new objects, and looks at these, the garbage collector looks at older ones.
_LOOKS = 10_000, 10, 1_000
_ALL_WELL = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)


class Run:
    """One run: the target, this process's engines, and the results of all processes."""

    def __init__(self, config: pytest.Config) -> None:
        self.settings = SuiteSettings.read(partial(text_of, config), config.invocation_params.dir)
        self._opening = RunStart(self.settings, len(getattr(config.option, "tx", None) or ()) or 1)
        self._found: RunInfo | None = None
        self._engines: Engines | None = None
        self.closing = RunFinish(self.settings)
        self._bill: Bill | None = None
        self._interrupted = ""
        self._has_stopped = False
        # The ids of the cases that are to be run; None before they are known.
        self._selected: list[str] | None = None

    @property
    def verdict(self) -> RunVerdict:
        """The verdict: what fails the run; raises ConfigurationError when the baseline cannot be read."""
        return self.closing.verdict

    def judge(self, case: Case, *, more_follow: bool) -> Result:
        """Run a case on the target, and on the fake that it is compared with."""
        if self._engines is None:
            assert self._found is not None  # noqa: S101 - no case is run before the session has started
            self._engines = Engines(self._found, self.settings)
        result = self._engines.target.run(case, more_follow=more_follow)
        if self._engines.fake:
            result = result.beside(self._engines.fake.run(case, more_follow=more_follow))
        return self.closing.clean(result)

    @cached_property
    def _nothing(self) -> str:
        """The reason why there is nothing to judge; empty when there is."""
        return self.settings.nothing_to_judge()

    def cases(self) -> Iterator[Case]:
        """Return the cases of this run."""
        return iter(self._chosen)

    @cached_property
    def _chosen(self) -> tuple[Case, ...]:
        """The cases of this run, made once: to be collected, and to tell at the end which were left out."""
        return () if self._nothing else tuple(self._cases(cheapest=self._is_cheapest()))

    def _cases(self, *, cheapest: bool) -> Iterator[Case]:
        pricing = self.settings.pricing()
        choice = self.settings.choice()
        return choice.cases(cheapest=cheapest, worst=lambda model, body: pricing.worst(model, body).credits)

    def _is_cheapest(self) -> bool:
        choice = self.settings.cases
        live = self.settings.dry_run or (self._found is not None and self._found.live)
        return choice == "cheapest" or (live and not choice)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Find the target; end the run when there is none."""
        # Cases and results stay to the end, and are in no circle: they are looked through no more often than needed.
        gc.set_threshold(*_LOOKS)
        inherited = getattr(session.config, "workerinput", None)
        if inherited is not None:
            told = inherited["fakie_target"]
            self._found = RunInfo(**told) if told else None
        elif not session.config.option.collectonly:
            junit = junit_file(session.config)
            self._check_apart(junit)
            try:
                self._open(junit)
            except (FakieError, KeyboardInterrupt) as error:
                self._give_up(session, str(error) or "interrupted before it began")

    def _check_apart(self, junit: Path | None) -> None:
        """End the run, nothing written, when a file that is to be written is another one of the run as well."""
        try:
            self.settings.check_apart(junit)
        except ConfigurationError as error:
            raise pytest.UsageError(f"fakie could not run the suite: {_as_called(str(error))}") from error

    def _open(self, junit: Path | None) -> None:
        """Find the target, where there is anything to judge."""
        self.settings.check()
        if junit:
            check_writable(junit)
        _ = self.verdict
        if not self._nothing and not self.settings.dry_run:
            self._found = self._opening.find()

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker of xdist where the target is."""
        found = self._opening.for_another(self._found) if self._found else None
        node.workerinput["fakie_target"] = found.as_dict() if found else {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note which cases are to be run."""
        if session.items:
            self._selected = [item.name for item in session.items]
        # What has been made for all cases stays to the end: no collection needs to look through it again.
        gc.freeze()

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Note which cases are to be run: under xdist only the workers know."""
        self._selected = [name.partition("::")[2] for name in ids]

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Print the bill instead of running anything, when that is all that is asked for."""
        if self._nothing or not self.settings.dry_run:
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
            # As one text: xdist takes longer over each value by itself.
            made.fakie_result = json.encode(result).decode()  # type: ignore[attr-defined]
        return made

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Gather the results."""
        data = getattr(report, "fakie_result", None)
        if data is not None:
            self.closing.gather(json.decode(data, type=Result))
        elif report.outcome not in ("passed", "skipped"):
            # A worker that died, or an error in the suite itself, also one that another plugin tries again.
            self._interrupted = self.closing.clean_text(f"{report.nodeid}: {report.longrepr}")[-300:]

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note what ended the run before its end; no process sends another create."""
        self._opening.stop()
        self._interrupted = str(excinfo.value) or "interrupted"

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the bill, or sum up what came of the cases, and say where the report is."""
        if self._bill:
            terminalreporter.section("what a live run may cost")
        for line in self._bill.text() if self._bill else ():
            terminalreporter.write_line(line)
        if self._bill and (self.settings.report or self.settings.html):
            terminalreporter.write_line("No report is written: nothing was sent, so nothing was judged.")
        lines = list(self.closing.lines())
        if lines:
            terminalreporter.section("fakie contract")
        for line in lines:
            terminalreporter.write_line(line)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, object, object]:
        """Write the report, whatever has become of pytest's own file, and let go of the target."""
        try:
            return (yield)
        except OSError as error:
            self.closing.failed.append(instead_of_half(session.config, error))
            return None
        finally:
            self._finish(session)

    def _finish(self, session: pytest.Session) -> None:
        if self._engines is not None:
            self._engines.close()
        terminal = session.config.pluginmanager.get_plugin("terminalreporter")
        if isinstance(terminal, pytest.TerminalReporter):
            # It looks through all that has passed for each that failed: minutes, where there are thousands of both.
            terminal.stats.pop("", None)
        is_judge = not hasattr(session.config, "workerinput") and not session.config.option.collectonly
        if is_judge and self._bill is None:
            # Ctrl-C has to wait: a report that is late is better than none.
            with suppress(KeyboardInterrupt), uninterrupted():
                self._close(session)

    def pytest_unconfigure(self) -> None:
        """Stop the fakes that were started."""
        with suppress(LedgerBroken):
            self._opening.close(interrupted=self._has_stopped)

    def _close(self, session: pytest.Session) -> None:
        if self._nothing:
            self.closing.write(None, self._nothing)
            # Tests of others that run beside the suite may have failed.
            if session.exitstatus in _ALL_WELL:
                session.exitstatus = pytest.ExitCode.OK
            return
        bill = None
        try:
            bill = self._opening.bill()
        except LedgerBroken as error:
            self._interrupted = str(error)
        stopped = self._interrupted or self.closing.stopped or _stopped(session)
        self._has_stopped = bool(stopped)
        late = self._opening.overcharged()
        if late:
            self.closing.gather(late)
            if any(self.verdict.fails(one) for one in late.findings) and session.exitstatus in _ALL_WELL:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED
        selection = self._selection(session, stopped)
        self.closing.write(self._found, "", self.closing.clean_text(stopped), bill, selection)
        held = session.exitstatus == pytest.ExitCode.OK
        if stopped or self.closing.failed or (held and not self.closing.complete):
            session.exitstatus = pytest.ExitCode.INTERRUPTED

    def _selection(self, session: pytest.Session, stopped: str) -> Selection:
        """Say what was chosen; what was and came to no result is gathered as not run."""
        settings, option = self.settings, session.config.option
        cheapest, narrowed = self._is_cheapest(), bool(option.keyword or option.deselect)
        selected = self._selected or []
        chosen = list(self.cases()) if cheapest or narrowed or len(selected) > len(self.closing.ended) else []
        for case in without_result(chosen, selected, self.closing.ended):
            self.closing.gather(Result.of_case(case, "not_run", f"the run ended before it: {stopped}"))
        dearer = [case.id for case in self._cases(cheapest=False)] if cheapest else []
        known = {case.id for case in chosen}
        return Selection(
            settings.models(),
            "replay" if settings.replay else "cheapest" if cheapest else "all",
            f"-k {option.keyword!r}" if option.keyword else "--deselect" if narrowed else "",
            len(chosen) - len(selected) if narrowed else 0,
            tuple(name for name in dearer if name not in known),
        )

    def _give_up(self, session: pytest.Session, why: str) -> NoReturn:
        """End a session that has not begun, so that its end will not be told: the reports say why."""
        why = _as_called(self.closing.clean_text(why))
        self.closing.write(None, why)
        junit = junit_file(session.config)
        if junit:
            with suppress(ConfigurationError):
                write_without_cases(junit, why)
        # One line on stderr; pytest.exit would print it twice, with its own names around it.
        raise pytest.UsageError(f"fakie could not run the suite: {why}")


def _as_called(why: str) -> str:
    """Name options as the command does that was called: `fakie test` has no prefix, and one under another name."""
    if not os.environ.get("FAKIE_STARTED_BY"):
        return why
    return why.replace("--fakie-expect", "--profile").replace("--fakie-", "--").replace("--junitxml", "--junit")


def _stopped(session: pytest.Session) -> str:
    """Say why a session ended before its end; empty when it did not."""
    if session.exitstatus == pytest.ExitCode.INTERNAL_ERROR:
        return "an error in the suite itself"
    if session.exitstatus == pytest.ExitCode.USAGE_ERROR:
        return "pytest cannot use an option, such as the words of -k; its last line says why"
    stopped = session.shouldstop or session.shouldfail
    return str(stopped) if stopped else ""
