"""The progress of a run of `fakie test`: how many cases have ended, and how long the rest may take."""

from types import SimpleNamespace
from typing import Any

import pytest

from fakie_contract.run.progress import Progress
from support.servers.fakes import HandClock


class Reporter:
    """What of pytest's own reporter is used: lines as they are written, and those that are written over."""

    def __init__(self, *, isatty: bool) -> None:
        self.isatty = isatty
        self.showfspath = True
        self.lines: list[str] = []
        self.rewritten: list[str] = []

    def write_line(self, line: str) -> None:
        self.lines.append(line)

    def rewrite(self, line: str, *, erase: bool) -> None:
        assert erase
        self.rewritten.append(line)

    def ensure_newline(self) -> None:
        self.lines.append("")


def report_of(when: str, *, failed: bool = False) -> Any:
    return SimpleNamespace(when=when, failed=failed)


def told(reporter: Reporter, cases: int, *, seconds: float, failing: int = 0) -> Reporter:
    """Let so many cases end, each after so many seconds, the first ones with findings."""
    clock = HandClock()
    progress = Progress(lambda: clock.seconds)
    plugins = SimpleNamespace(get_plugin=lambda _: reporter)
    session: Any = SimpleNamespace(config=SimpleNamespace(pluginmanager=plugins), items=range(cases))
    progress.pytest_sessionstart(session)
    progress.pytest_collection_finish(session)
    for number in range(cases):
        clock.seconds += seconds
        for report in (report_of("setup"), report_of("call", failed=number < failing), report_of("teardown")):
            progress.pytest_runtest_logreport(report)
    return reporter


def test_a_log_has_a_line_for_each_tenth_of_the_cases() -> None:
    """With what has ended, what had findings, the time spent, and what is left at that pace."""
    lines = told(Reporter(isatty=False), 2000, seconds=0.5, failing=3).lines
    assert len([line for line in lines if line]) == 10
    assert lines[0] == "200 of 2,000 cases, 3 with findings, 1:40, about 15:00 left"
    assert lines[-2] == "2,000 of 2,000 cases, 3 with findings, 16:40, about 0:00 left"


@pytest.mark.parametrize(("seconds", "times"), [(0.5, 40), (0.01, 4)])
def test_a_terminal_has_one_line_that_is_written_over(seconds: float, times: int) -> None:
    """Not more often than can be read, the last time at the end, and what follows stands on a line of its own."""
    reporter = told(Reporter(isatty=True), 40, seconds=seconds)
    assert (len(reporter.rewritten), reporter.lines) == (times, [""])
    assert reporter.rewritten[-1].startswith("40 of 40 cases, 0:")
    assert not reporter.showfspath


def test_cases_that_other_processes_run_are_counted() -> None:
    """Under xdist the first process knows their number from the others alone."""
    reporter, clock = Reporter(isatty=False), HandClock()
    progress = Progress(lambda: clock.seconds)
    session: Any = SimpleNamespace(
        config=SimpleNamespace(pluginmanager=SimpleNamespace(get_plugin=lambda _: reporter)), items=()
    )
    progress.pytest_sessionstart(session)
    progress.pytest_xdist_node_collection_finished(["a", "b"])
    progress.pytest_runtest_logreport(report_of("call"))
    assert reporter.lines == ["1 of 2 cases, 0:00, about 0:00 left"]


def test_a_process_without_a_terminal_says_nothing() -> None:
    """The workers of a run have none."""
    progress = Progress()
    plugins = SimpleNamespace(get_plugin=lambda _: None)
    session: Any = SimpleNamespace(config=SimpleNamespace(pluginmanager=plugins), items=range(1))
    progress.pytest_sessionstart(session)
    progress.pytest_runtest_logreport(report_of("teardown"))
