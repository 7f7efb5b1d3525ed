"""Waits that began before time was skipped: no skipped second ends them, and whoever waits may look for work then."""

import threading
from collections.abc import Iterator
from types import FrameType

from msgspec import Struct

from fakie.harness.forward.callers import Callers, asker, place_of
from fakie.harness.forward.doubts import Worker
from fakie.harness.forward.running import current_frames
from fakie.harness.forward.threads import called_at

# The longest wait for an event (seconds) of those that look for work meanwhile: as often as workers of queues look.
_LONGEST = 1.0


class _Wait(Struct, frozen=True):
    """One wait: the frame it is in, by its identity, the instruction there, and words for the summary."""

    frame: int
    instruction: int
    words: str


class BegunBefore:
    """Looks at threads that looked now and then for work when the skipping of time began, and slept just then.

    Once awake they wait by the stand-ins. When that is cannot be told, and most, such as one that only reports now and
    then, are of no use to a test. Who waits for a lock, a queue or a descriptor is woken by what comes.
    """

    def __init__(self, callers: Callers) -> None:
        frames, here = current_frames(), threading.current_thread()
        threads = [each for each in threading.enumerate() if each is not here and not callers.is_tool(each)]
        found = {each: _wait_in(each, frames.get(each.ident or 0)) for each in threads}
        self._waits = {each: wait for each, wait in found.items() if wait is not None}

    def at_work(self, waiting: set[threading.Thread]) -> Iterator[Worker]:
        """Name those that still wait so, and may look for work once they wake."""
        if self._waits:
            frames = current_frames()
            self._waits = {
                thread: wait
                for thread, wait in self._waits.items()
                if thread not in waiting and _wait_in(thread, frames.get(thread.ident or 0)) == wait
            }
        return (Worker(wait, wait.words) for wait in self._waits.values())


def _wait_in(thread: threading.Thread, frame: FrameType | None) -> _Wait | None:
    if frame is None or not (_sleeps(frame) or _looks_at_event(frame)):
        return None
    words = f"thread {thread.name!r} at {place_of(asker(frame))}, in a wait that began before time was skipped"
    return _Wait(id(frame), frame.f_lasti, words)


def _sleeps(frame: FrameType) -> bool:
    return called_at(frame.f_code, frame.f_lasti) == "sleep"


def _looks_at_event(frame: FrameType) -> bool:
    """Tell whether a thread waits for an event, as those do that look for work until they are to stop."""
    event = frame.f_back
    if event is None or event.f_code is not threading.Event.wait.__code__:
        return False
    seconds = event.f_locals.get("timeout")
    return isinstance(seconds, float | int) and seconds <= _LONGEST
