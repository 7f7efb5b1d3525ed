"""How long a charge may take to show: until then a create that has been answered may still be charged unseen."""

import sqlite3
import time

from msgspec import Struct

# The first refusal of a run is watched so many times as long: most of what charges late does so from the first one on.
_FIRST = 7


class Settling(Struct, frozen=True):
    """Tells whether what was sent before may still be charged; `seconds` is how long that may take to show."""

    seconds: float

    @property
    def longest(self) -> float:
        """How long (s) anything is watched at most."""
        return self.seconds * _FIRST

    def rest(self, book: sqlite3.Connection, run: int) -> float:
        """Return how long (s) until nothing that was sent can be charged unseen any more; 0: nothing can now.

        Neither that a create was refused nor what an accepted one has cost so far says what it will have cost, and
        nobody knows how dear a lie may be: whatever the cap has room for, two creates could take it all unseen.
        """
        now, left, is_first = time.time(), 0.0, True
        # What is dated in the future was written by a clock that has been set back since.
        later = "UPDATE creates SET answered = ? WHERE run = ? AND coalesce(answered, at) > ?"
        book.execute(later, (now, run, now))
        sent = "SELECT coalesce(answered, at), state FROM creates WHERE run = ? ORDER BY id"
        for answered, state in book.execute(sent, (run,)):
            long = self.seconds
            if is_first and state != "accepted":
                long, is_first = self.longest, False
            left = max(left, answered + long - now)
        return left
