"""The objects that all connections of a server share."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from msgspec import Struct

from fakie.adapters.server.apart import apart
from fakie.adapters.server.crowd import Crowd
from fakie.adapters.server.outbox import Outbox
from fakie.adapters.server.rounds import Rounds
from fakie.adapters.server.workers import Workers
from fakie.adapters.wire.heads import Heads
from fakie.adapters.wire.limits import Limits
from fakie.core.http.messages import Request, Response
from fakie.core.ports import Door, Quick
from fakie.core.situations import Refused

_log = logging.getLogger("fakie")


class Serving(Struct, frozen=True):
    """The objects that all connections of a server share.

    `quick` says which requests the door answers without waiting, `plain` that h11 parses in any case.
    """

    door: Door
    quick: Quick
    limits: Limits
    crowd: Crowd
    workers: Workers
    loop: asyncio.AbstractEventLoop
    outbox: Outbox
    rounds: Rounds
    heads: Heads
    plain: bool = False

    def ask(self, request: Request) -> Response | None:
        """Return the door's answer, None where it failed."""
        try:
            return self.door.handle(request)
        except Exception:  # noqa: BLE001 - one answer that failed must not end the others
            _log.exception("no answer to %r %r", request.method, request.path)
            return None
        finally:
            request.body.close()

    def ask_in_thread(
        self, request: Request, answered: Callable[[Response | None], None], drop: Callable[[], None]
    ) -> None:
        """Do so in a thread, once one is free, and tell the loop of the answer; refuse at once where there is none.

        A connection that fails to write it is dropped.
        """

        def job() -> None:
            response = self.ask(request)
            # Where the loop has stopped meanwhile, nobody waits for this any more.
            with suppress(RuntimeError):
                self.loop.call_soon_threadsafe(apart, self.loop, partial(answered, response), drop)

        if not self.workers.submit(job):
            request.fault = Refused("server_busy", reason="the system gives it no thread to answer in")
            answered(self.ask(request))
