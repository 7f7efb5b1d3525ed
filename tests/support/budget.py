"""The time budget of the tests: each kind has a ceiling, printed and checked at the end of a whole run."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

import pytest

# Seconds of tests, added up over all workers, on two cores that are shared with others; the last fitting row counts.
CEILINGS: Mapping[str, float] = {
    "tests/browser": 200,
    "tests/catalog": 240,
    "tests/clients": 60,
    "tests/commands": 300,
    "tests/compiler": 240,
    "tests/contract": 1800,
    "tests/contract/test_money.py": 800,
    "tests/contract/test_mutants.py": 500,
    "tests/core": 800,
    "tests/docs": 240,
    "tests/fuzz": 180,
    "tests/harness": 1200,
    "tests/recordings": 240,
    "tests/repository": 240,
    "tests/state": 240,
    "tests/state/redis_store": 240,
    "tests/traffic": 240,
}


def kind_of(nodeid: str) -> str | None:
    """Return the kind that a test belongs to: its file's own, else its folder's; None where there is no ceiling."""
    file = PurePosixPath(nodeid.partition("::")[0])
    return next((str(path) for path in (file, *file.parents) if str(path) in CEILINGS), None)


def seconds_by_kind(reports: Iterable[pytest.TestReport]) -> dict[str, float]:
    """Add up how long the tests of each kind took, set-up and tear-down included."""
    taken: dict[str, float] = defaultdict(float)
    for report in reports:
        taken[kind_of(report.nodeid) or f"{report.nodeid.partition('::')[0]} (no ceiling)"] += report.duration
    return dict(taken)


def over_budget(taken: Mapping[str, float]) -> list[str]:
    """Return the kinds that took longer than they may, and those that have no ceiling."""
    return [kind for kind, seconds in taken.items() if seconds > CEILINGS.get(kind, 0)]
