"""Looks at code under test that goes round without waiting: the same time and again, unless it does something."""

import asyncio
import datetime
import sys
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import islice
from types import FrameType
from typing import Any, NamedTuple

from msgspec import Struct, field

from fakie.harness.forward.callers import asker, own_place, package_of, place_of
from fakie.harness.forward.left_timers import LeftTimers

# What counts and reads clocks changes in loops that do nothing else.
_NUMBERS = (int, float, datetime.date, datetime.time, datetime.timedelta)
_DEEP = 8
# How many tasks of an event loop that waits are named.
_NAMED = 3
_LIBRARIES = frozenset({"asyncio", "trio", "anyio", "uvloop", "types"})
# By their attributes: coroutines, generators and what Cython makes of them.
_FRAMES, _NEXT = ("cr_frame", "gi_frame"), ("cr_await", "gi_yieldfrom")


Loop = asyncio.AbstractEventLoop


class LoopSight(Struct):
    """One look: places and the objects known there, numbers apart; of what is `held` nothing else gets the identity."""

    words: str
    places: Hashable = ()
    numbers: list[object] = field(default_factory=list)
    held: list[object] = field(default_factory=list)

    def add(self, frames: Iterable[FrameType]) -> Hashable:
        """Look at some frames; return what tells their places."""
        seen: list[Hashable] = []
        for frame in frames:
            known = list(frame.f_locals.values())
            self.numbers += [each for each in known if isinstance(each, _NUMBERS)]
            kept = [each for each in known if not isinstance(each, _NUMBERS)]
            self.held += kept
            seen.append((frame.f_code, frame.f_lasti, tuple(map(id, kept))))
        return tuple(seen)


def _raise(error: Exception) -> None:
    raise error


class LoopTurn(NamedTuple):
    """The end of a turn without a wait: how to look at whoever made it, and how to stop him with an error.

    `seconds_to_next` says how far away the next moment is that he has set himself.
    """

    look: Callable[[], LoopSight]
    stop: Callable[[Exception], object] = _raise
    seconds_to_next: Callable[[], float | None] = lambda: None


def _sight_of_thread(frame: FrameType | None) -> LoopSight:
    """Look at the calling thread, from a frame outwards."""
    frame = asker(frame)
    sight = LoopSight(place_of(frame))
    sight.places = sight.add(islice(_outwards(frame), _DEEP))
    return sight


def sight_of_loop(loop: Loop) -> LoopSight:
    """Look at the tasks of an event loop, in its own thread and between its turns."""
    return _sight_of(_tasks_of(loop), _first_callback(loop))


def _sight_of_trio() -> LoopSight:
    """Look at the tasks of trio's loop that runs in this thread, between its turns."""
    return _sight_of(_tasks_of_trio(), "?")


def _tasks_of(loop: Loop) -> list[Any]:
    return [task.get_coro() for task in sorted(asyncio.all_tasks(loop), key=id)]


def _tasks_of_trio() -> list[Any]:
    return [task.coro for task in _below(sys.modules["trio"].lowlevel.current_root_task())]


def place_of_wait(frame: FrameType | None) -> str:
    """Return where the code under test waits, in a frame outwards; of an event loop, where some of its tasks do.

    Of a loop whose tasks have no code but libraries', it is where the loop was started.
    """
    asking = own_place(frame)
    package = package_of(asking)
    loop = asyncio._get_running_loop() if package == "asyncio" else None
    tasks = _tasks_of(loop) if loop else _tasks_of_trio() if package == "trio" else []
    owns = filter(None, (_own(_awaited(task)[0]) for task in tasks))
    places = sorted({place_of(own) for own in owns})[:_NAMED]
    return ", ".join(places) or place_of(_own([*_outwards(asking)][::-1]) or asking)


def _sight_of(coroutines: Iterable[Any], otherwise: str) -> LoopSight:
    sight, yielding, seen = LoopSight(otherwise), "", []
    for coroutine in coroutines:
        frames, yields = _awaited(coroutine)
        seen.append((id(coroutine), sight.add(frames)))
        sight.held.append(coroutine)
        if yields and not yielding:
            yielding = place_of(_own(frames))
    sight.places = tuple(seen)
    sight.words = yielding or otherwise
    return sight


def _own(frames: Sequence[FrameType]) -> FrameType | None:
    return next((frame for frame in reversed(frames) if package_of(frame) not in _LIBRARIES), None)


def _awaited(coroutine: Any) -> tuple[list[FrameType], bool]:
    """Return the frames of a coroutine and of those that it awaits, and whether it waits for nothing."""
    frames: list[FrameType] = []
    while coroutine is not None:
        frame = _first(coroutine, _FRAMES)
        if frame is None:
            return frames, False
        frames.append(frame)
        coroutine = _first(coroutine, _NEXT)
    # Trio's tasks all end in a bare yield.
    return frames, all(frame.f_code.co_name != "wait_task_rescheduled" for frame in frames)


def _first(thing: Any, names: Iterable[str]) -> Any:
    return next((found for name in names if (found := getattr(thing, name, None)) is not None), None)


def _outwards(frame: FrameType | None) -> Iterator[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back


def _below(task: Any) -> Iterator[Any]:
    yield task
    for nursery in task.child_nurseries:
        for child in nursery.child_tasks:
            yield from _below(child)


def _first_callback(loop: Any) -> str:
    """Return where a callback lies that the loop is about to make, as it tells of it itself."""
    for handle in getattr(loop, "_ready", ()):
        return repr(handle).rpartition("/")[2].rstrip(">")
    return f"a callback of {type(loop).__module__}"


def whose_turn(frame: FrameType | None, left: LeftTimers) -> LoopTurn:
    """Return the turn that a frame ends: of an event loop that asks for events, or of the thread itself."""
    package = package_of(asker(frame))
    # None where somebody turns it by hand.
    loop = asyncio._get_running_loop() if package == "asyncio" else None
    if loop is not None:
        return LoopTurn(lambda: sight_of_loop(loop), seconds_to_next=lambda: left.seconds_to_next(loop))
    if package == "trio":
        lowlevel = sys.modules["trio"].lowlevel
        return LoopTurn(
            _sight_of_trio, _stop_trio, lambda: float(lowlevel.current_statistics().seconds_to_next_deadline)
        )
    return LoopTurn(lambda: _sight_of_thread(frame))


def _stop_trio(error: Exception) -> None:
    async def stop() -> None:
        raise error

    # What its own parts raise between tasks would leave these behind.
    sys.modules["trio"].lowlevel.spawn_system_task(stop)
