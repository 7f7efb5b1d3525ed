"""Event loops that wait in code of their own, out of reach of what stands in for selectors: uvloop, Windows' proactor.

Their timers are kept here, by a thread that waits for the first of them and hands each to its loop at its moment. A
loop that outlives its test finds its timers where they were: as many seconds away as they had left.
"""

import asyncio
import heapq
import itertools
import sys
import threading
from collections.abc import Callable, Iterator
from contextvars import Context, copy_context
from functools import partial
from typing import Any
from unittest.mock import patch

from fakie.adapters.apps.beside_loop import TIMERS
from fakie.harness.forward import real
from fakie.harness.forward.callers import Callers
from fakie.harness.forward.doubts import Worker
from fakie.harness.forward.idle_servers import idle_tick
from fakie.harness.forward.sights import LoopTurn, sight_of_loop
from fakie.harness.forward.tickets import NEVER, not_yet
from fakie.harness.forward.timekeeper import Timekeeper
from fakie.harness.forward.yielding import Yields

_METHODS = ("time", "call_at", "call_later", "call_soon", "call_soon_threadsafe", "run_forever", "run_until_complete")
# While nothing happens, the thread looks ever more rarely (seconds, real), so that it takes no time from those at work.
_RAREST = 0.02


class Timer(asyncio.Handle):
    """A call at a moment of its loop's clock, which is `moment` on that of all waits; `idles` as `idle_tick` says."""

    def __init__(
        self,
        when: float,
        call: Callable[[], object],
        loop: asyncio.AbstractEventLoop,
        moment: float,
        idles: Callable[[], bool],
    ) -> None:
        super().__init__(call, (), loop)
        self._when = when
        self.moment = moment
        self.idles = idles
        self.call = call
        self.loop = loop

    def when(self) -> float:
        """Return its moment, in seconds on the loop's clock."""
        return self._when

    def set_back(self, seconds: float) -> None:
        """Set it to an earlier moment."""
        self._when -= seconds


class Timers:
    """Keeps the timers of such loops; `ahead` is how many seconds were skipped."""

    def __init__(self, keeper: Timekeeper, callers: Callers, ahead: Callable[[], float], yields: Yields) -> None:
        self._keeper, self._callers, self._ahead, self._yields = keeper, callers, ahead, yields
        self._waiting: list[tuple[float, int, Timer]] = []
        self._numbers = itertools.count()
        self._stopped: dict[Any, Exception] = {}
        self._handed_over = 0
        # What was called of late, by a loop's own turn.
        self._called_last: Any = None
        self._beginning = threading.Lock()
        self._thread: threading.Thread | None = None
        self._ended = False
        # Something has happened that the thread may have to see to.
        self._news = threading.Event()
        keeper.on_move = self._news.set

    def patches(self, loop_class: type) -> Iterator[Any]:
        """Return what replaces the methods of such a loop."""
        for name in _METHODS:
            stand_in: Callable[..., Any] = getattr(self, f"_{name}")(getattr(loop_class, name))
            yield patch.object(loop_class, name, stand_in)

    def at_work(self, _: set[threading.Thread]) -> Iterator[Worker]:
        """Name the loops that were handed something they have not begun yet."""
        if self._handed_over:
            yield Worker(("loop", self._handed_over), "a loop that was handed a call")

    def begin(self) -> None:
        """Let the thread look from now on: time also moves by it where no thread waits by a stand-in."""
        with self._beginning:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=TIMERS, daemon=True)
                self._thread.start()

    def end(self) -> None:
        """Stop; timers that are left go on by their loops' own clocks."""
        self._ended = True
        self._news.set()
        if self._thread:
            real.join(self._thread)
        for _, _, timer in self._waiting:
            if not timer.cancelled() and not timer.loop.is_closed():
                timer.set_back(self._ahead())
                timer.loop.call_soon_threadsafe(timer.loop.call_at, timer.when(), _due(timer))

    def _time(self, real_time: Callable[..., float]) -> Callable[..., float]:
        return lambda loop: real_time(loop) + (0.0 if self._is_real() else self._ahead())

    def _call_at(self, real_call: Callable[..., Any]) -> Callable[..., Any]:
        def call_at(loop: Any, when: float, callback: Any, *arguments: Any, context: Context | None = None) -> Any:
            if self._is_real():
                return real_call(loop, when, callback, *arguments, context=context)
            return self._keep(loop, when, callback, arguments, context)

        return call_at

    def _call_later(self, real_call: Callable[..., Any]) -> Callable[..., Any]:
        def call_later(loop: Any, delay: float, callback: Any, *arguments: Any, context: Context | None = None) -> Any:
            if self._is_real() or delay <= 0:
                return real_call(loop, delay, callback, *arguments, context=context)
            return self._keep(loop, loop.time() + delay, callback, arguments, context)

        return call_later

    def _call_soon(self, real_call: Callable[..., Any]) -> Callable[..., Any]:
        def call_soon(loop: Any, callback: Any, *arguments: Any, context: Context | None = None) -> Any:
            handle = real_call(loop, callback, *arguments, context=context)
            if not self._is_real():
                again = self._calls_again(callback, asyncio.current_task(loop))
                self._called_last = callback
                if again:
                    self._yielded(loop)
                else:
                    self._yields.waited()
            return handle

        return call_soon

    def _calls_again(self, callback: Any, stepping: asyncio.Task[Any] | None) -> bool:
        """Tell whether it is who runs that has himself called: a task that yields its next step, a callback perhaps."""
        whose = getattr(callback, "__self__", None)
        if stepping is not None:
            return whose is stepping
        # A task that is called outside of its steps wakes by what it waited for.
        return bool(callback == self._called_last) and not isinstance(whose, asyncio.Task)

    def _yielded(self, loop: Any) -> None:
        def stop(error: Exception) -> None:
            # What a callback raises is logged only.
            self._stopped[loop] = error
            loop.stop()

        self._yields.turn(LoopTurn(lambda: sight_of_loop(loop), stop), real.sleep)

    def _call_soon_threadsafe(self, real_call: Callable[..., Any]) -> Callable[..., Any]:
        def call_soon_threadsafe(loop: Any, callback: Any, *arguments: Any, context: Context | None = None) -> Any:
            def begun() -> None:
                self._handed_over -= 1
                # Whoever waited until this came may well have called the same before.
                self._called_last = None
                callback(*arguments)

            handle = real_call(loop, begun, context=context)
            self._handed_over += 1
            return handle

        return call_soon_threadsafe

    def _run_forever(self, run_forever: Callable[..., Any]) -> Callable[..., Any]:
        def run(loop: Any, *arguments: Any) -> Any:
            if not self._is_real():
                self.begin()
            try:
                return run_forever(loop, *arguments)
            finally:
                if error := self._stopped.pop(loop, None):
                    raise error

        return run

    _run_until_complete = _run_forever

    def _is_real(self) -> bool:
        return self._callers.is_tool(threading.current_thread())

    def _keep(self, loop: Any, when: float, callback: Any, arguments: Any, context: Context | None) -> Timer:
        context = context or copy_context()
        moment, idles = self._keeper.now() + when - loop.time(), idle_tick(sys._getframe(2)) or not_yet
        timer = Timer(when, lambda: context.run(callback, *arguments), loop, moment, idles)
        heapq.heappush(self._waiting, (when, next(self._numbers), timer))
        self.begin()
        self._news.set()
        return timer

    def _run(self) -> None:
        while not self._ended:
            first = self._first()
            left = max(0.0, self._left(first)) if first else None
            another, idle_until = partial(self._waits_for_another, first), partial(self._idle_until, first)
            self._keeper.until(left, self._other_than(first), another, idle_until=idle_until)
            if first and first is self._first() and self._left(first) <= 0:
                heapq.heappop(self._waiting)
                self._hand_over(first)

    def _left(self, timer: Timer) -> float:
        # In this thread, which is none of the code under test, a loop's clock is the real one.
        return timer.when() - timer.loop.time() - self._ahead()

    def _first(self) -> Timer | None:
        while self._waiting and (self._waiting[0][2].cancelled() or self._waiting[0][2].loop.is_closed()):
            heapq.heappop(self._waiting)
        return self._waiting[0][2] if self._waiting else None

    def _other_than(self, first: Timer | None) -> Callable[[float], bool]:
        """Wait, ever longer, until another timer is the first one."""
        pauses = itertools.accumulate(
            itertools.repeat(1.5), lambda last, more: min(last * more, _RAREST), initial=0.0005
        )

        def ready(pause: float) -> bool:
            if pause:
                self._news.wait(next(pauses))
                self._news.clear()
            return self._ended or self._first() is not first

        return ready

    def _waits_for_another(self, first: Timer | None) -> bool:
        """Tell whether a loop has set a timer that comes first now; asked by threads that want to move the time."""
        return any(timer is not first for _, _, timer in self._waiting[:1])

    def _idle_until(self, first: Timer | None) -> float | None:
        if first is None or not first.idles():
            return None
        others = (timer for _, _, timer in list(self._waiting) if not (timer.cancelled() or timer.idles()))
        return min((timer.moment for timer in others), default=NEVER)

    def _hand_over(self, timer: Timer) -> None:
        timer.loop.call_soon_threadsafe(_due(timer))


def _due(timer: Timer) -> Callable[[], None]:
    def due() -> None:
        if not timer.cancelled():
            timer.call()

    return due


def system_loops() -> Iterator[type]:
    """Return such loops of Python's own, on this system."""
    yield from ()
    if sys.platform == "win32":
        yield asyncio.ProactorEventLoop
