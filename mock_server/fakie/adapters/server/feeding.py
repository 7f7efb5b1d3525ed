"""Sending a feed: the loop asks for news and writes it, until the client or the server goes."""

import asyncio
import socket

from fakie.core.http.messages import Feed

# A listener that has left more than this unread has stopped reading.
_MOST_UNREAD = 64 * 1024
# One that vanished without a word is given up after so many milliseconds, where the system can tell.
_SILENT_MS = 30_000


class Feeding:
    """Keeps one answer open; `cancel` ends it, as it ends a timer."""

    def __init__(
        self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, feed: Feed, answer: bytes
    ) -> None:
        self._transport = transport
        self._loop = loop
        self._feed = feed
        self._timer: asyncio.TimerHandle | None = None
        transport.write(answer)
        if feed.start():
            _notice_silence(transport)
            self._wait()
        else:
            transport.close()

    def cancel(self) -> None:
        """Ask for no more news."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
            self._feed.close()

    def _wait(self) -> None:
        self._timer = self._loop.call_later(self._feed.seconds, self._send)

    def _send(self) -> None:
        if self._transport.get_write_buffer_size() > _MOST_UNREAD:
            self._transport.abort()
            return
        news = self._feed.news()
        if news:
            self._transport.write(news)
        self._wait()


def _notice_silence(transport: asyncio.Transport) -> None:
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _SILENT_MS)
