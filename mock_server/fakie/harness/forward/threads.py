"""Which threads are at work: seen by what they run, and by whether they get any further."""

import dis
import os
import queue
import sys
import threading
from collections.abc import Hashable, Iterable, Iterator
from contextvars import Context
from functools import lru_cache, partial
from types import CodeType, FrameType

from fakie.adapters.apps.beside_loop import TIMERS
from fakie.adapters.imported import imported
from fakie.harness.forward import real
from fakie.harness.forward.callers import REAL_WAITS, Callers, is_held, package_of, place_of
from fakie.harness.forward.children import Children
from fakie.harness.forward.doubts import Worker
from fakie.harness.forward.running import (
    AnyThread,
    UnlistedThread,
    current_frames,
    current_idents,
    running_besides,
    stack_of,
)
from fakie_schemas import disk

# Threads that all stand at the same calls for so long (seconds, real) are stuck in them, and none is about to wake
# another. Where the system does not tell whether a thread wants to run, one that is slow to begin needs longer.
_STUCK = 0.001 if sys.platform == "linux" else 0.02
# So long (seconds, real) one that runs no Python is waited for while any such wants a processor: it may be idle itself,
# beside one of a library in C that never rests.
_LONGEST_UNSEEN = 10.0
_DEEP = 8
# Calls that wait for another thread, or for whatever may come: sockets and children are looked at on their own.
_WATCHING = frozenset(
    {"acquire", "get", "wait", "join", "with", "poll", "select", "control", "input", "sigwait", "pause", "sleep"}
    # The library's `accept` is Python around this one.
    | {"accept", "_accept", "recv", "recv_into", "recvfrom", "recvfrom_into", "recvmsg", "recvmsg_into"}
    | {"read", "readinto", "readline", "run_forever", "run_until_complete", "switch"}
)
# Of those, the ones by which a test that is alone may be about to hear what another process is at work on.
_READING = frozenset({"read", "readinto", "readline"})
# Calls that wait for something real.
_WORKING = frozenset(
    {"waitpid", "wait3", "wait4", "waitid", "system", "flock", "lockf", "locking"}
    | {"connect", "getaddrinfo", "gethostbyname", "do_handshake"}
)
# Threads that serve a pool or a queue of processes, and what each of them has while there is work: jobs that have not
# ended, or what is to be sent.
_SERVANTS = ("multiprocessing.", "concurrent.futures.process")
_JOBS = ("cache", "buffer")
# The code of pools of threads, and what it waits by.
_POOLS = frozenset({"concurrent", "anyio"})
_IDLE = _POOLS | {"threading", "queue", "fakie"}


class Threads:
    """Looks at the threads that do not wait for skipped time."""

    def __init__(self, callers: Callers, children: Children) -> None:
        self._callers = callers
        self._children = children
        self._seen: dict[AnyThread, Hashable] = {}
        self._changed = 0.0
        # Since when (real) each thread that runs no Python is known.
        self._unseen: dict[int, float] = {}

    def at_work(self, waiting: set[threading.Thread]) -> Iterator[Worker]:
        """Name the threads that are at work or may be."""
        states = current_idents()
        if len(states) == threading.active_count() == 1:
            # This thread.
            self._seen = {}
            return
        others, idents = running_besides(waiting)
        seen = {each: frame for each, frame in others.items() if not self._callers.is_foreign(each)}
        if self._is_motion(seen):
            yield Worker("threads", "threads at work", certain=True)
        # Nobody waits by a stand-in, so that nothing but the thread that keeps timers would move the time.
        alone = threading.main_thread() if all(each.name == TIMERS for each in waiting) else None
        for thread, frame in seen.items():
            if frame is not None:
                yield from self._stuck(thread, frame, alone=thread is alone)
        yield from self._without_python(states - idents)

    def _without_python(self, idents: set[int]) -> Iterator[Worker]:
        """Name the threads that run no Python: slow to begin, or at work in another language alone."""
        now = real.clock()
        self._unseen = {ident: self._unseen.get(ident, now) for ident in idents}
        runs = bool(idents) and _any_unlisted_runs()
        for ident, since in self._unseen.items():
            is_certain = runs and now - since < _LONGEST_UNSEEN
            yield Worker(("unlisted", ident), "a thread that may be about to run Python", certain=is_certain)

    def _is_motion(self, seen: dict[AnyThread, FrameType | None]) -> bool:
        """Tell whether any of them got further of late, is about to start, or about to end."""
        own = self._callers.is_tool
        sights = {thread: _sight(thread, frame, closely=not own(thread)) for thread, frame in seen.items()}
        if any(self._seen.get(thread) != sight or _runs(sight) for thread, sight in sights.items()) or (
            any(map(_has_no_pace, seen)) and _any_unlisted_runs()
        ):
            self._changed = real.clock()
        self._seen = sights
        return None in seen.values() or (bool(seen) and real.clock() - self._changed < _STUCK)

    def _stuck(self, thread: AnyThread, frame: FrameType, *, alone: bool) -> Iterable[Worker]:
        sight = self._seen[thread]
        called = _job_of(frame) or called_at(frame.f_code, frame.f_lasti).removeprefix("real_")
        stack = list(stack_of(frame))
        place = f"thread {thread.name!r} at {place_of(frame)}, in {called or 'code of another language'}"
        if called in _WORKING or self._waits_for_real(stack) or _has_orders(frame) or is_held(stack):
            return [Worker(sight, place, certain=True)]
        if called in _WATCHING:
            return [Worker(sight, place)] if alone and called in _READING else []
        return [Worker(sight, place, certain=alone or any(_is_job(each) for each in stack))]

    def _waits_for_real(self, stack: list[FrameType]) -> bool:
        begun = next((frame for frame in reversed(stack) if _module_of(frame) != "threading"), stack[-1])
        if _module_of(begun).startswith(_SERVANTS):
            return _has_jobs(begun)
        for frame in stack[:_DEEP]:
            package = package_of(frame)
            if package in REAL_WAITS:
                pid = getattr(frame.f_locals.get("self"), "pid", None)
                if isinstance(pid, int):
                    return not self._children.is_server(pid)
                # Without another process it is a thread of ours that sends something, or nobody.
                return package != "multiprocessing" or not all(map(self._children.is_server_alone, _children()))
        return False


def _sight(thread: AnyThread, frame: FrameType | None, *, closely: bool) -> Hashable:
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


def _has_jobs(frame: FrameType) -> bool:
    """Tell whether a thread that serves processes has given them something that they have not answered yet."""
    known = frame.f_locals
    jobs = [known.get(name) for name in _JOBS] + [getattr(known.get("self"), "pending_work_items", None)]
    return any(map(bool, jobs))


def _children() -> Iterator[int]:
    """Return the numbers of the processes that `multiprocessing` has started and that run."""
    processes = imported("multiprocessing", having="active_children")
    return (child.pid for child in (processes.active_children() if processes else ()))


def _module_of(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__"))


def is_idle_worker(thread: threading.Thread) -> bool:
    """Tell whether a thread is a pool's that has no job; those that an event loop keeps for itself are the loop's."""
    if thread.name.startswith("asyncio_"):
        return False
    stack = list(stack_of(current_frames().get(thread.ident or 0)))
    packages = {package_of(frame) for frame in stack}
    return bool(packages & _POOLS) and packages <= _IDLE and not any(map(_is_job, stack))


def _is_job(frame: FrameType) -> bool:
    return frame.f_code.co_name == "run" and frame.f_globals.get("__name__") == "concurrent.futures.thread"


def _job_of(frame: FrameType) -> str:
    """Return the name of the function that an executor's thread runs as its job, if that is one in C."""
    job = getattr(frame.f_locals.get("self"), "fn", None) if _is_job(frame) else None
    while isinstance(job, partial):
        # That of `asyncio.to_thread` is run in a context.
        is_in_context = isinstance(getattr(job.func, "__self__", None), Context) and job.args
        job = job.args[0] if is_in_context else job.func
    return getattr(job, "__name__", "")


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
            # The names of arguments, which are loaded as a constant, begin there too.
            and loaded.opname.startswith("LOAD_")
            and loaded.opname != "LOAD_CONST"
            and (its.lineno, its.col_offset) == (at.lineno, at.col_offset)
            and (its.end_lineno, its.end_col_offset) != (at.end_lineno, at.end_col_offset)
        ):
            return _written_name(str(loaded.argval), before)
    return ""


def _written_name(name: str, before: list[dis.Instruction]) -> str:
    """Return the name of a function as it is written: pytest, which explains assertions, calls it by one of its own."""
    if name.startswith("@py_assert"):
        kept = next((at for at, each in enumerate(before) if each.opname == "STORE_FAST" and each.argval == name), 0)
        return str(before[kept - 1].argval) if kept else name
    return name


def _pace(native_id: int | None) -> str:
    """Return what changes while a thread runs, or wants to and may not; empty where that cannot be read."""
    try:
        status = disk.read_bytes(f"/proc/self/task/{native_id}/status").decode("ascii", "replace")
    except OSError:
        return ""
    return f"{status.partition('State:')[2].lstrip()[:1]} {status.partition('voluntary_ctxt_switches:')[2]}"


def _has_no_pace(thread: AnyThread) -> bool:
    """Tell whether the system's number of a thread is not known: `threading` takes that of a dead one for it, too."""
    return isinstance(thread, UnlistedThread | threading._DummyThread)


def _any_unlisted_runs() -> bool:
    """Tell whether any other thread runs just now that `threading` has not started: which one cannot be told."""
    started = {each.native_id for each in threading.enumerate() if not _has_no_pace(each)}
    listed = {str(number) for number in (*started, threading.get_native_id())}
    try:
        others = [int(name) for name in os.listdir("/proc/self/task") if name not in listed]  # noqa: PTH208
    except OSError:
        return False
    return any(_pace(number).startswith("R") for number in others)
