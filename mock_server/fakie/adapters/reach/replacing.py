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
    """Stand-ins that are in place, each with what it stands in for."""

    def __init__(self) -> None:
        self._real: list[tuple[Substitute, Any]] = []

    def put(self, stand_ins: Iterable[Substitute]) -> None:
        """Put stand-ins in place."""
        for owner, name, value in stand_ins:
            # What a class inherits is no attribute of its own, and is deleted again.
            self._real.append((Substitute(owner, name, value), vars(owner).get(name, _MISSING)))
            setattr(owner, name, value)

    def put_back(self) -> None:
        """Put back what was there, the last replaced first; what another has replaced since is left to him."""
        while self._real:
            (owner, name, value), real = self._real.pop()
            if vars(owner).get(name, _MISSING) is not value:
                continue
            if real is _MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, real)
