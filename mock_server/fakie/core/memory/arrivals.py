"""The order in which tasks came, so that the oldest are found at once."""

from collections import deque
from collections.abc import Mapping
from contextlib import suppress

from fakie.core.tasks.task import Task

# So many ids of tasks that have left are not worth a look.
_FEW = 1000


class Arrivals:
    """The ids of the tasks that are `here`, in the order in which they came.

    A dictionary keeps this order too, but looks at the places of all that have left before it comes to the first that
    has not. Each step is one call of a deque, and needs no lock.
    """

    def __init__(self, here: Mapping[str, Task]) -> None:
        self._here = here
        self._ids: deque[str] = deque()

    def add(self, task_id: str) -> None:
        """Add the id of a task that has come."""
        self._ids.append(task_id)
        if len(self._ids) > 2 * len(self._here) + _FEW:
            self._ids.extend([one for one in self._take(len(self._ids)) if one in self._here])

    def oldest(self, count: int) -> list[Task]:
        """Return the tasks that came first, which are to leave: at most so many, some of them may have left before."""
        return [task for task_id in self._take(count) if (task := self._here.get(task_id))]

    def _take(self, count: int) -> list[str]:
        taken: list[str] = []
        # Others may take some at the same time.
        with suppress(IndexError):
            for _ in range(count):
                taken.append(self._ids.popleft())
        return taken
