"""Modules of other libraries that a program may have imported: who only looks imports none for it."""

import sys
from types import ModuleType


def imported(name: str, having: str) -> ModuleType | None:
    """Return a module that has been imported as far as a name that it has; None of one whose import has not come there.

    It can be asked for amid its import, which may sleep, read a clock or call, or by another thread meanwhile.
    """
    module = sys.modules.get(name)
    return module if hasattr(module, having) else None
