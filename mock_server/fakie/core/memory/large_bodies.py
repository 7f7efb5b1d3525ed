"""The tasks whose requests are large: how many there may be is a matter of bytes."""

import threading

from fakie.core.tasks.task import Task

# Smaller ones are bounded by the number of tasks.
_LARGE = 4096


class LargeBodies:
    """The sizes of large requests, by their tasks' ids, oldest first; together they have at most `most` bytes."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._sizes: dict[str, int] = {}
        self._total = 0

    def add(self, task: Task) -> None:
        """Count a task that is kept, once."""
        size = len(task.sent) + len(task.masked or b"")
        if size > _LARGE:
            with self._lock:
                if task.id not in self._sizes:
                    self._sizes[task.id] = size
                    self._total += size

    def remove(self, task_id: str) -> None:
        """Count a task no more."""
        if task_id in self._sizes:
            with self._lock:
                self._total -= self._sizes.pop(task_id, 0)

    @property
    def too_many(self) -> bool:
        """True when the oldest have to make room."""
        return self._total > self._most

    def oldest(self) -> list[str]:
        """Return the ids of those that make room, which are counted no more."""
        gone = []
        with self._lock:
            while self._total > self._most:
                gone.append(next(iter(self._sizes)))
                self._total -= self._sizes.pop(gone[-1])
        return gone
