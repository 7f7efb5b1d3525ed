"""Cases in one step of pytest's, as `fakie test` runs them."""

from types import SimpleNamespace
from typing import Any

import pytest

from fakie_contract import pytest_options
from fakie_contract.run.items import CaseItem
from fakie_contract.run.one_step import OneStep


def told_of(runtest: Any, junit: str | None = None) -> list[tuple[str, str]]:
    """Run an item; returns the reports that it came to: the step, and how that ended."""
    told: list[tuple[str, str]] = []
    hooks = SimpleNamespace(
        pytest_runtest_makereport=lambda item, call: (call.when, call.excinfo.typename if call.excinfo else ""),
        pytest_runtest_logreport=lambda report: told.append(report),
    )
    config = SimpleNamespace(option=SimpleNamespace(xmlpath=junit))
    item: Any = SimpleNamespace(runtest=runtest, ihook=hooks, config=config)
    assert OneStep().pytest_runtest_protocol(item, None)
    return told


def failing() -> None:
    raise ValueError("not as expected")


def test_a_case_is_reported_once() -> None:
    """Nothing is set up for it: of thousands of cases each report is a message between processes."""
    assert told_of(lambda: None) == [("call", "")]
    assert told_of(failing) == [("call", "ValueError")]


def test_a_file_of_junit_is_told_that_a_case_is_over() -> None:
    """It closes the entry with that report, and has the notes on the case from there."""
    assert told_of(failing, "junit.xml") == [("call", "ValueError"), ("teardown", "")]


@pytest.mark.parametrize(("after", "follows"), [("a case", True), ("a test", False), ("", False)])
def test_a_case_knows_whether_another_one_follows(after: str, follows: bool) -> None:
    """What both have cost may then be read after that one; what the last one has cost is read at once."""
    item: Any = CaseItem.__new__(CaseItem)
    item.more_follow = not follows
    item.runtest = lambda: None
    item.config = SimpleNamespace(option=SimpleNamespace(xmlpath=None))
    with pytest.MonkeyPatch.context() as patch:
        hooks = SimpleNamespace(pytest_runtest_makereport=lambda **_: None, pytest_runtest_logreport=lambda **_: None)
        patch.setattr(CaseItem, "ihook", hooks)
        OneStep().pytest_runtest_protocol(item, {"a case": item, "a test": SimpleNamespace()}.get(after))
    assert item.more_follow is follows


@pytest.mark.parametrize("ends", [KeyboardInterrupt, pytest.exit.Exception])
def test_what_ends_the_run_goes_on(ends: type[BaseException]) -> None:
    """It is no finding of the case in which it comes."""

    def ending() -> None:
        raise ends("enough")

    with pytest.raises(ends):
        told_of(ending)


@pytest.mark.parametrize(("starter", "steps"), [("1", 1), ("", 0)])
def test_only_fakie_test_runs_cases_so(starter: str, steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who runs pytest itself may have plugins that know its three steps."""
    monkeypatch.setenv("FAKIE_STARTED_BY", starter)
    monkeypatch.setattr("fakie_contract.run.plugin.Run", lambda _: object())
    registered: list[object] = []
    manager = SimpleNamespace(register=lambda plugin, _: registered.append(plugin))
    option = SimpleNamespace(pyargs=True)
    config: Any = SimpleNamespace(args=["fakie_contract"], option=option, pluginmanager=manager)
    pytest_options.pytest_configure(config)
    assert registered
    assert sum(isinstance(plugin, OneStep) for plugin in registered) == steps
