"""Replacing functions by name, in the modules that hold them: for a Python whose functions cannot be replaced in place.

References that are held elsewhere, in defaults, class attributes or partials, escape.
"""

import sys
from types import ModuleType

from fakie.harness.forward.in_place import Function

_UNTOUCHED = ("_pytest", "pytest", "pluggy", "xdist", "execnet", "fakie.harness.forward", "hypothesis")


class NamedFunction:
    """One function, to be replaced by a stand-in in every module and put back, also where it was imported meanwhile."""

    def __init__(self, function: Function, stand_in: Function) -> None:
        self._function, self._stand_in = function, stand_in

    def put_in(self) -> None:
        """Let every module have the stand-in that has the function."""
        _replace(self._function, self._stand_in)

    def put_back(self) -> None:
        """Let every module have the function that has the stand-in."""
        _replace(self._stand_in, self._function)


def _replace(old: Function, new: Function) -> None:
    for module in list(sys.modules.values()):
        if isinstance(module, ModuleType) and not module.__name__.startswith(_UNTOUCHED):
            for name in [name for name, value in list(vars(module).items()) if value is old]:
                setattr(module, name, new)
