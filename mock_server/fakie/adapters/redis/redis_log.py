"""The journal's entries, which all processes of a fake have together."""

import itertools
import secrets
from collections.abc import Iterator
from contextlib import suppress

from fakie.adapters.rarely import Rarely
from fakie.adapters.redis import codec, scripts
from fakie.adapters.redis.connection import RedisConnection
from fakie.core.journal import KEPT, KEPT_BYTES, Entry
from fakie.core.ports import StoreUnwritableError

_AT_ONCE = 50


class RedisLog:
    """An `EntryLog` in Redis; what cannot be written is told in the log, and goes on."""

    def __init__(self, connection: RedisConnection) -> None:
        self._connection = connection
        self._lacking = Rarely("the store lacks entries of the journal, %d more by now: %s")
        self._add = connection.script(scripts.ADD_ENTRY)
        self._forget = connection.script(scripts.FORGET_ENTRIES)

    def __iter__(self) -> Iterator[Entry]:
        numbers = self._connection.command("ZRANGE", "journal_order", 0, -1)
        for start in itertools.count(0, _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            if not some:
                return
            found = self._connection.command("HMGET", "journal", *some)
            yield from (codec.entry_from(*pair) for pair in zip(some, found, strict=True) if pair[1] is not None)

    @property
    def last(self) -> int:
        """The number of the newest entry that is kept; 0 where there is none."""
        newest = self._connection.command("ZRANGE", "journal_order", -1, -1)
        return int(newest[0]) if newest else 0

    @property
    def given(self) -> int:
        """The last number that an entry was given, kept or not; 0 where there was none."""
        return int(self._connection.command("GET", "journal_last") or 0)

    def add(self, entry: Entry) -> None:
        """Keep an entry under the next number; the oldest make room for it."""
        try:
            entry.number = int(self._add(secrets.token_hex(8), codec.entry_bytes(entry), KEPT, KEPT_BYTES))
        except StoreUnwritableError as error:
            self._lacking.say(error)

    def pass_over(self, entry: Entry) -> None:
        """Let an entry have the next number, and do not keep it."""
        with suppress(StoreUnwritableError):
            entry.number = int(self._connection.command("INCR", "journal_last"))

    def forget(self, account: str | None = None) -> None:
        """Drop one account's entries, or all."""
        self._forget(account or "")
