"""How much a store keeps."""

from math import inf

from msgspec import Struct

from fakie.core.accounts import Account
from fakie.core.tasks.task import Task

_PART = 16


class Retention(Struct, frozen=True):
    """The last `tasks` tasks, for so many `seconds` on their account's clock; the oldest make room.

    Of those whose requests are large no more are in memory than `large_bytes` of such requests.
    """

    tasks: int = 100_000
    seconds: float = inf
    large_bytes: int = 256 * 1024 * 1024

    def most(self, parts: int = _PART) -> int:
        """Return how many tasks there may be before the oldest are dropped: a part of those that are kept at once."""
        return self.tasks + self.tasks // parts

    def is_over(self, task: Task, account: Account | None) -> bool:
        """Tell whether a task is too old to be kept, by the clock of its account, or has none any more."""
        return account is None or account.clock.now() - task.created_at > self.seconds

    @property
    def pause(self) -> float:
        """The seconds between two looks for tasks that are too old."""
        return min(self.seconds / _PART, 600.0)
