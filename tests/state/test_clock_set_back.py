"""A system's clock that is set while a fake is served: tasks take their seconds, and nothing goes back."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from fakie.commands.keeping import InFile
from fakie.core.clock import ForwardClock, Now
from fakie.core.settings import Settings
from support.clients.doors import Door, open_door
from support.servers.fakes import Collector, HandClock, new_service

HOUR = 3600


class Machine:
    """A machine whose wall clock can be set, beside the steady one."""

    def __init__(self) -> None:
        self.wall, self.steady = HandClock(), HandClock()

    def go_on(self, seconds: float) -> None:
        """Let so much time pass."""
        self.wall.seconds += seconds
        self.steady.seconds += seconds


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def start(machine: Machine, sent: Collector, tmp_path: Path) -> Iterator[Callable[[], Door]]:
    """Start a fake on one state, once the last one has stopped; each begins with a clock of its own."""
    with ExitStack() as opened:

        def begin() -> Door:
            opened.close()
            clock = ForwardClock(machine.wall, machine.steady)
            kept = opened.enter_context(closing(InFile(tmp_path / "a.state", None, clock)))
            service = new_service(Settings(), sent, kept.now, seed=None, store=kept.store, secret=kept.secret)
            return opened.enter_context(open_door("direct", service))

        yield begin


@pytest.mark.parametrize("restart", [False, True])
def test_a_task_takes_its_seconds_when_the_clock_is_set_back(
    start: Callable[[], Door], machine: Machine, *, restart: bool
) -> None:
    """It ends after them, also over a restart, and tasks that are made later come after it."""
    door = start()
    early = door.new_task()
    machine.wall.seconds -= HOUR
    if restart:
        door = start()
    machine.go_on(4)
    assert door.record(early)["state"] != "success"
    late = door.new_task()
    machine.go_on(1)
    ended = door.record(early)
    assert ended["completeTime"] - ended["createTime"] == 5000
    assert door.record(late)["createTime"] - ended["createTime"] == 4000


def test_a_clock_that_is_put_right_is_followed(start: Callable[[], Door], machine: Machine) -> None:
    """What was behind for a while is not ahead for ever, and time that a machine slept has passed."""
    start().new_task()
    machine.wall.seconds -= HOUR
    door = start()
    machine.wall.seconds += 2 * HOUR
    task = door.new_task()
    assert door.record(task)["createTime"] == int(machine.wall.seconds * 1000)
    machine.wall.seconds += HOUR
    assert door.record(task)["state"] == "success"


def test_a_state_of_a_time_to_come_is_told_with_it(sent: Collector, tmp_path: Path) -> None:
    """By the first line, for all that is made from then on is dated so; no other state has a word of it."""

    def told(clock_of: Callable[[InFile], Now]) -> str:
        kept = InFile(tmp_path / "a.state", None)
        with closing(kept):
            service = new_service(Settings(), sender=sent, clock=clock_of(kept), store=kept.store, secret=kept.secret)
            said = kept.told(service)
            with open_door("direct", service) as door:
                door.new_task()
            return said

    assert told(lambda kept: kept.now).endswith("0 tasks")
    assert told(lambda _: lambda: 4_000_000_000.0).endswith("1 task")
    assert "1 task; goes on from its newest task, 2096-10-02 " in told(lambda kept: kept.now)
