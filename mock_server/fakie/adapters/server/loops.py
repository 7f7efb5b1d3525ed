"""The event loop: uvloop's where it is installed, asyncio's own otherwise."""

import asyncio
from importlib.util import find_spec


def new_loop(*, plain: bool = False) -> asyncio.AbstractEventLoop:
    """Make the fastest loop there is, or asyncio's if `plain`."""
    if plain or find_spec("uvloop") is None:
        return asyncio.new_event_loop()
    import uvloop

    loop: asyncio.AbstractEventLoop = uvloop.new_event_loop()
    return loop
