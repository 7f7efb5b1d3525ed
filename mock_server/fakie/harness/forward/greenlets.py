"""Programs patched by gevent or eventlet: their threads are greenlets of one, of which it cannot be seen who waits."""

from fakie.adapters.imported import imported
from fakie_schemas.errors import FakieError

# What may have been patched that time is skipped by, or that a port is served by.
_PATCHED = ("time", "thread", "threading", "select", "queue", "socket")
# Their modules that know what they have patched, by which function, and how that is done.
_TOOLS = (
    ("gevent.monkey", "is_module_patched", "gevent's monkey.patch_all"),
    ("eventlet.patcher", "is_monkey_patched", "eventlet's monkey_patch"),
)
_WORDS = (
    "fakie offers no {what} in a program that {tool} has patched: run this test in a process without"
    " the patching, or have calls answered in process and set --fakie-fast-forward=off (ini fakie_fast_forward, or the"
    " marker's fast_forward=False) to let code wait for real"
)


class PatchedProgramError(FakieError):
    """Something was asked for that a program whose threads are greenlets cannot have."""


def refuse_patched(what: str) -> None:
    """Raise PatchedProgramError, which names what there is not, if what waits or sends has been patched."""
    for name, asked, tool in _TOOLS:
        module = imported(name, having=asked)
        if module is not None and any(map(getattr(module, asked), _PATCHED)):
            raise PatchedProgramError(_WORDS.format(what=what, tool=tool))
