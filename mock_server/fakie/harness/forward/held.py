"""Bound methods that somebody has kept since before: they know their object and their code, and no more their type."""

import gc
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import compress
from queue import SimpleQueue
from types import BuiltinMethodType
from typing import Any
from weakref import ref

from fakie.harness.forward.in_place import Function

# The garbage collector's generations of what was made of late.
_YOUNG = (0, 1)
# Methods that are given their class as well have a type of their own.
_BOUND = {BuiltinMethodType, type(SimpleQueue().get)}


class HeldMethods:
    """Finds them by a look at everything that the garbage collector knows.

    That takes as long as a small test. So it is done when modules were imported since the last look: defaults, partials
    and class attributes come with these. Otherwise only what was made of late is looked at.
    """

    def __init__(self) -> None:
        self._modules = 0
        # By their identity: two bound methods of one object are equal.
        self._known: dict[int, ref[Function]] = {}

    def find(self, names: Mapping[type, str]) -> list[Function]:
        """Return the kept methods of objects of these types, of one name each."""
        if len(sys.modules) != self._modules:
            self._known = _those_among(gc.get_objects(), names)
            self._modules = len(sys.modules)
        for generation in _YOUNG:
            self._known |= _those_among(gc.get_objects(generation), names)
        found = {number: method for number, kept in self._known.items() if (method := kept()) is not None}
        self._known = {number: self._known[number] for number in found}
        return list(found.values())


@cache
def held_methods() -> HeldMethods:
    """Return the one of this process."""
    return HeldMethods()


def _those_among(objects: Sequence[Any], names: Mapping[type, str]) -> dict[int, ref[Function]]:
    # By C alone: there are hundreds of thousands of them.
    methods = compress(objects, map(_BOUND.__contains__, map(type, objects)))
    bound = (each for each in methods if type(each.__self__) in names)
    return {id(each): ref(each) for each in bound if each.__name__ == names[type(each.__self__)]}
