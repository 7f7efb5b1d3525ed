"""Programs patched by gevent: their threads are greenlets of one thread, of which it cannot be seen who waits."""

import sys

from fakie_schemas.errors import FakieError

# What gevent may have patched that time is skipped by.
_PATCHED = ("time", "thread", "threading", "select", "queue")
_WORDS = (
    "fakie offers no {what} in a program that gevent's monkey.patch_all has patched: run this test in a process without"
    " the patching, or have calls answered in process and set --fakie-fast-forward=off (ini fakie_fast_forward, or the"
    " marker's fast_forward=False) to let code wait for real"
)


class PatchedByGeventError(FakieError):
    """Something was asked for that a program whose threads are gevent's cannot have."""


def refuse_patched(what: str) -> None:
    """Raise PatchedByGeventError, which names what there is not, if gevent has patched what waits."""
    monkey = sys.modules.get("gevent.monkey")
    if monkey is not None and any(monkey.is_module_patched(name) for name in _PATCHED):
        raise PatchedByGeventError(_WORDS.format(what=what))
