"""The fast server on a real port: an event loop in a thread of its own, answering by a door."""

import asyncio
import ssl
import threading
import time
from typing import Any, cast

from fakie.adapters.listening import BACKLOG, listen, url_of
from fakie.adapters.rarely import Rarely
from fakie.adapters.server.connection import Connection
from fakie.adapters.server.crowd import Crowd
from fakie.adapters.server.loops import new_loop
from fakie.adapters.server.outbox import Outbox
from fakie.adapters.server.rounds import Rounds
from fakie.adapters.server.serving import Serving
from fakie.adapters.server.workers import Workers
from fakie.adapters.wire.heads import Heads
from fakie.adapters.wire.limits import Limits
from fakie.core.http.messages import Request
from fakie.core.ports import Door, Quick

_LOOK_SECONDS = 0.01
_TAKEN_AT_ONCE = 8


_USUAL = Limits()


def never_quick(_: Request) -> bool:
    """Let every answer wait in a thread."""
    return False


class LiveServer:
    """A port with a door behind it; `host` and `port` (0: any free one) are bound when it is made.

    A `plain` one runs as where neither uvloop nor httptools is installed. With `tls` it speaks https alone. Several
    processes may serve a port `together`.
    """

    def __init__(
        self, host: str, port: int, *, plain: bool = False, tls: ssl.SSLContext | None = None, together: bool = False
    ) -> None:
        self._plain = plain
        self._tls = tls
        self._listener = listen(host, port, together=together)
        self._thread: threading.Thread | None = None
        self.address: str = self._listener.getsockname()[0]
        self.url = url_of(self._listener, "https" if tls else "http")
        # That of a server which has been started.
        self.loop: asyncio.AbstractEventLoop

    def start(self, door: Door, quick: Quick = never_quick, limits: Limits = _USUAL) -> None:
        """Serve a door; requests that are `quick` are answered in the loop itself, all others in threads."""
        self.loop = new_loop(plain=self._plain)
        errors = Rarely("the server met %d errors; the last: %s")
        self.loop.set_exception_handler(lambda _, context: errors.say(_described(context)))
        self._stop = asyncio.Event()
        self._grace = 0.0
        serving = Serving(
            door,
            quick,
            limits,
            Crowd(limits),
            Workers(limits.threads),
            self.loop,
            Outbox(self.loop),
            Rounds(self.loop),
            Heads(limits),
            self._plain,
        )
        self._thread = threading.Thread(target=self._run, args=(serving,), name="fakie-server", daemon=True)
        self._thread.start()

    def stop(self, grace: float = 0.0) -> None:
        """Take no more connections, give requests in work `grace` seconds, and close."""
        if self._thread is None:
            self._listener.close()
            return
        if self.loop.is_closed():
            return
        self._grace = grace
        self.loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self, serving: Serving) -> None:
        try:
            self.loop.run_until_complete(self._serve(serving))
        finally:
            serving.workers.stop()
            self.loop.close()
            self._listener.close()

    async def _serve(self, serving: Serving) -> None:
        patience = serving.limits.head_seconds if self._tls else None
        # uvloop takes in one client a turn by each, and a turn is long when many are answered in it. asyncio's own
        # loops take in all that there are, and that of Windows no socket twice.
        own = isinstance(self.loop, asyncio.BaseEventLoop)
        several = 1 if own else min(_TAKEN_AT_ONCE, serving.crowd.most // _TAKEN_AT_ONCE)
        listeners = [self._listener, *(self._listener.dup() for _ in range(several - 1))]
        servers = [
            await self.loop.create_server(
                lambda: cast(asyncio.Protocol, Connection(serving)),
                sock=listener,
                # The loop listens anew, and would have its own.
                backlog=BACKLOG,
                ssl=self._tls,
                ssl_handshake_timeout=patience,
            )
            for listener in listeners
        ]
        serving.crowd.sweep(self.loop)
        await self._stop.wait()
        serving.crowd.leaving = True
        until = time.monotonic() + self._grace
        if self._grace:
            # What clients have sent by now is read first, also of those who wait to be let in.
            await asyncio.sleep(_LOOK_SECONDS)
        for server in servers:
            server.close()
        while serving.crowd.any_in_work and time.monotonic() < until:
            await asyncio.sleep(_LOOK_SECONDS)
        serving.crowd.drop_all()
        # Aborted transports say goodbye in the loop's next rounds.
        for _ in range(2):
            await asyncio.sleep(0)


def _described(context: dict[str, Any]) -> str:
    return f"{context.get('message')}: {context.get('exception')!r}"
