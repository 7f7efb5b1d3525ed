"""A guard for tests that look at each of many things."""

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


def some(things: Iterable[T]) -> list[T]:
    """Return the things as a list; fails when there are none, for then nothing would be tested."""
    found = list(things)
    assert found, "nothing to look at: this test would pass whatever the code does"
    return found
