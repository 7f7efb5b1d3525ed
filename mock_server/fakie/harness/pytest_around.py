"""A test's other fixtures: while they are set up before its fake, or end after it, no call leaves this machine.

Imports nothing but pytest before a test asks for a fake.
"""

from __future__ import annotations

from typing import Any

import pytest

from fakie.harness.pytest_reports import REFUSED

_BEGUN: pytest.StashKey[bool] = pytest.StashKey()


class AroundFixtures:
    """The hook of pytest that sees fixtures begin."""

    @pytest.hookimpl(tryfirst=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> None:
        """Refuse calls from the first fixture of a test with a fake until the last one has ended."""
        item = request.node
        if fixturedef.scope == "function" and _BEGUN not in item.stash and "fakie" in getattr(item, "fixturenames", ()):
            _refuse(item)


def _refuse(item: pytest.Item) -> None:
    from fakie.adapters.reach.around import AroundFake

    around = AroundFake(item.nodeid)

    def end() -> None:
        del item.stash[_BEGUN]
        around.end()
        item.user_properties.extend((REFUSED, line) for line in around.refusals)

    item.stash[_BEGUN] = True
    around.begin()
    # Before those of the fixtures themselves, and so carried out after them.
    item.addfinalizer(end)
