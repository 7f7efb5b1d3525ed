"""What requests leave in circles is freed, though what survives a look is looked at only rarely."""

import gc
import weakref
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from fakie.adapters.garbage import GarbageLooks
from fakie.cli import program
from fakie_schemas.errors import ConfigurationError

OFTEN, SELDOM = 1_000, 1_000_000


class Knot:
    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def looks() -> Iterator[GarbageLooks]:
    looks = GarbageLooks()
    with looks.alone():
        yield looks
    gc.unfreeze()


def hear(looks: GarbageLooks, entries: int) -> None:
    for _ in range(entries):
        looks.entry(None)


def test_new_circles_are_freed_after_a_thousand_entries(looks: GarbageLooks) -> None:
    """Not before: nobody waits for a look at each of them."""
    gone = weakref.ref(Knot())
    hear(looks, OFTEN - 1)
    assert gone() is not None
    hear(looks, 1)
    assert gone() is None


def test_circles_that_outlived_a_look_are_freed_after_a_million_entries(looks: GarbageLooks) -> None:
    """Looks at the new do not find them; and what else survived is never looked at in between."""
    circle = Knot()
    hear(looks, OFTEN)
    gone = weakref.ref(circle)
    del circle
    hear(looks, SELDOM - 2 * OFTEN)
    assert gone() is not None
    hear(looks, OFTEN)
    assert gone() is None


def test_what_is_alive_is_kept(looks: GarbageLooks) -> None:
    """Through looks of both kinds."""
    circle = Knot()
    hear(looks, SELDOM + OFTEN)
    assert circle.itself is circle


def test_a_fake_that_could_not_be_served_leaves_the_looks_of_its_process_as_they_were() -> None:
    """Whoever calls the program from Python goes on, and what it leaves in circles is found as before."""
    usual = gc.get_threshold()
    refused = CliRunner().invoke(program, ["serve", "--replay-miss", "refuse"])
    assert isinstance(refused.exception, ConfigurationError)
    assert gc.get_threshold() == usual
