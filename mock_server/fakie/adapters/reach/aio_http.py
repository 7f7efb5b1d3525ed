"""Answers aiohttp.

The seam is the connectors' public `connect`: a request to a claimed host gets its connection from a connector of ours,
which overrides `_create_connection`. Its name looks private, but it is the one method that aiohttp's reference of
BaseConnector tells subclasses to override. Nothing else serves: `resolver` and `socket_factory` lead to a socket and,
for https, to a TLS handshake; client middlewares belong to a session, and cannot lose, cut or reset an answer. The
limits of the user's own connector do not count there.
"""

import asyncio
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any

from fakie.adapters.reach.line import Line
from fakie.adapters.reach.reach import Reach
from fakie.adapters.reach.refusals import CallRefusedError
from fakie.adapters.reach.replacing import Substitute
from fakie.adapters.reach.steps import HungUp, Pause


def answer_aiohttp(aiohttp: ModuleType, reach: Reach) -> Iterator[Substitute]:
    """Yield what answers calls through aiohttp's connectors; refused calls are ClientConnectorErrors."""
    real = aiohttp.BaseConnector.connect
    kind = _connector_class(aiohttp)

    async def connect(self: Any, req: Any, *rest: Any, **named: Any) -> Any:
        host, port = req.url.host or "", req.url.port
        if reach.answers(host, port) and not isinstance(self, kind):
            return await kind(reach).connect(req, *rest, **named)
        try:
            if not reach.answers(host, port):
                reach.guard_header(host, req.headers.get("Host"))
                reach.guard(host, port)
        except CallRefusedError as error:
            raise aiohttp.ClientConnectorError(req.connection_key, error) from error
        return await real(self, req, *rest, **named)

    yield Substitute(aiohttp.BaseConnector, "connect", connect)


@cache
def _connector_class(aiohttp: ModuleType) -> Any:
    from aiohttp.client_proto import ResponseHandler

    class DoorConnector(aiohttp.BaseConnector):  # type: ignore[misc, name-defined]
        """Makes connections to a door."""

        def __init__(self, reach: Reach) -> None:
            super().__init__(force_close=True, limit=0)
            self._reach = reach

        async def _create_connection(self, req: Any, *_: Any) -> ResponseHandler:
            loop = asyncio.get_running_loop()
            protocol = ResponseHandler(loop)
            _Transport(loop, protocol, self._reach.line(req.url.host, req.url.port))
            return protocol

    return DoorConnector


class _Transport(asyncio.Transport):
    """Carries what a protocol writes to a line, and what comes of it back."""

    def __init__(self, loop: asyncio.AbstractEventLoop, protocol: Any, line: Line) -> None:
        super().__init__()
        self._loop = loop
        self._protocol = protocol
        self._line = line
        self._reads = True
        self._closed = False
        # A pause is on; its end goes on.
        self._pausing = False
        protocol.connection_made(self)

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Send; the answer comes in a later turn of the loop."""
        if self._closed:
            return
        try:
            self._line.send(bytes(data))
        except CallRefusedError as error:
            self._loop.call_soon(self._lose, error)
        self._loop.call_soon(self._go_on)

    def _go_on(self) -> None:
        while self._reads and not self._closed and not self._pausing:
            step = self._line.next_step()
            if step is None:
                return
            if isinstance(step, Pause):
                self._pausing = True
                self._loop.call_later(step.seconds, self._resume)
            elif isinstance(step, HungUp):
                self._lose(step.error)
            else:
                self._protocol.data_received(step)

    def _resume(self) -> None:
        self._pausing = False
        self._go_on()

    def _lose(self, error: OSError | None) -> None:
        if not self._closed:
            self._closed = True
            self._protocol.connection_lost(error)

    def pause_reading(self) -> None:
        """Hold back what comes."""
        self._reads = False

    def resume_reading(self) -> None:
        """Let it come again."""
        self._reads = True
        self._loop.call_soon(self._go_on)

    def is_closing(self) -> bool:
        """Tell whether it is closed."""
        return self._closed

    def close(self) -> None:
        """Close in the loop's next turn, as sockets do."""
        self._loop.call_soon(self._lose, None)

    def abort(self) -> None:
        """Close too: nothing waits to be written."""
        self.close()

    def get_write_buffer_size(self) -> int:
        """Return 0: all is written at once."""
        return 0
