"""The last of rows that are read one by one, without all of them in memory."""

from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
# So many may be kept at once; of more, the rows are counted first and read again.
_KEPT = 512


def last_of(read: Callable[[], Iterator[T]], limit: int | None) -> Iterator[T]:
    """Return the last `limit` rows of those that `read` gives, all without one."""
    if limit is None:
        return read()
    if limit <= _KEPT:
        return iter(deque(read(), maxlen=limit))
    skipped = max(0, sum(1 for _ in read()) - limit)
    return islice(read(), skipped, skipped + limit)
