"""Servers of `socketserver` that wait for a connection: twice a second they look whether they are to end."""

import sys
from collections.abc import Callable
from types import FrameType

# Where a server remembers that it is to end; the name is Python's own, and private.
_TO_END = "_BaseServer__shutdown_request"


def idle_server(frame: FrameType | None) -> Callable[[], bool]:
    """Return what tells whether whoever called a selector in a frame is a server that has nothing to do at its end.

    A server that does something of its own in each round is at work.
    """
    module = sys.modules.get("socketserver")
    round_ = frame.f_back if frame is not None else None
    if module is None or round_ is None or round_.f_code is not module.BaseServer.serve_forever.__code__:
        return lambda: False
    server = round_.f_locals["self"]
    if type(server).service_actions is not module.BaseServer.service_actions:
        return lambda: False
    return lambda: not getattr(server, _TO_END, True)
