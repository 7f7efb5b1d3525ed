"""The time budget: what is over it is named, and what has no ceiling too."""

import gc
from pathlib import Path

from support.budget import CEILINGS, kind_of, over_budget
from support.some import some

TESTS = Path(__file__).parents[1]
LOOKED_FOR_GARBAGE = gc.isenabled()


def test_every_test_file_has_a_ceiling() -> None:
    """A new folder of tests needs a ceiling of its own."""
    files = some(TESTS.rglob("test_*.py"))
    assert [file.name for file in files if kind_of(str(file.relative_to(TESTS.parent))) is None] == []


def test_a_file_with_a_ceiling_of_its_own_does_not_count_for_its_folder() -> None:
    """The mutants have their own."""
    assert kind_of("tests/contract/test_mutants.py::test_x[a]") == "tests/contract/test_mutants.py"
    assert kind_of("tests/contract/test_live.py::test_y") == "tests/contract"


def test_a_kind_over_its_ceiling_or_without_one_is_named() -> None:
    """What took exactly as much of the whole as it may is within."""
    within = CEILINGS["tests/core"]
    assert "tests/core" not in over_budget({"tests/core": within, "tests/contract": 100 - within})
    assert "tests/core" in over_budget({"tests/core": within + 1, "tests/contract": 99 - within})
    assert "tests/new" in over_budget({"tests/core": 1, "tests/new": 0.1})


def test_a_machine_that_is_ten_times_as_slow_is_within_the_same_budget() -> None:
    """What counts is how much of the whole a kind takes."""
    taken = {kind: ceiling * 100 / sum(CEILINGS.values()) for kind, ceiling in CEILINGS.items()}
    assert over_budget(taken) == over_budget({kind: 10 * seconds for kind, seconds in taken.items()}) == []


def test_garbage_is_looked_for_in_tests_alone() -> None:
    """While tests are collected a look finds none, and takes a third of a second."""
    assert gc.isenabled()
    assert not LOOKED_FOR_GARBAGE
