"""How much a store keeps."""

from dataclasses import dataclass
from math import inf

# Tasks are dropped so many at a time, as a part of those that are kept.
_PART = 16


@dataclass(frozen=True)
class Retention:
    """The last `tasks` tasks, for so many `seconds` on their account's clock; the oldest make room."""

    tasks: int = 100_000
    seconds: float = inf

    @property
    def most(self) -> int:
        """How many tasks there may be before the oldest are dropped, many at once."""
        return self.tasks + self.tasks // _PART

    @property
    def pause(self) -> float:
        """The seconds between two looks for tasks that are too old."""
        return min(self.seconds / _PART, 600.0)
