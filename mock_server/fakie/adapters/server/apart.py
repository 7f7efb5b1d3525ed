"""Work for one connection in a turn that many share: where it fails, that one ends alone."""

import asyncio
from collections.abc import Callable


def apart(loop: asyncio.AbstractEventLoop, act: Callable[[], None], drop: Callable[[], None]) -> None:
    """Do something for a connection; where it fails, as without memory, drop that one and tell the loop why."""
    try:
        act()
    except Exception as error:  # noqa: BLE001 - whatever it is, the others must go on
        end_alone(loop, drop, error)


def end_alone(loop: asyncio.AbstractEventLoop, drop: Callable[[], None], error: Exception) -> None:
    """Drop a connection for which something failed, and tell the loop why."""
    drop()
    loop.call_exception_handler({"message": "a connection was closed that failed", "exception": error})
