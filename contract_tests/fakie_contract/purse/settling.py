"""How long a charge may take to show: until then a create that has been answered may still be charged unseen."""

import sqlite3
import time
from dataclasses import dataclass

from fakie_contract.purse.amounts import units
from fakie_contract.purse.queries import balance_of

# The first refusal of a run is watched so many times as long: most of what charges late does so from the first one on.
_FIRST = 7
# After so many accepted creates, each watched, what they cost is taken for what the balance said at once.
_CONFIRMING = 3
# What became of those that are told, or guessed, to have cost nothing, and of those that are paid for.
_FREE, _PAID = ("refused", "unknown"), ("accepted", "accepted")


@dataclass(frozen=True)
class Settling:
    """Tells whether what was sent before may still be charged; `seconds` is how long that may take to show."""

    seconds: float

    @property
    def longest(self) -> float:
        """How long (s) anything is watched at most."""
        return self.seconds * _FIRST

    def wait(self, book: sqlite3.Connection, run: int, worst: int) -> float:
        """Return how long (s) until one more create, which costs `worst` (stored), may be sent; 0: now.

        Refusals are told to be free, and a late charge can prove otherwise: while the cap has room for all of them,
        charged as the dearest create, nobody waits. Without a cap they are sent one at a time.
        """
        refused, accepted = self._left(book, run, _FREE), self._left(book, run, _PAID)
        first = [left for number, left in refused if number == 0] + [left for _, left in accepted]
        if first:
            return max(first)
        doubtful = sorted(left for _, left in refused)
        room = self._room(book, run, worst)
        return doubtful[-1 - room] if len(doubtful) > room else 0.0

    def rest(self, book: sqlite3.Connection, run: int) -> float:
        """Return how long (s) until nothing that was sent can be charged unseen any more."""
        return max((left for states in (_FREE, _PAID) for _, left in self._left(book, run, states)), default=0.0)

    def _left(self, book: sqlite3.Connection, run: int, states: tuple[str, str]) -> list[tuple[int, float]]:
        """Return the creates that may still be charged, by their number in these states, and for how long (s)."""
        sent = "SELECT coalesce(answered, at) FROM creates WHERE run = ? AND state IN (?, ?) ORDER BY id"
        now, found = time.time(), list[tuple[int, float]]()
        for number, (answered,) in enumerate(book.execute(sent, (run, *states))):
            long = self.seconds * (_FIRST if states == _FREE and number == 0 else 1)
            is_watched = states == _FREE or number < _CONFIRMING
            # What is dated in the future was written by a clock that was wrong then.
            if is_watched and answered <= now < answered + long:
                found.append((number, answered + long - now))
        return found

    def _room(self, book: sqlite3.Connection, run: int, worst: int) -> int:
        """Return how many refusals the cap has room for, beside one more create, were each charged as the dearest."""
        prices = "SELECT coalesce(max(max(worst, coalesce(charged, 0))), 0) FROM creates WHERE run = ?"
        (dearest,) = book.execute(prices, (run,)).fetchone()
        balance = balance_of(book, run)
        dearest = max(dearest, worst)
        return int(max(0, units(balance.cap - balance.spent) - worst) // dearest) if dearest else 0
