"""The progress of a run: one line that is written over on a terminal; elsewhere one for each tenth of the cases."""

import time
from collections.abc import Callable, Generator

import pytest

_SHARES = 10
# More often nobody reads it, and each writing costs a call of the system.
_PAUSE = 0.1


class Progress:
    """Tells how many cases have ended, in the place of pytest's dots; `now` are seconds of any clock that goes on."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._reporter: pytest.TerminalReporter | None = None
        self._now = now
        self._began = self._told_at = now()
        self._of = self._ended = self._failed = self._share = 0

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Find where to tell it; the workers of a run have nowhere."""
        self._reporter = session.config.pluginmanager.get_plugin("terminalreporter")
        if self._reporter is not None:
            # The path of our file says nothing, and would stand at the start of the line.
            self._reporter.showfspath = False

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note how many cases there are."""
        self._begin(len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Note how many cases there are: under xdist only the workers know."""
        self._begin(len(ids))

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(
        self,
    ) -> Generator[None, tuple[str, str, object], tuple[str, str, object]]:
        """Keep a report in its category, and out of what pytest prints."""
        category, _, _ = yield
        return category, "", ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count an ended case."""
        if report.when == "call":
            self._failed += report.failed
            self._ended += 1
            if self._reporter is not None:
                self._tell(self._reporter)

    def _begin(self, count: int) -> None:
        self._of, self._began = count, self._now()

    def _tell(self, reporter: pytest.TerminalReporter) -> None:
        share, last = self._ended * _SHARES // max(self._of, 1), self._ended >= self._of
        if reporter.isatty:
            if last or self._now() - self._told_at >= _PAUSE:
                self._told_at = self._now()
                reporter.rewrite(self._line(), erase=True)
        elif share > self._share:
            reporter.write_line(self._line())
        if last:
            reporter.ensure_newline()
        self._share = share

    def _line(self) -> str:
        spent = self._now() - self._began
        left = spent / self._ended * max(self._of - self._ended, 0)
        failed = f", {self._failed:,} with findings" if self._failed else ""
        return f"{self._ended:,} of {self._of:,} cases{failed}, {_clock(spent)}, about {_clock(left)} left"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"
