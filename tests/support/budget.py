"""The time budget of the tests: each kind may take so much of a whole run, printed and checked at its end."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

import pytest

# Hundredths of the seconds that all tests of a whole run take, over all workers: a slow machine is slow for every kind.
# The last fitting row counts.
CEILINGS: Mapping[str, float] = {
    "tests/browser": 8,
    "tests/catalog": 8,
    "tests/clients": 3,
    "tests/commands": 7,
    "tests/compiler": 6,
    "tests/contract": 42,
    "tests/contract/test_money.py": 12,
    "tests/contract/test_mutants.py": 12,
    "tests/core": 18,
    "tests/docs": 8,
    "tests/fuzz": 4,
    "tests/harness": 28,
    "tests/recordings": 5,
    "tests/repository": 5,
    "tests/state": 4,
    "tests/state/redis_store": 5,
    "tests/traffic": 6,
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


def shares(taken: Mapping[str, float]) -> dict[str, float]:
    """Return the hundredths of the whole that each kind took."""
    whole = sum(taken.values()) or 1
    return {kind: 100 * seconds / whole for kind, seconds in taken.items()}


def over_budget(taken: Mapping[str, float]) -> list[str]:
    """Return the kinds that took more of the whole than they may, and those that have no ceiling."""
    return [kind for kind, share in shares(taken).items() if share > CEILINGS.get(kind, 0)]
