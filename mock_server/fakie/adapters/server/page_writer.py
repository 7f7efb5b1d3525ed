"""Writing a long answer: a page at a time, each when the client has read most of what came before."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from math import inf
from time import monotonic

from fakie.adapters.server.serving import Serving
from fakie.adapters.wire.transport_faults import Ending
from fakie.core.ports import StoreUnwritableError

_log = logging.getLogger("fakie")
# So much may wait for a client to read before it gets more.
MOST_UNWRITTEN = 64 * 1024
# What one answer may keep: its page, and what it remembers of the rows to come.
_HELD = 1024 * 1024


class PageWriter:
    """Writes the pages of one answer; `cancel` ends it, as it ends a timer.

    `held` bytes are in memory for it. `wait_until` is told until when the client may take to read on, `ended` how the
    connection goes on.
    """

    def __init__(
        self,
        serving: Serving,
        transport: asyncio.Transport,
        wait_until: Callable[[float], None],
        ended: Callable[[Ending], None],
    ) -> None:
        self._serving = serving
        self._transport = transport
        self._wait_until = wait_until
        self._ended = ended
        self._patience = serving.limits.write_seconds
        self._waiting_since = inf
        self._over = False
        self._making = False
        self.held = _HELD

    def write(self, start: bytes, pages: Iterator[bytes], own: int) -> None:
        """Write the start, then each page; `own`: the bytes of the answer that nobody but it keeps in memory."""
        self._pages = pages
        self.held += own
        self._wait_until(inf)
        self._send(start)

    def cancel(self) -> None:
        """Write no more, and tell nobody."""
        self._over = True

    def go_on(self) -> None:
        """Make the next page, now that the client has read on."""
        if self._over or self._making:
            return
        if self._waiting_since != inf:
            # All the waiting of one answer is bounded, not each.
            self._patience -= monotonic() - self._waiting_since
            self._waiting_since = inf
            self._wait_until(inf)
        self._making = True
        self._serving.workers.submit(self._make)

    def _make(self) -> None:
        """Make the next page, in a thread."""
        page: bytes | None = None
        try:
            page = next(self._pages, b"")
        except StoreUnwritableError as error:
            _log.warning("an answer ended before its end: %s", error)
        except Exception:  # noqa: BLE001 - the client is told by an answer that is cut off
            _log.exception("an answer ended before its end")
        # Where the loop has stopped meanwhile, nobody waits for this any more.
        with suppress(RuntimeError):
            self._serving.loop.call_soon_threadsafe(self._made, page)

    def _made(self, page: bytes | None) -> None:
        self._making = False
        if self._over:
            return
        if page:
            self._send(page)
        else:
            self._over = True
            self._ended("reset" if page is None else "go on")

    def _send(self, data: bytes) -> None:
        self._serving.outbox.put(self._transport, data)
        self._serving.outbox.flush()
        if self._transport.get_write_buffer_size() <= MOST_UNWRITTEN:
            self.go_on()
        else:
            self._waiting_since = monotonic()
            self._wait_until(self._waiting_since + self._patience)
