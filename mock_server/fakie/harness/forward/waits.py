"""Stand-ins for what waits: sleeps, conditions and all that stands on them, joins, queues, and selectors."""

import queue
import select
import sys
import threading
import time
from collections.abc import Callable, Iterator
from subprocess import Popen
from types import FrameType
from typing import Any
from unittest.mock import patch

from fakie.harness.forward import real
from fakie.harness.forward.callers import Callers, package_of
from fakie.harness.forward.children import Children
from fakie.harness.forward.held import Method, present
from fakie.harness.forward.idle_servers import idle_server
from fakie.harness.forward.in_place import Function, functions_of, original
from fakie.harness.forward.left_timers import LeftTimers
from fakie.harness.forward.notices import Notices
from fakie.harness.forward.pollers import events_of
from fakie.harness.forward.sights import whose_turn
from fakie.harness.forward.tickets import NEVER, not_yet
from fakie.harness.forward.timekeeper import Timekeeper
from fakie.harness.forward.yielding import Yields


class Waits:
    """The stand-ins of one block in which time is skipped.

    Who waits without a time-out when the block ends goes on to wait, by what the stand-in stands for. A stand-in that
    somebody has kept from it hands on to what is in place by then.
    """

    def __init__(self, keeper: Timekeeper, callers: Callers, yields: Yields, left: LeftTimers) -> None:
        self._keeper, self._callers, self._yields, self._left = keeper, callers, yields, left
        self._notices = Notices()

    def functions(self) -> dict[Function, Function]:
        """Return the stand-in of each function."""
        sleep, choose = functions_of(time).sleep, functions_of(select).select
        return {sleep: self._sleep(original(sleep)), choose: self._select(original(choose))}

    def methods(self) -> Iterator[Method]:
        """Return what stands in for methods of types written in C."""
        yield queue.SimpleQueue, "get", self._get(queue.SimpleQueue.get)
        for lock in (type(threading.Lock()), type(threading.RLock())):
            # Another library's, such as gevent's, is none of ours.
            if lock.__module__ == "_thread":
                yield lock, "acquire", self._acquire(lock, lock.acquire)
        if hasattr(select, "epoll"):
            yield select.epoll, "poll", self._poll(select.epoll, 1.0)
        if hasattr(select, "poll"):
            kind = type(select.poll())
            yield kind, "poll", self._poll(kind, 0.001)

    def patches(self, children: Children) -> Iterator[Any]:
        """Return what replaces the methods of Python's own classes."""
        yield patch.object(threading.Condition, "wait", self._condition_wait())
        yield patch.object(threading.Condition, "notify", self._notify())
        yield patch.object(threading.Condition, "notify_all", self._notify_all())
        yield patch.object(threading.Thread, "join", self._join())
        yield patch.object(Popen, "__init__", _started(children))

    def _is_real(self) -> bool:
        return self._keeper.hand_over.goes_on() or self._callers.waits_real(sys._getframe(2))

    def _sleep(self, real_sleep: Function) -> Function:
        def pause(seconds: float) -> bool:
            real_sleep(seconds)
            return False

        def sleep(seconds: Any, /) -> None:
            # What is no number of seconds, or a negative one, is refused as ever; and nothing is nothing to skip.
            is_number = isinstance(seconds, float | int) or hasattr(seconds, "__index__")
            if self._is_real() or not is_number or seconds < 0:
                real_sleep(seconds)
            elif seconds:
                self._until(float(seconds), pause)
            else:
                real_sleep(seconds)
                self._turn(None, pause)

        return sleep

    def _condition_wait(self) -> Callable[..., bool]:
        def wait(condition: threading.Condition, timeout: float | None = None) -> bool:
            if self._keeper.is_over:
                return bool(present(threading.Condition, wait, real.wait)(condition, timeout))
            if self._is_real() or (timeout is not None and timeout <= 0):
                return real.wait(condition, timeout)
            with self._notices.listening(condition) as listener:
                heard = self._until(timeout, listener.heard, listener.stirred, listener.apart)
            return heard or (timeout is None and real.wait(condition))

        return wait

    def _notify(self) -> Callable[..., None]:
        keeper, notices, real_notify = self._keeper, self._notices, real.notify
        listening_to = notices.listening_to

        def notify(condition: threading.Condition, n: int = 1) -> None:
            if keeper.is_over:
                present(threading.Condition, notify, real_notify)(condition, n)
                return
            if listening_to:
                notices.notified(condition, n)
            real_notify(condition, n)

        return notify

    def _notify_all(self) -> Callable[..., None]:
        def notify_all(condition: threading.Condition) -> None:
            if self._keeper.is_over:
                present(threading.Condition, notify_all, real.notify_all)(condition)
                return
            if self._notices.listening_to:
                self._notices.notified(condition)
            real.notify_all(condition)

        return notify_all

    def _join(self) -> Callable[..., None]:
        def join(thread: threading.Thread, timeout: float | None = None) -> None:
            if self._keeper.is_over:
                present(threading.Thread, join, real.join)(thread, timeout)
                return
            # What cannot be joined, as the calling thread itself, is refused as ever.
            if self._is_real() or thread is threading.current_thread() or thread.ident is None:
                real.join(thread, timeout)
                return

            def ended(pause: float) -> bool:
                real.join(thread, pause)
                return not thread.is_alive()

            def ends() -> bool:
                # It is listed no more, though it lives; but it may wait for something as it clears up.
                return thread not in threading.enumerate() and not self._keeper.has_waiting(thread)

            if not self._until(timeout, ended, ends) and timeout is None:
                real.join(thread)

        return join

    def _get(self, real_get: Function) -> Function:
        def get(source: Any, block: bool = True, timeout: float | None = None) -> Any:
            if self._keeper.is_over:
                return present(queue.SimpleQueue, get, real_get)(source, block, timeout)
            # Idle workers of executors wait in it for ever, and for nothing that time brings.
            is_worker = sys._getframe(1).f_globals.get("__name__") == "concurrent.futures.thread"
            if self._is_real() or is_worker or not block or (timeout is not None and timeout <= 0):
                return real_get(source, block, timeout)
            found: list[Any] = []

            def got(pause: float) -> bool:
                try:
                    found.append(real_get(source, pause > 0, pause or None))
                except queue.Empty:
                    return False
                return True

            if not self._until(timeout, got, lambda: not source.empty(), takes=True):
                if timeout is None:
                    return real_get(source)
                raise queue.Empty
            return found[0]

        return get

    def _acquire(self, owner: type, real_acquire: Callable[..., bool]) -> Function:
        keeper = self._keeper

        def acquire(lock: Any, blocking: bool = True, timeout: float = -1) -> bool:
            # What takes no time is nobody's to skip, in whichever block.
            if not blocking:
                return real_acquire(lock, blocking, timeout)
            if keeper.is_over:
                return bool(present(owner, acquire, real_acquire)(lock, blocking, timeout))
            # Waits without an end bring no moment, and those that a stand-in looks by are short.
            if timeout <= 0 or _looks(sys._getframe(1)) or self._is_real():
                return real_acquire(lock, blocking, timeout)

            def got(pause: float) -> bool:
                return real_acquire(lock, True, pause) if pause else real_acquire(lock, False)

            return self._until(timeout, got, lambda: _is_free(lock), takes=True)

        return acquire

    def _poll(self, owner: Any, unit: float) -> Function:
        """Stand in for a poll whose time-out counts in `unit` seconds."""
        real_poll = owner.poll

        def poll(poller: Any, timeout: float | None = None, *more: Any, **named: Any) -> Any:
            if self._keeper.is_over:
                return present(owner, poll, real_poll)(poller, timeout, *more, **named)

            if self._is_real():
                return real_poll(poller, timeout, *more, **named)

            def take(pause: float) -> Any:
                return real_poll(poller, pause / unit, *more, **named)

            events = events_of(poller, take)
            try:
                seen = events.found(0.0)
                if seen or timeout == 0:
                    return self._turn(seen, events.found, events.stirred)
                seconds = None if timeout is None or timeout < 0 else timeout * unit
                idle_until = self._idle_until(sys._getframe(1))
                found = self._any_of(seconds, events.found, events.stirred, idle_until=idle_until)
            finally:
                events.leave()
            return real_poll(poller, None, *more, **named) if seconds is None and not found else found

        return poll

    def _select(self, real_select: Function) -> Function:
        def select_(readers: Any, writers: Any, others: Any, timeout: float | None = None, /) -> Any:
            if self._is_real():
                return real_select(readers, writers, others, timeout)
            lists = list(readers), list(writers), list(others)

            def found(pause: float) -> Any:
                seen = real_select(*lists, pause)
                return seen if any(seen) else ()

            if timeout is not None and timeout <= 0:
                return self._turn(found(timeout), found, lambda: bool(found(0))) or ([], [], [])
            seen = self._any_of(timeout, found, lambda: bool(found(0)))
            return seen or (real_select(*lists) if timeout is None else ([], [], []))

        return select_

    def _until(self, seconds: float | None, *wait: Any, **kind: Any) -> bool:
        self._yields.waited()
        heard = self._keeper.until(seconds, *wait, **kind)
        if not heard:
            self._keeper.gave_up(seconds)
        return heard

    def _turn(self, seen: Any, found: Callable[[float], Any], stirred: Callable[[], bool] = not_yet) -> Any:
        """Return what was seen without waiting; in vain time and again, what `found` gives a moment later."""
        if seen:
            self._yields.waited()
            return seen
        return self._yields.turn(whose_turn(sys._getframe(2), self._left), found, stirred) or seen

    def _idle_until(self, frame: FrameType) -> Callable[[], float | None]:
        """Return what tells until when a selector, called in a frame, may find nothing without anybody's loss."""
        if package_of(frame.f_back) == "asyncio":
            return self._left.idle_until(self._keeper.now())
        idle = idle_server(frame)
        return lambda: NEVER if idle() else None

    def _any_of(
        self, seconds: float | None, found: Callable[[float], Any], stirred: Callable[[], bool], **kind: Any
    ) -> Any:
        """Wait for descriptors; return what `found` gives, which is false while there is nothing."""
        seen: list[Any] = []

        def ready(pause: float) -> bool:
            seen[:] = [found(pause)]
            return bool(seen[0])

        # Not as other waits: a loop's timers, which its clock makes due, are handed over by themselves.
        self._yields.waited()
        self._keeper.until(seconds, ready, stirred, **kind)
        return seen[0]


def _looks(frame: FrameType | None) -> bool:
    """Tell whether a stand-in waits by `threading`; others may call a method of it that they have kept since before."""
    if frame is None or frame.f_globals.get("__name__") != "threading":
        return False
    while frame is not None and frame.f_globals.get("__name__") == "threading":
        frame = frame.f_back
    return package_of(frame) == "fakie"


def _is_free(lock: Any) -> bool:
    # A lock that may be taken again by its owner cannot be asked before Python 3.14, but all say it.
    return repr(lock).startswith("<unlocked")


def _started(children: Children) -> Callable[..., None]:
    begin = Popen.__init__

    def __init__(child: "Popen[Any]", *arguments: Any, **named: Any) -> None:  # noqa: N807
        begin(child, *arguments, **named)
        children.add(child)

    return __init__
