"""Which modules hold which functions, under whatever name they imported them."""

import sys
from collections.abc import Callable, Collection, Mapping
from types import ModuleType
from typing import Any

Place = tuple[ModuleType, str, Any]

# What must go on by real time: the test runner itself, and what carries requests outside the test's own threads.
_UNTOUCHED = ("_pytest", "pytest", "pluggy", "xdist", "execnet", "fakie", "unittest.mock", "hypothesis")


class Imports:
    """Finds the places of some functions; a module is looked through once, so that a session of tests stays quick."""

    def __init__(self, functions: Collection[Callable[..., Any]]) -> None:
        self._wanted = {id(function): function for function in functions}
        self._seen: dict[int, ModuleType] = {}
        self._places: list[Place] = []

    def places(self) -> list[Place]:
        """Give every module attribute that is one of the functions."""
        for module in self._unseen():
            self._seen[id(module)] = module
            self._places += _holding(module, self._wanted.keys())
        return list(self._places)

    def put_back(self, replaced: Mapping[int, Any]) -> None:
        """Give modules that were imported meanwhile the real functions: `replaced` maps a stand-in's id to it."""
        for module in self._unseen():
            for _, name, value in _holding(module, replaced.keys()):
                setattr(module, name, replaced[id(value)])

    def _unseen(self) -> list[ModuleType]:
        return [
            module
            for module in list(sys.modules.values())
            if id(module) not in self._seen
            and isinstance(module, ModuleType)
            and not module.__name__.startswith(_UNTOUCHED)
        ]


def _holding(module: ModuleType, wanted: Collection[int]) -> list[Place]:
    return [(module, name, value) for name, value in list(vars(module).items()) if id(value) in wanted]
