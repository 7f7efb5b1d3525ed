"""What a process that shares a fake does again and again: say that it lives, and look whether there is work."""

import logging
import threading

from fakie.adapters.redis.redis_store import RedisStore
from fakie.core.ports import StoreUnwritableError

_BETWEEN_SECONDS = 0.5
_log = logging.getLogger("fakie")


class Pulse:
    """A thread that beats for a store, and wakes who waits for what is next: others may have planned it, and died."""

    def __init__(self, store: RedisStore) -> None:
        self._store = store
        self._stopped = threading.Event()
        self._away = False
        self._thread = threading.Thread(target=self._run, name="fakie-pulse", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and leave what was begun to others."""
        self._stopped.set()
        self._thread.join()
        self._store.leave()

    def _run(self) -> None:
        while not self._stopped.wait(_BETWEEN_SECONDS):
            self._beat()

    def _beat(self) -> None:
        try:
            self._store.pulse()
        except StoreUnwritableError as error:
            if not self._away:
                _log.warning("%s", error)
            self._away = True
            return
        if self._away:
            _log.warning("the store: it is back")
        self._away = False
        self._store.wake()
