"""Bound methods that somebody has kept: since before, or since a block in which a stand-in was in place.

Those of types in C know their object and their code, and no more their type.
"""

import gc
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from itertools import compress
from queue import SimpleQueue
from types import BuiltinMethodType
from typing import Any
from weakref import ref

from fakie.harness.forward.in_place import Function, SwappedFunction, are_frozen, known_objects

# A type, the name of a method of it, and what stands in for that.
Method = tuple[type, str, Function]
# The garbage collector's generations of what was made of late.
_YOUNG = (0, 1)
# Methods that are given their class as well have a type of their own.
_BOUND = {BuiltinMethodType, type(SimpleQueue().get)}


def swapped_where_held(methods: Iterable[Method]) -> Iterator[SwappedFunction]:
    """Return what replaces the kept references to methods of these types, and of subclasses of them."""
    stand_ins: defaultdict[str, dict[type, Function]] = defaultdict(dict)
    for owner, name, stand_in in methods:
        stand_ins[name][owner] = stand_in
    for held in _held_methods().find({name: tuple(owners) for name, owners in stand_ins.items()}):
        bound_to: Any = held.__self__  # type: ignore[attr-defined]
        of_owner = stand_ins[held.__name__]
        found = next(of_owner[kind] for kind in _type_of(held).__mro__ if kind in of_owner)
        yield SwappedFunction(held, partial(found, bound_to))


def present(owner: type, own: Function, real: Function) -> Function:
    """Return what is in place of a real method just now, for a stand-in of its `own` that somebody has kept."""
    found: Function = getattr(owner, real.__name__)
    return real if found is own else found


class HeldMethods:
    """Finds them by a look at everything that the garbage collector knows.

    That takes as long as a small test. So it is done when modules were imported since the last look, with which
    defaults, partials and class attributes come, or objects were frozen. Otherwise only what is young is looked at.
    """

    def __init__(self) -> None:
        self._modules = 0
        # By their identity: two bound methods of one object are equal.
        self._known: dict[int, ref[Function]] = {}

    def find(self, names: Mapping[str, tuple[type, ...]]) -> list[Function]:
        """Return the kept methods of these names, each of objects or classes of these types."""
        if len(sys.modules) != self._modules or are_frozen():
            self._known = _those_among(known_objects(), names)
            self._modules = len(sys.modules)
        for generation in _YOUNG:
            self._known |= _those_among(gc.get_objects(generation), names)
        found = {number: method for number, kept in self._known.items() if (method := kept()) is not None}
        self._known = {number: self._known[number] for number in found}
        return list(found.values())


@cache
def _held_methods() -> HeldMethods:
    """Return the one of this process."""
    return HeldMethods()


def _those_among(objects: Sequence[Any], names: Mapping[str, tuple[type, ...]]) -> dict[int, ref[Function]]:
    # By C alone: there are hundreds of thousands of them.
    methods = compress(objects, map(_BOUND.__contains__, map(type, objects)))
    return {id(each): ref(each) for each in methods if issubclass(_type_of(each), names.get(each.__name__, ()))}


def _type_of(method: Any) -> type:
    """Return the type of what a method is bound to, or the class that it is bound to itself."""
    return method.__self__ if isinstance(method.__self__, type) else type(method.__self__)
