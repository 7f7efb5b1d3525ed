"""The events of one account in memory, the earliest first."""

from collections import deque
from collections.abc import Callable, Iterable
from heapq import heapify, heappop, heappush
from math import inf

from fakie.core.tasks.due import Due


class Events:
    """The events that are planned on an account's clock.

    Most are planned for later than all before them, for tasks of one model end in the order in which they were made:
    these stand in a line, at whose ends nothing is compared. The others are in a heap, whose every step is a look into
    memory that no cache holds.
    """

    __slots__ = ("_heap", "_last", "_line", "first_at")

    def __init__(self, events: Iterable[Due] = ()) -> None:
        # When the earliest is due, inf for none, and the last of the line: most of what is asked, without a look there.
        self.first_at: float = inf
        self._last: float = -inf
        self._line: deque[Due] = deque()
        self._heap: list[Due] = []
        for due in events:
            self.add(due)

    def __len__(self) -> int:
        return len(self._line) + len(self._heap)

    def first(self) -> Due | None:
        """Return the earliest; None where there is none."""
        if not self._heap:
            return self._line[0] if self._line else None
        return min(self._line[0], self._heap[0]) if self._line else self._heap[0]

    def add(self, due: Due) -> bool:
        """Add an event, after those of its moment that were planned before it; tells whether it is due before all."""
        if due.at >= self._last:
            self._line.append(due)
            self._last = due.at
        else:
            heappush(self._heap, due)
        is_first = due.at < self.first_at
        if is_first:
            self.first_at = due.at
        return is_first

    def take(self, due: Due) -> None:
        """Remove an event; raises ValueError for one that is not there."""
        if self._line and self._line[0] == due:
            self._line.popleft()
        elif self._heap and self._heap[0] == due:
            heappop(self._heap)
        elif due in self._line:
            self._line.remove(due)
        else:
            self._heap.remove(due)
            heapify(self._heap)
        self._look()

    def keep(self, wanted: Callable[[Due], object]) -> None:
        """Remove all that are not wanted."""
        self._line = deque(filter(wanted, self._line))
        self._heap = list(filter(wanted, self._heap))
        heapify(self._heap)
        self._look()

    def _look(self) -> None:
        first = self.first()
        self.first_at = first.at if first else inf
        self._last = self._line[-1].at if self._line else -inf
