"""Cases in one step of pytest's, as `fakie test` runs them."""

from types import SimpleNamespace
from typing import Any

import pytest

from fakie_contract.run.one_step import OneStep


def told_of(runtest: Any) -> list[tuple[str, str]]:
    """Run an item; returns the reports that it came to: the step, and how that ended."""
    told: list[tuple[str, str]] = []
    hooks = SimpleNamespace(
        pytest_runtest_makereport=lambda item, call: (call.when, call.excinfo.typename if call.excinfo else ""),
        pytest_runtest_logreport=lambda report: told.append(report),
    )
    item: Any = SimpleNamespace(runtest=runtest, ihook=hooks)
    assert OneStep().pytest_runtest_protocol(item)
    return told


def failing() -> None:
    raise ValueError("not as expected")


def test_a_case_is_reported_and_then_over() -> None:
    """Nothing is set up for it: of thousands of cases each report is a message between processes."""
    assert told_of(lambda: None) == [("call", ""), ("teardown", "")]
    assert told_of(failing) == [("call", "ValueError"), ("teardown", "")]


@pytest.mark.parametrize("ends", [KeyboardInterrupt, pytest.exit.Exception])
def test_what_ends_the_run_goes_on(ends: type[BaseException]) -> None:
    """It is no finding of the case in which it comes."""

    def ending() -> None:
        raise ends("enough")

    with pytest.raises(ends):
        told_of(ending)
