"""Where callbacks go in a test: always collected, and on to a receiver if the test wants it."""

import time
from collections.abc import Callable

from fakie.core.clock import Now
from fakie.core.ports import Delivered, Outgoing, Sender
from fakie.harness.handles import Callback

_KEPT = (
    "kept in fakie.callbacks and sent nowhere; fakie.deliver_to(app) hands it on, fakie_server to ports of this machine"
)


class CollectingSender:
    """A `Sender` that keeps every callback and hands it to `onward`, where there is one.

    `receivers_now` is the clock that receivers see.
    """

    def __init__(self) -> None:
        self.callbacks: list[Callback] = []
        self.onward: Sender | None = None
        self.receivers_now: Now = time.time

    def send(self, outgoing: Outgoing, done: Callable[[Delivered], None]) -> None:
        """Keep it; without a receiver it counts as taken."""
        self.callbacks.append(Callback.of(outgoing))
        if self.onward is None:
            done(Delivered(200, _KEPT))
        else:
            self.onward.send(outgoing, done)
