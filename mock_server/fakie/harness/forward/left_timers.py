"""Timers that are left in a loop which outlives its test: they stay as many seconds away as they had left.

It is about loops that keep their timers in Python, as asyncio's own do: at the end of a test their clocks go back by
what was skipped, and what was set in the test would come late by as much.
"""

import asyncio
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, copy_context
from functools import partial
from typing import Any
from unittest.mock import patch

from fakie.harness.forward.callers import Callers
from fakie.harness.forward.idle_servers import idle_tick
from fakie.harness.forward.tickets import NEVER, no_later


class _Call:
    """The call of a loop's timer, made once: at its moment, or at an earlier one."""

    def __init__(self, loop: asyncio.BaseEventLoop, call: Callable[[], object], context: Context) -> None:
        self.loop = loop
        self._call = call
        self._context = context
        self.timer: Callable[[], asyncio.TimerHandle | None] = lambda: None
        # Whether it does nothing; None of one that surely does something.
        self.idles: Callable[[], bool] | None = None
        self._is_done = False

    def __call__(self) -> None:
        if not self._is_done:
            self._is_done = True
            self._call()

    @property
    def is_wanted(self) -> bool:
        """Whether it has not been called or cancelled yet, and may still be."""
        timer = self.timer()
        return not (self._is_done or timer is None or timer.cancelled() or self.loop.is_closed())

    def come_earlier(self, seconds: float) -> None:
        """Come so much earlier, in the loop's own thread; whoever holds the timer may still cancel it."""
        timer = self.timer()
        if timer is not None:
            self.loop.call_at(timer.when() - seconds, self._call_wanted, timer, context=self._context)

    def _call_wanted(self, timer: asyncio.TimerHandle) -> None:
        if not timer.cancelled():
            self()


class LeftTimers:
    """The timers that loops have been given and have not come to yet; `ahead` is how many seconds were skipped."""

    def __init__(self, callers: Callers, ahead: Callable[[], float]) -> None:
        self._callers, self._ahead = callers, ahead
        # Changed and read in one step each: loops of other threads go on.
        self._calls: set[weakref.ref[_Call]] = set()
        self._ticks: set[weakref.ref[_Call]] = set()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Let timers that are set in a `with` block, and are left at its end, come earlier by what was skipped."""
        try:
            with patch.object(asyncio.BaseEventLoop, "call_at", self._call_at(asyncio.BaseEventLoop.call_at)):
                yield
        finally:
            for call in self._wanted():
                call.loop.call_soon_threadsafe(call.come_earlier, self._ahead())

    def seconds_to_next(self, loop: asyncio.AbstractEventLoop) -> float | None:
        """Return the seconds until the first timer of a loop, or None without one."""
        timers = [call.timer() for call in self._wanted() if call.loop is loop]
        return min((timer.when() - loop.time() for timer in timers if timer), default=None)

    def idle_until(self, now: float) -> Callable[[], float | None]:
        """Return what tells until when the loop that runs here does nothing, if its next timer is a server's tick."""
        ticks = [call for each in list(self._ticks) if (call := each()) is not None and call.is_wanted]
        loop = asyncio._get_running_loop()
        # Also timers that were there before.
        timers = [each for each in getattr(loop, "_scheduled", ()) if not each.cancelled()] if ticks else []
        idle = {id(call.timer()): call.idles for call in ticks}
        first = min(timers, key=lambda timer: timer.when(), default=None)
        idles = idle.get(id(first))
        if loop is None or idles is None:
            return no_later
        others = (timer.when() - loop.time() + now for timer in timers if id(timer) not in idle)
        later = min(others, default=NEVER)
        return lambda: later if idles() else None

    def _wanted(self) -> list[_Call]:
        return [call for each in list(self._calls) if (call := each()) is not None and call.is_wanted]

    def _call_at(self, real_call: Callable[..., asyncio.TimerHandle]) -> Callable[..., asyncio.TimerHandle]:
        def call_at(
            loop: asyncio.BaseEventLoop, when: float, callback: Any, *args: Any, context: Context | None = None
        ) -> asyncio.TimerHandle:
            if self._callers.is_tool(threading.current_thread()):
                return real_call(loop, when, callback, *args, context=context)
            call = _Call(loop, partial(callback, *args), context or copy_context())
            timer = real_call(loop, when, call, context=context)
            call.timer = weakref.ref(timer)
            self._calls.add(weakref.ref(call, self._calls.discard))
            call.idles = idle_tick(sys._getframe(1))
            if call.idles is not None:
                self._ticks.add(weakref.ref(call, self._ticks.discard))
            return timer

        return call_at
