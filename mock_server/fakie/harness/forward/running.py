"""The threads that run Python: listed by `threading`, or begun behind its back."""

import sys
import threading
from dataclasses import dataclass
from types import FrameType


@dataclass(frozen=True)
class UnlistedThread:
    """A thread that runs Python though `threading` did not start it, and does not know it yet."""

    ident: int
    native_id: None = None

    @property
    def name(self) -> str:
        """The name that remarks call it by."""
        return str(self.ident)


AnyThread = threading.Thread | UnlistedThread


def running_threads() -> dict[threading.Thread, FrameType | None]:
    """Return the threads that `threading` lists, each with what it runs; None before it has begun, or as it ends.

    Those that Python did not start stay listed between their calls of Python, and after their end: they are left out.
    """
    frames = sys._current_frames()
    running = {each: frames.get(each.ident or 0) for each in threading.enumerate()}
    return {each: frame for each, frame in running.items() if frame or not isinstance(each, threading._DummyThread)}


def running_besides(waiting: set[threading.Thread]) -> tuple[dict[AnyThread, FrameType | None], set[int]]:
    """Return the threads but this one and those that wait, each with what it runs, and the idents of all that run."""
    here, listed, frames = threading.current_thread(), running_threads(), sys._current_frames()
    idents = {each.ident or 0 for each in listed}
    found: dict[AnyThread, FrameType | None] = {}
    found |= {each: frame for each, frame in listed.items() if each is not here and each not in waiting}
    found |= {UnlistedThread(ident): frame for ident, frame in frames.items() if ident not in idents}
    return found, idents | frames.keys()
