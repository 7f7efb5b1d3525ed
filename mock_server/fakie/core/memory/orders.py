"""Orders in memory: what is to be met, kind by kind."""

import threading
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from fakie.core.orders import Order


class MemoryOrders:
    """An `OrderWork` on the orders themselves, behind one lock."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        # Asked by every request, in one step: an unknown kind has no orders.
        self.kept: defaultdict[str, Sequence[Order[Any]]] = defaultdict(tuple)
        self._last: dict[str, int] = {}

    def __enter__(self) -> "MemoryOrders":
        self._lock.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def orders(self, kind: str) -> Sequence[Order[Any]]:
        """Return the orders of a kind, first come first."""
        return self.kept[kind]

    def next_id(self, kind: str) -> int:
        """Return an id that no order of a kind has had."""
        self._last[kind] = number = self._last.get(kind, 0) + 1
        return number

    def go_on_after(self, kind: str, last: int) -> None:
        """Make the next id of a kind the one after `last`."""
        self._last[kind] = last

    def save(self, kind: str, order: Order[Any]) -> None:
        """Add an order, or say that it was changed."""
        # Whoever looks on without the lock sees one list or the other.
        if all(one is not order for one in self.orders(kind)):
            self.kept[kind] = [*self.orders(kind), order]

    def drop(self, kind: str, order: Order[Any]) -> None:
        """Take an order away."""
        self.kept[kind] = [one for one in self.orders(kind) if one is not order]
