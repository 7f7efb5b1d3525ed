"""The one step of a case in `fakie test`, in the place of pytest's three: nothing is set up for it, nor taken down."""

from collections.abc import Callable
from typing import Literal

import pytest

from fakie_contract.run.items import CaseItem

_ENDS_ALL = (pytest.exit.Exception, KeyboardInterrupt)


class OneStep:
    """Runs each case in one step, where no other plugin looks for more: each is work, and a message of xdist's."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run a case and report it."""
        if isinstance(item, CaseItem):
            item.more_follow = isinstance(nextitem, CaseItem)
        _report(item, "call", item.runtest)
        if item.config.option.xmlpath:
            # With this a file of JUnit closes the entry of a case.
            _report(item, "teardown", _nothing)
        return True


def _report(item: pytest.Item, when: Literal["call", "teardown"], act: Callable[[], None]) -> None:
    call = pytest.CallInfo.from_call(act, when, _ENDS_ALL)
    report = item.ihook.pytest_runtest_makereport(item=item, call=call)
    item.ihook.pytest_runtest_logreport(report=report)


def _nothing() -> None:
    pass
