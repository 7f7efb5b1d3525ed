"""A webhook receiver as it is judged: how to post to it, what it answers, and within what time."""

from collections.abc import Callable
from time import monotonic
from typing import Any, Protocol

from msgspec import Struct
from msgspec.structs import replace

from fakie.core.ports import Outgoing


class ReceiverAnswer(Struct, frozen=True):
    """The answer of a receiver: HTTP status (None: nothing), after how many seconds, and what may have gone wrong.

    `unreachable`: nothing was sent, since there was nobody to send it to. `said`: what it said beside its status.
    """

    status: int | None
    seconds: float
    error: str = ""
    unreachable: bool = False
    said: str = ""

    @property
    def taken(self) -> bool:
        """Tell whether it took the callback: any 2xx."""
        return self.status is not None and 200 <= self.status < 300

    def __str__(self) -> str:
        return self.error or f"HTTP {self.status}"

    @property
    def in_words(self) -> str:
        """Return the answer with what was said beside it, which may differ from one callback to the next."""
        return f"{self}, {self.said}" if self.said else str(self)


class Post(Protocol):
    """Sends one callback to the receiver; `slowly` in pieces over two seconds."""

    def __call__(self, outgoing: Outgoing, *, slowly: bool = False) -> ReceiverAnswer:
        """Return what it answered."""


class Receiver(Struct, frozen=True):
    """A receiver to be judged: how to post to it, the key it verifies with (if any), and a probe of its work (if any).

    The probe is called without arguments before and after a repeated callback, and has to give equal values. `close`
    ends what was started to reach it.
    """

    post: Post
    url: str
    webhook_key: str | None = None
    probe: Callable[[], Any] | None = None
    close: Callable[[], None] = lambda: None


class OutOfTime(Exception):
    """No time is left for another callback."""


def within(last: float, post: Post) -> Post:
    """Return a post that raises OutOfTime from a moment (monotonic s) on, or when it had no time to be answered."""

    def bounded(outgoing: Outgoing, *, slowly: bool = False) -> ReceiverAnswer:
        left = last - monotonic()
        if left < 1:
            raise OutOfTime
        answer = post(replace(outgoing, timeout=min(outgoing.timeout, left)), slowly=slowly)
        if answer.status is None and left < outgoing.timeout:
            raise OutOfTime
        return answer

    return bounded
