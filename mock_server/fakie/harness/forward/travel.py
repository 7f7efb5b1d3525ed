"""Getting along with time-machine, which writes into the functions of `time` and `datetime` as well.

It takes what it finds for the machine's own, so the stand-ins are lifted while it begins and ends, and lie on top.
"""

from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any
from unittest.mock import patch

from fakie.harness.forward.in_place import Replacement


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
