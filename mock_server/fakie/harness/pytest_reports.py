"""Reports of pytest about fakes: a section where a test failed, and the summary. Imports nothing but pytest before.

A test that passes costs a look at its stash and the judge of its conduct.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import pytest

from fakie_schemas.options.variables import unread_variables

if TYPE_CHECKING:
    from fakie.adapters.reach.reach import Reach
    from fakie.core.conduct.finding import ConductFinding
    from fakie.harness.fake import Fake
    from fakie_schemas.rules.difference import Difference

FAKE: pytest.StashKey[Fake] = pytest.StashKey()
REACH: pytest.StashKey[Reach] = pytest.StashKey()
# What the test has found about webhook receivers.
OF_RECEIVERS: pytest.StashKey[list[Difference]] = pytest.StashKey()
_EXPLAINED: pytest.StashKey[bool] = pytest.StashKey()
# The test that ends just now: what a shared fake has to say at its end travels with its report.
_ENDING: pytest.StashKey[pytest.Item] = pytest.StashKey()
# Properties travel with the report, also from xdist's workers.
REFUSED, TIME, THREADS = "fakie_refused", "fakie_time", "fakie_threads"
_CONDUCT, _INSTEAD = "fakie_conduct", "fakie_instead"
_TITLES = {
    _CONDUCT: "conduct of the client",
    REFUSED: "calls that were refused",
    TIME: "real time in tests that skip it",
    THREADS: "threads that outlive their test",
}
_NAMES = frozenset({*_TITLES, _INSTEAD})
# The numbers that tell apart what is said of one thing: those of threads, and how long or how often.
_NUMBERS = {THREADS: r"\d+", TIME: r"(?<=Thread-)\d+|\d+(?= (?:ms|times)\b)"}


class Reports:
    """The hooks of pytest that write reports."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[Any]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Add what the fake saw to the report of a test that failed, and hide the frames of fakie's own code."""
        node = next((node for node in reversed(item.listchain()) if FAKE in node.stash), None)
        # The error of a unittest.TestCase is not known here yet.
        if node is not None and (call.excinfo or _is_unittest(item)):
            report = yield from _explained(item, call, node)
        else:
            report = yield
        if call.when == "teardown":
            _forget(item)
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_keyboard_interrupt(self) -> Generator[None, None, None]:
        """Let pytest name the place of the code under test at which it was, and not that of a stand-in for a wait."""
        if "fakie.harness.fake" not in sys.modules:
            return (yield)
        from fakie.harness.red_report import own_frames_hidden

        with own_frames_hidden():
            return (yield)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        """Remember who ends: shared fakes may end with it; and give way to plugins that put back what was there."""
        item.session.stash[_ENDING] = item
        if REACH in item.stash:
            item.stash[REACH].give_way()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """List what clients should not have done, calls that were not let out, what took real time, what goes on."""
        for name, title in _TITLES.items():
            told = _told(terminalreporter, name)
            lines = (
                _of_each_kind(told, _NUMBERS[name])
                if name in _NUMBERS
                else [f"{node}: {value}" for node, value in told]
            )
            instead = dict.fromkeys(value for _, value in _told(terminalreporter, _INSTEAD)) if name == _CONDUCT else ()
            _show(terminalreporter, title, [*lines, *instead] if lines else [])
        _show(terminalreporter, "variables of the environment", list(unread_variables(os.environ)))


def _show(reporter: pytest.TerminalReporter, title: str, lines: Sequence[str]) -> None:
    if lines:
        reporter.section(f"fakie: {title}")
    for line in lines:
        reporter.write_line(line)


def _of_each_kind(told: Iterable[tuple[str, str]], numbers: str) -> list[str]:
    """Return a line for all that differ by these numbers alone: what a fixture has started is there in every test."""
    kinds: dict[str, list[tuple[str, str]]] = {}
    for nodeid, value in told:
        kinds.setdefault(re.sub(numbers, "N", value), []).append((nodeid, value))
    lines = []
    for alike in kinds.values():
        (nodeid, value), tests = alike[0], len({each for each, _ in alike})
        others = f"; the first of {len(alike)} alike, in {tests} test{'s' if tests > 1 else ''}"
        lines.append(f"{nodeid}: {value}{others if len(alike) > 1 else ''}")
    return lines


def report_conduct(findings: Sequence[ConductFinding], node: pytest.Item, *, fails: bool, shared_by: str = "") -> None:
    """Write findings down for the summary; with `fails` serious ones fail the test.

    `shared_by` is whose fake it was where several tests share one.
    """
    of_whom = f" of a fake that {shared_by} shares" if shared_by else ""
    for finding in findings:
        node.user_properties.append((_CONDUCT, f"{finding}{of_whom}"))
        if finding.serious:
            node.user_properties.append((_INSTEAD, f"{finding.rule}: instead, {finding.instead}"))
    if fails and any(finding.serious for finding in findings):
        from fakie.core.conduct.finding import in_words

        pytest.fail(f"the client's conduct{of_whom}:\n{in_words(findings)}", pytrace=False)


def report_shared_conduct(findings: Sequence[ConductFinding], node: pytest.Collector, *, fails: bool) -> None:
    """Write down what a fake that tests share has found at its end, beside the last of its tests."""
    last = node.session.stash.get(_ENDING, None)
    if last is not None:
        report_conduct(findings, last, fails=fails, shared_by=node.nodeid or "the session")


def _explained(
    item: pytest.Item, call: pytest.CallInfo[Any], node: Any
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    from fakie.harness.red_report import last_refusal, own_frames_hidden, section

    fake, error = node.stash[FAKE], call.excinfo.value if call.excinfo else None
    if isinstance(error, Exception) and (refusal := last_refusal(fake)):
        error.add_note(f"fakie: {refusal}")
    # A bug of fakie's own is shown with its frames, and what is nothing but a message has none.
    shown = error in fake.service.bugs or (isinstance(error, pytest.fail.Exception) and not error.pytrace)
    with nullcontext() if shown else own_frames_hidden():
        report = yield
    if report.failed and not item.stash.get(_EXPLAINED, False):
        item.stash[_EXPLAINED] = True
        of_receivers: list[Difference] = item.stash.get(OF_RECEIVERS, [])
        seen = section(fake, node.stash[REACH].refusals, of_receivers)
        report.sections.append(("fakie", seen))
    return report


def _forget(item: pytest.Item) -> None:
    # Items live as long as the session, and a fake holds all that its test sent.
    keys: tuple[pytest.StashKey[Any], ...] = (FAKE, REACH, OF_RECEIVERS, _EXPLAINED)
    for key in keys:
        if key in item.stash:
            del item.stash[key]
    # They are in the report by now, and a test that is run again begins without them.
    item.user_properties[:] = [each for each in item.user_properties if each[0] not in _NAMES]


def _is_unittest(item: pytest.Item) -> bool:
    unittest = sys.modules.get("unittest")
    return unittest is not None and issubclass(getattr(item, "cls", None) or object, unittest.TestCase)


def _told(terminalreporter: pytest.TerminalReporter, name: str) -> Iterator[tuple[str, str]]:
    reports = (report for found in terminalreporter.stats.values() for report in found)
    for report in reports:
        if getattr(report, "when", None) == "teardown":
            yield from ((report.nodeid, value) for kind, value in report.user_properties if kind == name)
