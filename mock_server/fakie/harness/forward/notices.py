"""Notifications of conditions: that one is on its way to a thread that waits, though it has not woken yet."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from msgspec import Struct

from fakie.harness.forward import real


class Listener(Struct, frozen=True):
    """One wait on a condition.

    `heard` waits so many real seconds; `stirred` says whether it is about to hear; `apart` lets others have the lock.
    """

    heard: Callable[[float], bool]
    stirred: Callable[[], bool]
    apart: Callable[[], AbstractContextManager[None]]


class Notices:
    """Counts, for each condition that threads wait on, the notifications that none of them has woken by yet.

    A wait is made of many short ones. A notification that comes between two of them, or when one runs out, would be
    lost: it is counted here, and the next short wait takes it.
    """

    def __init__(self) -> None:
        # How many threads wait on each condition: a queue notifies at every turn, mostly nobody.
        self.listening_to: dict[int, int] = {}
        self._owed: dict[int, int] = {}

    @contextmanager
    def listening(self, condition: threading.Condition) -> Iterator[Listener]:
        """Wait on a condition whose lock the caller holds, for a `with` block."""
        key = id(condition)
        self.listening_to[key] = self.listening_to.get(key, 0) + 1
        has_heard = False

        def heard(pause: float) -> bool:
            nonlocal has_heard
            real.wait(condition, pause)
            # Not what it returned: whoever has the lock first may have taken the notice that this one woke by.
            owed = self._owed.get(key, 0)
            # Before it is taken: others are to know at any time, also while this thread has not gone on yet.
            has_heard = owed > 0
            self._owed[key] = max(0, owed - 1)
            return has_heard

        try:
            yield Listener(heard, lambda: has_heard or bool(self._owed.get(key)), lambda: _released(condition))
        finally:
            self._leave(key)

    def notified(self, condition: threading.Condition, n: int | None = None) -> None:
        """Hear that up to `n` of those who wait, or all, are about to wake; the caller holds the condition's lock."""
        key = id(condition)
        if waiting := self.listening_to.get(key):
            self._owed[key] = waiting if n is None else min(waiting, self._owed.get(key, 0) + n)

    def _leave(self, key: int) -> None:
        self.listening_to[key] -= 1
        if not self.listening_to[key]:
            del self.listening_to[key]
            self._owed.pop(key, None)


@contextmanager
def _released(condition: threading.Condition) -> Iterator[None]:
    condition.release()
    try:
        yield
    finally:
        condition.acquire()
