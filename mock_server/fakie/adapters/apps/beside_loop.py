"""Calls of an app from the thread of an event loop: made in another thread, as a server does.

An app may run a loop of its own, as async views of WSGI frameworks do, and no thread runs two.
"""

import asyncio
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Literal, TypeVar

from fakie.adapters.imported import imported

T = TypeVar("T")
# The name of a thread that keeps the timers of loops.
TIMERS = "fakie-keeper"


def loop_here() -> Literal["none", "waiting", "in a task"]:
    """Return what an event loop does that runs by this thread: its own wait, or a task of it that called."""
    if threading.current_thread().name == TIMERS:
        return "waiting"
    if trio_runs_here():
        return "in a task" if sys.modules["trio"].lowlevel.in_trio_task() else "waiting"
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return "none"
    return "waiting" if asyncio.current_task(loop) is None else "in a task"


def trio_runs_here() -> bool:
    """Return whether trio's loop runs by this thread."""
    trio = imported("trio", having="lowlevel")
    return trio is not None and bool(trio.lowlevel.in_trio_run())


def beside_loop(call: Callable[[], T]) -> "Future[T]":
    """Call in this thread, or in another where a loop runs by this one; the future has the result, or the error."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
            future.set_exception(error)

    if loop_here() == "none":
        run()
    else:
        threading.Thread(target=run, name="fakie-receiver", daemon=True).start()
    return future
