"""The callers that get the real clock: by the thread that asks and by the code that asks."""

import threading
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from types import FrameType
from weakref import WeakKeyDictionary

from fakie.adapters.apps.beside_loop import TIMERS
from fakie.harness.forward.running import AnyThread, current_frames, stack_of

_DEBUGGERS = frozenset({"pdb", "bdb", "pydevd", "_pydevd_bundle", "_pydev_bundle", "debugpy", "IPython"})
_START = "_bootstrap"
_STARTS = frozenset({"threading", "_pydev_bundle.pydev_monkey"})
# By whose code a debugger reads what is typed.
_PROMPTS = frozenset({"cmd", "codecs", "threading", "concurrent", "asyncio", "selectors", "prompt_toolkit", "_pyrepl"})
# Test runners, debuggers and tools that measure.
_TOOLS = _DEBUGGERS | {
    *("_pytest", "pytest", "pluggy", "xdist", "execnet", "pytest_timeout", "pytest_asyncio", "pytest_rerunfailures"),
    *("coverage", "hypothesis", "pytest_benchmark"),
}
# Code that waits for a child process or a file lock, by looking again and again.
REAL_WAITS = frozenset({"subprocess", "multiprocessing", "filelock", "portalocker", "fasteners"})
_REAL = _TOOLS | REAL_WAITS
# They wait on behalf of their caller.
_TRANSPARENT = ("threading", "queue", "selectors", "concurrent.futures._base", "fakie.harness.forward.")
_OWN, _RECEIVER = "fakie", "fakie.adapters.app_receiver"
_OWN_THREADS = (
    "fakie-server",
    "fakie-worker",
    "fakie-log",
    "fakie-ticker",
    "fakie-callback",
    TIMERS,
    "fakie-outside",
)


class Callers:
    """Tells the code under test from the tools around it and from fakie's own server."""

    def __init__(self) -> None:
        self._known: WeakKeyDictionary[AnyThread, bool] = WeakKeyDictionary()
        self._main = threading.current_thread()
        self._main_ident = self._main.ident

    def reads_real(self, frame: FrameType | None) -> bool:
        """Tell whether a clock read in this frame is to be the machine's; asked many times by each request."""
        real = _sees_real(frame.f_globals.get("__name__")) if frame else None
        if real is None:
            frame = asker(frame)
            real = frame is not None and _sees_real(frame.f_globals.get("__name__"))
        if real:
            return True
        return threading.get_ident() != self._main_ident and self._is_apart(frame)

    def waits_real(self, frame: FrameType | None) -> bool:
        """Tell whether a wait begun in this frame is to be real; what fakie delays on purpose is not."""
        asking = asker(frame)
        return package_of(asking) in _REAL or _begins_thread(frame) or self._is_apart(asking)

    def is_tool(self, thread: AnyThread) -> bool:
        """Tell whether a thread is fakie's own, or one of a tool's."""
        if thread is self._main:
            return False
        known = self._known.get(thread)
        if known is None:
            known = self._known[thread] = _is_own(thread) or _is_of_tool(thread)
        return known

    def _is_apart(self, frame: FrameType | None) -> bool:
        """Tell whether the calling thread is a tool's, and does not just now hand a callback to a receiver's app."""
        if threading.get_ident() == self._main_ident or not self.is_tool(threading.current_thread()):
            return False
        while frame is not None and frame.f_globals.get("__name__") != _RECEIVER:
            frame = frame.f_back
        return frame is None

    def is_foreign(self, thread: AnyThread) -> bool:
        """Tell whether a thread is a tool's, whose work nobody waits for."""
        return self.is_tool(thread) and not _is_own(thread)


def asker(frame: FrameType | None) -> FrameType | None:
    """Return the frame that a wait is for: the first that does not wait on behalf of another."""
    while frame is not None and frame.f_back and _is_transparent(frame.f_globals.get("__name__")):
        if frame.f_code.co_name == _START:
            break  # Below it is at most a debugger that begins threads by code of its own.
        frame = frame.f_back
    return frame


def own_place(frame: FrameType | None) -> FrameType | None:
    """Return the frame of the code under test that a wait is for, also where fakie itself waits for it."""
    asking = found = asker(frame)
    while found is not None and package_of(found) == _OWN:
        found = asker(found.f_back)
    return found or asking


def package_of(frame: FrameType | None) -> str:
    """Return the name of the top-level package whose code a frame runs."""
    return _package(frame.f_globals.get("__name__", "")) if frame else ""


# Modules can be named by anything that can be hashed, and many a test makes some.
@lru_cache(maxsize=1024)
def _package(module: object) -> str:
    return str(module).partition(".")[0]


@lru_cache(maxsize=1024)
def _sees_real(module: object) -> bool | None:
    """Tell whether code of a module is to see the machine's clocks; None: it asks on behalf of another."""
    package = _package(module)
    return None if _is_transparent(module) else package in _REAL or package == _OWN


@lru_cache(maxsize=1024)
def _is_transparent(module: object) -> bool:
    return str(module).startswith(_TRANSPARENT)


def _begins_thread(frame: FrameType | None) -> bool:
    """Tell whether an event is waited for by which a thread says that it runs.

    No time brings that, and whoever begins one may hold a lock that is needed by what a move of the time carries out.
    """
    begins = frame.f_back if frame else None
    return begins is not None and begins.f_code.co_name == "start" and begins.f_globals.get("__name__") == "threading"


def place_of(frame: FrameType | None) -> str:
    """Return the file and line that a frame is at."""
    return f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}" if frame else "?"


def is_held(stack: Iterable[FrameType]) -> bool:
    """Tell whether a debugger holds the thread of these frames, and waits for somebody to say how to go on.

    A test that is run by a debugger has it among its callers, too.
    """
    packages = map(package_of, stack)
    return next((package for package in packages if package not in _PROMPTS), "") in _DEBUGGERS


def _is_own(thread: AnyThread) -> bool:
    server = getattr(thread, "server", None)
    return thread.name.startswith(_OWN_THREADS) or type(server).__module__.startswith(f"{_OWN}.")


def _is_of_tool(thread: AnyThread) -> bool:
    if getattr(getattr(thread, "function", None), "__module__", None) in _TOOLS:
        return True  # a timer of theirs
    stack = stack_of(current_frames().get(thread.ident or 0))
    # A debugger may have had every thread begun by code of its own.
    outermost = [frame for frame in stack if frame.f_globals.get("__name__") not in _STARTS][-1:]
    return package_of(outermost[0] if outermost else None) in _TOOLS
