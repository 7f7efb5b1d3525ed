"""Locks that hold over processes: on an account, on the orders, and on the clock of accounts to come.

A `with` block cannot be carried out again, so that a commit which finds its reading out of date is no way here: whoever
works on an account has its lock. A lock ends by itself after a while, for its holder may have died, or sleep; its token
is the fence: a commit counts only while every lock has the token that it was taken with.
"""

import secrets
import threading
import time

from fakie.adapters.redis import scripts
from fakie.adapters.redis.connection import RedisConnection
from fakie.core.ports import AccountGoneError, StoreUnwritableError

# The locks on the orders, and on the clock of accounts to come; no handle of an account is called so.
ORDERS, CLOCK_OF_NEW = "orders/", "clock_of_new/"
# Seconds after which a lock of somebody who died is free, and for which a lock is waited for.
LEASE = 5.0
_PATIENCE = 20.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.0005, 0.01


class Locks:
    """The locks of one fake, by name; within this process a thread waits for the others without asking Redis."""

    def __init__(self, connection: RedisConnection, lease: float = LEASE) -> None:
        self._milliseconds = int(lease * 1000)
        self._enter = connection.script(scripts.ENTER)
        self._leave = connection.script(scripts.LEAVE)
        self._here: dict[str, threading.Lock] = {}

    def take(self, name: str, handle: str = "") -> tuple[str, list[bytes]]:
        """Return a lock's token, with data and first event of the account that it is on.

        Raises AccountGoneError where there is no such account, StoreUnwritableError when others keep it too long.
        """
        if not self._here.setdefault(name, threading.Lock()).acquire(timeout=_PATIENCE):
            raise _busy()
        try:
            return self._taken(name, handle)
        except BaseException:
            self._here[name].release()
            raise

    def release(self, name: str) -> None:
        """Let other threads of this process have a lock that a commit has let go."""
        self._here[name].release()

    def leave(self, held: dict[str, str]) -> None:
        """Let go the locks of these names and tokens; those that Redis does not hear of end by themselves."""
        try:
            self.leave_there(held)
        finally:
            for name in held:
                self.release(name)

    def leave_there(self, held: dict[str, str]) -> None:
        """Let go such locks in Redis alone."""
        self._leave(*(part for pair in held.items() for part in pair))

    def _taken(self, name: str, handle: str) -> tuple[str, list[bytes]]:
        token, pause, until = secrets.token_hex(8), _FIRST_PAUSE, time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            [state, *found] = self._enter(name, token, self._milliseconds, handle)
            if state == b"gone":
                raise AccountGoneError(handle)
            if state == b"open":
                return token, found
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE)
        raise _busy()


def _busy() -> StoreUnwritableError:
    return StoreUnwritableError(f"others have worked on the same for more than {_PATIENCE:g} s; ask again")
