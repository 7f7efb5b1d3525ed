"""Fast-forward: code under test that would sleep skips instead, and every clock it reads moves along."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from fakie.harness.fake import Fake
from fakie.harness.imports import Imports
from fakie.harness.waiting import Waiting

_REAL_SLEEP = time.sleep
_REAL_ASYNC_SLEEP = asyncio.sleep
_REAL_JOIN = threading.Thread.join
_REAL_WAIT = threading.Condition.wait
_REAL_NOTIFY = threading.Condition.notify
_READINGS = {
    name: getattr(time, name)
    for name in ("time", "monotonic", "perf_counter", "time_ns", "monotonic_ns", "perf_counter_ns")
}


def find_clocks() -> Imports:
    """Make what finds the functions that fast-forward replaces; to be kept for a session of many tests."""
    return Imports([_REAL_SLEEP, _REAL_ASYNC_SLEEP, *_READINGS.values()])


@contextmanager
def fast_forward(fake: Fake, imports: Imports | None = None) -> Iterator[None]:
    """Skip instead of sleeping, in the calling thread and in threads that it starts, for a `with` block."""
    imports = imports or find_clocks()
    zero = fake.clock.now()
    waiting = Waiting(fake.clock.now, fake.advance_to)
    waiting.join_in(threading.current_thread())
    functions: dict[Any, Callable[..., Any]] = {
        _REAL_SLEEP: _sleep(waiting),
        _REAL_ASYNC_SLEEP: _async_sleep(waiting, fake),
        **{real: _reading(name, real, waiting, fake, zero) for name, real in _READINGS.items()},
    }
    with ExitStack() as patches:
        patches.enter_context(patch.object(threading.Condition, "wait", _condition_wait(waiting)))
        patches.enter_context(patch.object(threading.Condition, "notify", _notify(waiting)))
        patches.enter_context(patch.object(threading.Thread, "join", _join(waiting)))
        patches.enter_context(patch.object(threading.Thread, "start", _start(waiting)))
        for module, name, real in imports.places():
            patches.enter_context(patch.object(module, name, functions[real]))
        patches.callback(imports.put_back, {id(stand_in): real for real, stand_in in functions.items()})
        patches.callback(waiting.end)
        yield


def _sleep(waiting: Waiting) -> Callable[[float], None]:
    def sleep(seconds: float) -> None:
        if not waiting.is_member():
            _REAL_SLEEP(seconds)
            return
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        waiting.sleep(seconds)

    return sleep


def _async_sleep(waiting: Waiting, fake: Fake) -> Callable[..., Any]:
    moments: list[float] = []

    async def sleep(delay: float, result: Any = None) -> Any:
        if delay <= 0 or not waiting.is_member():
            return await _REAL_ASYNC_SLEEP(delay, result)
        moment = fake.clock.now() + delay
        moments.append(moment)
        try:
            while fake.clock.now() < moment:
                # Let every task that can go on do so first; then whoever wakes first moves the time.
                for _ in range(3):
                    await _REAL_ASYNC_SLEEP(0)
                if moment <= min(moments):
                    waiting.sleep(moment - fake.clock.now())
        finally:
            moments.remove(moment)
        await _REAL_ASYNC_SLEEP(0)
        return result

    return sleep


def _reading(name: str, real: Callable[[], Any], waiting: Waiting, fake: Fake, zero: float) -> Callable[[], Any]:
    start = real()

    def reading() -> Any:
        if not waiting.is_member():
            return real()
        passed = fake.clock.now() - zero
        return start + round(passed * 1e9) if name.endswith("_ns") else start + passed

    return reading


def _condition_wait(waiting: Waiting) -> Callable[..., bool]:
    def wait(condition: threading.Condition, timeout: float | None = None) -> bool:
        if not waiting.is_member():
            return _REAL_WAIT(condition, timeout)
        return waiting.listen(condition, timeout)

    return wait


def _notify(waiting: Waiting) -> Callable[..., None]:
    def notify(condition: threading.Condition, n: int = 1) -> None:
        waiting.notified(condition)
        _REAL_NOTIFY(condition, n)

    return notify


def _join(waiting: Waiting) -> Callable[..., None]:
    def join(thread: threading.Thread, timeout: float | None = None) -> None:
        if not waiting.is_member() or thread is threading.current_thread():
            _REAL_JOIN(thread, timeout)
            return

        def ended(pause: float) -> bool:
            _REAL_JOIN(thread, pause)
            return not thread.is_alive()

        waiting.until(timeout, ended)

    return join


def _start(waiting: Waiting) -> Callable[[threading.Thread], None]:
    def start(thread: threading.Thread) -> None:
        if waiting.is_member():
            waiting.join_in(thread)
        waiting.start(thread)

    return start
