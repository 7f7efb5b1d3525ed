"""The threads that run Python: listed by `threading`, or begun behind its back."""

import gc
import sys
import threading
from collections.abc import Callable, Iterator
from operator import call
from types import FrameType
from typing import Any, TypeVar, cast

from msgspec import Struct

T = TypeVar("T")

# Of every thread, also of one that has not begun to run Python; only CPython tells of those.
_states = getattr(sys, "_current_exceptions", sys._current_frames)
# From CPython 3.12 on garbage is collected between steps of Python alone.
_COLLECTS_ANYWHERE = sys.implementation.name == "cpython" and sys.version_info < (3, 12)


class UnlistedThread(Struct, frozen=True, weakref=True):
    """A thread that runs Python though `threading` did not start it, and does not know it yet."""

    ident: int
    native_id: None = None

    @property
    def name(self) -> str:
        """The name that remarks call it by."""
        return str(self.ident)


AnyThread = threading.Thread | UnlistedThread


def current_frames() -> dict[int, FrameType]:
    """Return what each thread runs that runs Python, this one too, by its ident."""
    return _undisturbed(sys._current_frames)


def current_idents() -> set[int]:
    """Return the idents of all threads, also of one that has not begun to run Python, where that is told."""
    return set(_undisturbed(_states))


def _undisturbed(look: Callable[[], T]) -> T:
    """Return what a look at all threads gives, with no garbage collected amid it.

    It holds a lock that threads begin and end by. A finalizer that lets others run meanwhile, as that of a statement of
    sqlite3 does, would stop the process for ever. One call of C makes all three: nobody else comes between them, or
    finds the collection switched off.
    """
    if not (_COLLECTS_ANYWHERE and gc.isenabled()):
        return look()
    steps: tuple[Callable[[], Any], ...] = (gc.disable, look, gc.enable)
    try:
        _, found, _ = map(call, steps)
    except BaseException:
        gc.enable()
        raise
    return cast("T", found)


def stack_of(frame: FrameType | None) -> Iterator[FrameType]:
    """Return the frames from the innermost outwards, without those that start every thread."""
    while frame is not None and not frame.f_code.co_name.startswith("_bootstrap"):
        yield frame
        frame = frame.f_back


def running_threads() -> list[threading.Thread]:
    """Return the threads that `threading` lists, this one too.

    Those that Python did not start stay listed between their calls of Python, and after their end: they are left out.
    """
    running = {threading.get_ident(), *_frames_of_others()}
    return [each for each in threading.enumerate() if each.ident in running or not _was_found(each)]


def running_besides(waiting: set[threading.Thread]) -> tuple[dict[AnyThread, FrameType | None], set[int]]:
    """Return the threads but this one and those that wait, each with what it runs, and the idents of all that run.

    What it runs is None before a thread has begun, or as it ends.
    """
    frames, here = _frames_of_others(), threading.current_thread()
    running = {each: frames.get(each.ident or 0) for each in threading.enumerate()}
    listed = {each: frame for each, frame in running.items() if frame or each is here or not _was_found(each)}
    idents = {each.ident or 0 for each in listed}
    found: dict[AnyThread, FrameType | None] = {}
    found |= {each: frame for each, frame in listed.items() if each is not here and each not in waiting}
    found |= {UnlistedThread(ident): frame for ident, frame in frames.items() if ident not in idents}
    return found, idents | frames.keys()


def _frames_of_others() -> dict[int, FrameType]:
    """Return what each thread runs that runs Python, by its ident, but this one.

    Who looks would hold its own frame, and its frame what it looks at: all that other threads know of would live until
    the next collection of garbage.
    """
    here = threading.get_ident()
    return {ident: frame for ident, frame in current_frames().items() if ident != here}


def _was_found(thread: threading.Thread) -> bool:
    """Tell whether Python did not start a thread, but came across it."""
    return isinstance(thread, threading._DummyThread)
