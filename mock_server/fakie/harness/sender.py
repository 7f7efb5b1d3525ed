"""Where callbacks go in a test: always collected, and on to a receiver if the test wants it."""

from collections.abc import Callable

from fakie.core.ports import Delivered, Outgoing, Sender
from fakie.harness.handles import Callback


class CollectingSender:
    """A `Sender` that keeps every callback and hands it to `onward`, where there is one."""

    def __init__(self) -> None:
        self.callbacks: list[Callback] = []
        self.onward: Sender | None = None

    def send(self, outgoing: Outgoing, done: Callable[[Delivered], None]) -> None:
        """Keep it; without a receiver it counts as taken."""
        self.callbacks.append(Callback.of(outgoing))
        if self.onward is None:
            done(Delivered(200))
        else:
            self.onward.send(outgoing, done)
