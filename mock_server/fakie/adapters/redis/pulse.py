"""The pulse of a process that shares a fake: again and again it says that it lives, and looks whether there is work."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from fakie.adapters.redis.redis_store import RedisStore
from fakie.core.health.figures import Counted
from fakie.core.ports import StoreUnwritableError

_BETWEEN_SECONDS = 0.5
_log = logging.getLogger("fakie")


class Pulse:
    """A thread that beats for a store, and wakes who waits for what is next: others may have planned it, and died.

    Whenever a webhook key comes from another process `learned` is called. `counted` returns what this process has
    counted so far, which the others are to know when they are asked. `look` looks at the clock that all have together.
    """

    def __init__(
        self,
        store: RedisStore,
        learned: Callable[[], None],
        counted: Callable[[], Counted] | None = None,
        look: Callable[[], None] | None = None,
    ) -> None:
        self._store = store
        self._learned = learned
        self._counted = counted
        self._look = look
        self._next_beat = 0.0
        self._stopped = threading.Event()
        self._away = False
        self._thread = threading.Thread(target=self._run, name="fakie-pulse", daemon=True)

    def start(self) -> None:
        """Begin."""
        with suppress(StoreUnwritableError):
            self._store.keys.ask()
        self._thread.start()

    def stop(self) -> None:
        """End, and leave what was begun to others; a Redis that says nothing is not waited for."""
        self._stopped.set()
        if self._store.is_away():
            return
        with suppress(StoreUnwritableError):
            # The thread listens for half a second else, the whole of what an end under load may take.
            self._store.keys.ask()
        self._thread.join()
        with suppress(StoreUnwritableError):
            self._add_up()
        self._store.leave()

    def _run(self) -> None:
        while not self._stopped.is_set():
            try:
                self._beat()
            except StoreUnwritableError as error:
                if not self._away:
                    _log.warning("%s", error)
                self._away = True
                self._stopped.wait(_BETWEEN_SECONDS)

    def _add_up(self) -> None:
        if self._counted:
            self._store.add_counts(self._counted())

    def _beat(self) -> None:
        if time.monotonic() >= self._next_beat:
            self._store.pulse()
            self._add_up()
            if self._look:
                self._look()
            self._next_beat = time.monotonic() + _BETWEEN_SECONDS
            if self._away:
                _log.warning("the store: it is back")
                self._store.keys.ask()
            self._away = False
            self._store.wake()
        if self._store.keys.listen(_BETWEEN_SECONDS):
            self._learned()
