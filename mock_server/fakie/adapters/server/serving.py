"""The objects that all connections of a server share."""

import asyncio
from dataclasses import dataclass

from fakie.adapters.server.crowd import Crowd
from fakie.adapters.server.outbox import Outbox
from fakie.adapters.server.workers import Workers
from fakie.adapters.wire.heads import Heads
from fakie.adapters.wire.limits import Limits
from fakie.core.ports import Door, Quick


@dataclass(frozen=True)
class Serving:
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
