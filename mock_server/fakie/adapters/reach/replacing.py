"""Replacing what others call, and putting it back; as `unittest.mock.patch` does, at a tenth of the cost a test."""

from collections.abc import Iterable
from typing import Any, NamedTuple

_MISSING = object()


class Substitute(NamedTuple):
    """A substitute for one attribute of a class or module."""

    owner: Any
    name: str
    value: Any


class Replacements:
    """Stand-ins that are in place, and what they stand in for."""

    def __init__(self) -> None:
        self._real: list[Substitute] = []

    def put(self, stand_ins: Iterable[Substitute]) -> None:
        """Put stand-ins in place."""
        for owner, name, value in stand_ins:
            # What a class inherits is no attribute of its own, and is deleted again.
            self._real.append(Substitute(owner, name, vars(owner).get(name, _MISSING)))
            setattr(owner, name, value)

    def put_back(self) -> None:
        """Put back what was there, the last replaced first."""
        while self._real:
            owner, name, value = self._real.pop()
            if value is _MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, value)
