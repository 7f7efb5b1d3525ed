"""Small answers of one turn of the loop, written together at its end."""

import asyncio

from fakie.adapters.server.apart import end_alone

# More than this would wait for nothing: what a write costs is no longer that of waking the reader.
_SMALL = 16 * 1024


class Outbox:
    """Writes what many clients of one turn are answered one after the other.

    A client that is woken by its answer finds those to its other connections there as well. With each answer written as
    soon as it was made, a client on another processor fell asleep between any two, and waking it cost as much as
    answering.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: list[tuple[asyncio.Transport, bytes]] = []

    def put(self, transport: asyncio.Transport, data: bytes) -> None:
        """Write soon; a large answer, and what waits, at once."""
        if not self._waiting:
            self._loop.call_soon(self.flush)
        self._waiting.append((transport, data))
        if len(data) > _SMALL:
            self.flush()

    def flush(self) -> None:
        """Write all that waits, but to clients that are gone."""
        waiting, self._waiting = self._waiting, []
        for transport, data in waiting:
            if transport.is_closing():
                continue
            # As `apart` does, without what making a call to be called takes: each answer comes this way.
            try:
                transport.write(data)
            except Exception as error:  # noqa: BLE001 - whatever it is, the others must go on
                end_alone(self._loop, transport.abort, error)
