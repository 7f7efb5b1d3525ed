"""The objects that all connections of a server share."""

import asyncio
import logging

from msgspec import Struct

from fakie.adapters.server.crowd import Crowd
from fakie.adapters.server.outbox import Outbox
from fakie.adapters.server.workers import Workers
from fakie.adapters.wire.heads import Heads
from fakie.adapters.wire.limits import Limits
from fakie.core.http.messages import Request, Response
from fakie.core.ports import Door, Quick

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
