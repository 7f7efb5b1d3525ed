"""The lifespan of an ASGI app: startup before its first call, shutdown after its last."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

_Queue = asyncio.Queue[MutableMapping[str, Any]]


class Lifespan:
    """One app's startup and shutdown; `state` is what it hands to its calls."""

    def __init__(self, app: Callable[..., Awaitable[None]], version: Mapping[str, str]) -> None:
        self._app = app
        self.state: dict[str, Any] = {}
        self._scope = {"type": "lifespan", "asgi": dict(version), "state": self.state}
        self._orders: _Queue = asyncio.Queue()
        self._told: _Queue = asyncio.Queue()
        self._running: asyncio.Task[None] | None = None

    async def start_up(self) -> None:
        """Run the app's startup; one that knows no lifespan is left alone. Raises RuntimeError for one that fails."""
        self._running = asyncio.create_task(self._live())
        await self._order(self._running, "startup")

    async def shut_down(self) -> None:
        """Run the app's shutdown, if its startup ran; raises RuntimeError for one that fails."""
        if self._running is not None and not self._running.done():
            await self._order(self._running, "shutdown")
            await asyncio.wait({self._running})

    async def _live(self) -> None:
        await self._app(self._scope, self._orders.get, self._told.put)

    async def _order(self, running: "asyncio.Task[None]", what: str) -> None:
        await self._orders.put({"type": f"lifespan.{what}"})
        told = asyncio.create_task(self._told.get())
        await asyncio.wait({told, running}, return_when=asyncio.FIRST_COMPLETED)
        if told.done() and told.result()["type"] == f"lifespan.{what}.failed":
            # Frameworks raise right after they have told.
            await asyncio.wait({running}, timeout=1.0)
            raise RuntimeError(f"the app's {what} failed: {_why(running) or told.result().get('message')}")
        told.cancel()
        # Specified: an exception before the first answer says that the app knows no lifespan.
        _why(running)


def _why(running: "asyncio.Task[None]") -> str:
    """Return what an app has raised, or an empty text; asyncio takes it for seen."""
    error = running.exception() if running.done() and not running.cancelled() else None
    return f"{type(error).__name__}: {error}" if error else ""
