"""Webhook keys of accounts: told from process to process, and kept in the memory of each alone."""

import json
from contextlib import suppress
from typing import Any

from fakie.adapters.redis.connection import RedisConnection
from fakie.core.ports import StoreUnwritableError


class KeyRing:
    """The keys by the handles of their accounts; what one process is told all that live are told, by a message."""

    def __init__(self, connection: RedisConnection) -> None:
        self._connection = connection
        self._keys: dict[str, str] = {}
        self._messages = connection.messages("keys")

    def get(self, handle: str) -> str | None:
        """Return an account's key, if this process knows it."""
        return self._keys.get(handle)

    def keep(self, handle: str, key: str) -> None:
        """Keep a key, and tell it to the others where it is news."""
        if self._keys.get(handle) != key:
            self._keys[handle] = key
            self._tell({handle: key})

    def forget(self, handle: str) -> None:
        """Drop an account's key in this process."""
        self._keys.pop(handle, None)

    def ask(self) -> None:
        """Ask the others for what they know, as at the start; raises StoreUnwritableError."""
        self._connection.command("PUBLISH", "keys", "{}")

    def listen(self, seconds: float) -> bool:
        """Wait so long for one message; return whether a key was learned. Raises StoreUnwritableError."""
        text = self._messages.next(seconds)
        if text is None:
            return False
        told: dict[str, str] = json.loads(text)
        if not told:
            self._tell(self._keys)
        news = {handle: key for handle, key in told.items() if self._keys.get(handle) != key}
        self._keys |= news
        return bool(news)

    def close(self) -> None:
        """Listen no longer."""
        self._messages.close()

    def _tell(self, keys: dict[str, Any]) -> None:
        if keys:
            # Who does not hear it lets callbacks wait, and says so.
            with suppress(StoreUnwritableError):
                self._connection.command("PUBLISH", "keys", json.dumps(keys))
