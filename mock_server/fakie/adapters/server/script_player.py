"""Playing a transport fault: the loop writes an answer's pieces, each in its time, and tells how it ends."""

import asyncio
from collections.abc import Callable

from fakie.adapters.server.serving import Serving
from fakie.adapters.wire.transport_faults import Ending, Script


class ScriptPlayer:
    """Writes one script's steps; `cancel` ends it, as it ends a timer."""

    def __init__(self, serving: Serving, transport: asyncio.Transport, ended: Callable[[Ending], None]) -> None:
        self._serving = serving
        self._transport = transport
        self._ended = ended
        self._timer: asyncio.TimerHandle | None = None

    def play(self, script: Script) -> None:
        """Write the steps that are left, then tell how the connection goes on; without steps that is at once."""
        if script.steps:
            seconds, data = script.steps[0]
            left = Script(script.steps[1:], script.end)
            self._timer = self._serving.loop.call_later(seconds, self._write, data, left)
        else:
            self._ended(script.end)

    def cancel(self) -> None:
        """Write no more, and tell nobody."""
        if self._timer:
            self._timer.cancel()

    def _write(self, data: bytes, left: Script) -> None:
        self._serving.outbox.put(self._transport, data)
        # A client that is found gone gets no more steps; the connection is told of it by its loop.
        if not self._transport.is_closing():
            self.play(left)
