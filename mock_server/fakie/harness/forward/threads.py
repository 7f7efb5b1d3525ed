"""Which threads are at work: seen by what they run, and by whether they get any further."""

import dis
import queue
import sys
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from types import CodeType, FrameType

from fakie.harness.forward import real
from fakie.harness.forward.callers import REAL_WAITS, Callers, package_of, place_of
from fakie.harness.forward.doubts import Worker

# Threads that all stand at the same calls for so long (seconds, real) are stuck in them, and none is about to wake
# another. Where the system does not tell whether a thread wants to run, one that is slow to begin needs longer.
_STUCK = 0.001 if sys.platform == "linux" else 0.02
_DEEP = 8
# Calls that wait for another thread, or for whatever may come: sockets and children are looked at on their own.
_WATCHING = frozenset(
    {"acquire", "get", "wait", "join", "with", "poll", "select", "control", "accept", "recv", "recv_into", "recvfrom"}
    | {"recvmsg", "read", "readinto", "readline", "input", "sigwait", "pause", "sleep"}
    | {"run_forever", "run_until_complete", "switch"}
)
# Calls that wait for something real.
_WORKING = frozenset(
    {"waitpid", "wait3", "wait4", "waitid", "system", "flock", "lockf", "locking"}
    | {"connect", "getaddrinfo", "gethostbyname", "do_handshake"}
)
# Threads that serve a pool of processes, and wait for orders.
_SERVANTS = ("multiprocessing.", "concurrent.futures.process")


class Threads:
    """Looks at the threads that do not wait for skipped time."""

    def __init__(self, callers: Callers, is_server: Callable[[int], bool]) -> None:
        self._callers = callers
        self._is_server = is_server
        self._seen: dict[threading.Thread, Hashable] = {}
        self._changed = 0.0

    def at_work(self, waiting: set[threading.Thread]) -> Iterator[Worker]:
        """Name the threads that are at work or may be."""
        here = threading.current_thread()
        others = [each for each in threading.enumerate() if each not in waiting and each is not here]
        frames = sys._current_frames() if others else {}
        seen = {each: frames.get(each.ident or 0) for each in others if not self._callers.is_foreign(each)}
        if self._is_motion(seen):
            yield Worker("threads", "threads at work", certain=True)
        for thread, frame in seen.items():
            if frame is not None:
                yield from self._stuck(thread, frame)

    def _is_motion(self, seen: dict[threading.Thread, FrameType | None]) -> bool:
        """Tell whether any of them got further of late, is about to start, or about to end."""
        own = self._callers.is_tool
        sights = {thread: _sight(thread, frame, closely=not own(thread)) for thread, frame in seen.items()}
        if any(self._seen.get(thread) != sight or _runs(sight) for thread, sight in sights.items()):
            self._changed = real.clock()
        self._seen = sights
        return None in seen.values() or (bool(seen) and real.clock() - self._changed < _STUCK)

    def _stuck(self, thread: threading.Thread, frame: FrameType) -> Iterable[Worker]:
        sight = self._seen[thread]
        called = called_at(frame.f_code, frame.f_lasti).removeprefix("real_")
        stack = list(_stack(frame))
        place = f"thread {thread.name!r} at {place_of(frame)}, in {called or 'code of another language'}"
        if called in _WORKING or self._waits_for_real(stack) or _has_orders(frame):
            return [Worker(sight, place, certain=True)]
        if called in _WATCHING:
            return []
        return [Worker(sight, place, certain=any(_is_job(each) for each in stack))]

    def _waits_for_real(self, stack: list[FrameType]) -> bool:
        if str(stack[-1].f_globals.get("__name__")).startswith(_SERVANTS):
            return False
        for frame in stack[:_DEEP]:
            if package_of(frame) in REAL_WAITS:
                pid = getattr(frame.f_locals.get("self"), "pid", None)
                return not (isinstance(pid, int) and self._is_server(pid))
        return False


def _sight(thread: threading.Thread, frame: FrameType | None, *, closely: bool) -> Hashable:
    """Return what stays the same while a thread gets no further."""
    if frame is None:
        return None
    return id(frame), frame.f_code, frame.f_lasti, _pace(thread.native_id) if closely else ""


def _runs(sight: Hashable) -> bool:
    """Tell whether a thread sleeps no more, though it may have no processor yet or not the global lock."""
    return isinstance(sight, tuple) and sight[-1].startswith("R")


def _has_orders(frame: FrameType) -> bool:
    """Tell whether an executor's idle thread has been given a job it has not taken yet."""
    if frame.f_globals.get("__name__") != "concurrent.futures.thread" or frame.f_code.co_name != "_worker":
        return False
    orders = frame.f_locals.get("work_queue")
    return isinstance(orders, queue.SimpleQueue) and not orders.empty()


def _stack(frame: FrameType | None) -> Iterator[FrameType]:
    """Return the frames from the innermost outwards, without those that start every thread."""
    while frame is not None and not frame.f_code.co_name.startswith("_bootstrap"):
        yield frame
        frame = frame.f_back


def _is_job(frame: FrameType) -> bool:
    return frame.f_code.co_name == "run" and frame.f_globals.get("__name__") == "concurrent.futures.thread"


@lru_cache(maxsize=1024)
def called_at(code: CodeType, offset: int) -> str:
    """Return the name of the function that the instruction at an offset calls, or an empty text."""
    before: list[dis.Instruction] = []
    for instruction in dis.get_instructions(code):
        if instruction.offset >= offset:
            return "with" if "WITH" in instruction.opname else _function_of(instruction, before)
        before.append(instruction)
    return ""


def _function_of(call: dis.Instruction, before: list[dis.Instruction]) -> str:
    """Find what was loaded last of what begins where the call begins: `a.b.c` of `a.b.c(d)`."""
    at = call.positions
    if at is None or at.lineno is None:
        return ""
    for loaded in reversed(before):
        its = loaded.positions
        if (
            its
            and loaded.opname.startswith("LOAD_")
            and (its.lineno, its.col_offset) == (at.lineno, at.col_offset)
            and (its.end_lineno, its.end_col_offset) != (at.end_lineno, at.end_col_offset)
        ):
            return str(loaded.argval)
    return ""


def _pace(native_id: int | None) -> str:
    """Return what changes while a thread runs, or wants to and may not; empty where that cannot be read."""
    try:
        status = Path(f"/proc/self/task/{native_id}/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    return f"{status.partition('State:')[2].lstrip()[:1]} {status.partition('voluntary_ctxt_switches:')[2]}"
