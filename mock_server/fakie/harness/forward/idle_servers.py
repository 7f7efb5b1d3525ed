"""Servers that look several times a second whether they are to end, and do nothing else by it: `socketserver`, uvicorn.

Moments at which nothing happens would make many steps of every long wait beside them.
"""

from collections.abc import Callable
from types import FrameType

from fakie.adapters.imported import imported
from fakie.harness.forward.callers import package_of
from fakie.harness.forward.tickets import not_yet

# Where a server of `socketserver` remembers that it is to end; the name is Python's own, and private.
_TO_END = "_BaseServer__shutdown_request"


def idle_server(frame: FrameType | None) -> Callable[[], bool]:
    """Return what tells whether whoever called a selector in a frame is a server that has nothing to do at its end.

    A server that does something of its own in each round is at work.
    """
    module = imported("socketserver", having="BaseServer")
    round_ = frame.f_back if frame is not None else None
    if module is None or round_ is None or round_.f_code is not module.BaseServer.serve_forever.__code__:
        return not_yet
    server = round_.f_locals["self"]
    if type(server).service_actions is not module.BaseServer.service_actions:
        return not_yet
    return lambda: not getattr(server, _TO_END, True)


def idle_tick(frame: FrameType | None) -> Callable[[], bool] | None:
    """Return what tells whether the timer that is set in a frame is the tick of a uvicorn with nothing to do at it.

    None of any other timer. By its ticks it also writes the date of its answers anew, which may lag behind.
    """
    module = imported("uvicorn.server", having="Server")
    while module is not None and package_of(frame) == "asyncio" and frame is not None:
        frame = frame.f_back
    if module is None or frame is None or frame.f_code is not module.Server.main_loop.__code__:
        return None
    server = frame.f_locals["self"]
    if type(server).on_tick is not module.Server.on_tick or server.config.callback_notify is not None:
        return None
    return lambda: not server.should_exit
