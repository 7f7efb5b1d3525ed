"""An answer over a line, step by step: as it is, or spoiled as it was ordered."""

import errno
from collections.abc import Iterator, Sequence
from time import time as wall

from msgspec import Struct

from fakie.adapters.wire.answers import as_bytes
from fakie.adapters.wire.coming import Inbound
from fakie.adapters.wire.transport_faults import Script, script
from fakie.core.http.messages import Response

# So long (seconds) a real port keeps a connection whose answer is lost, or whose request never ends.
_KEPT_SECONDS = 60.0


class Pause(Struct, frozen=True):
    """A pause: nothing comes for some seconds."""

    seconds: float = _KEPT_SECONDS


class HungUp(Struct, frozen=True):
    """The connection is closed, or broken with an error."""

    error: OSError | None = None


Step = bytes | Pause | HungUp


def steps_of(inbound: Inbound, answer: Response) -> Sequence[Step]:
    """Return the steps of the answer to a request."""
    request = inbound.request
    data = as_bytes(
        answer,
        int(wall()),
        keep_alive=inbound.keep_alive,
        without_body=request.method == "HEAD",
        old=inbound.old,
    )
    if answer.transport_fault is None:
        return [data] if inbound.keep_alive else [data, HungUp()]
    return list(_spoiled(script(answer.transport_fault, data), keep_alive=inbound.keep_alive))


def _spoiled(by: Script, *, keep_alive: bool) -> Iterator[Step]:
    for seconds, piece in by.steps:
        if seconds:
            yield Pause(seconds)
        yield piece
    if by.end == "silence":
        yield Pause()
    if by.end == "reset":
        yield HungUp(ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"))
    elif by.end != "go on" or not keep_alive:
        yield HungUp()
