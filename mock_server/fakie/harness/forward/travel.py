"""Getting along with time-machine, which writes into the functions of `time` and `datetime` as well.

It takes what it finds for the machine's own, at its import, too, so its part in C is loaded before there are stand-ins;
they are lifted while it begins and ends, and lie on top.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from importlib import import_module
from types import BuiltinFunctionType, ModuleType
from typing import Any
from unittest.mock import patch

from fakie.harness.forward.in_place import Replacement


def load_first() -> None:
    """Load its part in C where it is installed, unless another tool has replaced the machine's own by now."""
    if isinstance(time.time, BuiltinFunctionType):
        _load()


@cache
def _load() -> None:
    with suppress(ImportError):
        import_module("_time_machine")


def patches(time_machine: ModuleType, replacements: Sequence[Replacement]) -> Iterator[Any]:
    """Return what replaces the methods by which a journey begins and ends."""
    for name in ("start", "stop"):
        yield patch.object(time_machine.travel, name, _lifting(getattr(time_machine.travel, name), replacements))


def _lifting(method: Callable[..., Any], replacements: Sequence[Replacement]) -> Callable[..., Any]:
    def lifting(journey: Any) -> Any:
        for replacement in reversed(replacements):
            replacement.put_back()
        try:
            return method(journey)
        finally:
            for replacement in replacements:
                replacement.put_in()

    return lifting
