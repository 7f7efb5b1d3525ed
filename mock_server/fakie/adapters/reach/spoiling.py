"""What a client gets over a connection, step by step: an answer as it is, or spoiled as it was ordered."""

import errno
from collections.abc import Iterator
from dataclasses import dataclass

import h11

from fakie.core.http.messages import Response
from fakie.core.http.transport_faults import pieces_of

# So long (seconds) a real port keeps a connection whose answer is lost, or whose request never ends.
_KEPT_SECONDS = 60.0


@dataclass(frozen=True)
class Pause:
    """Nothing comes for some seconds."""

    seconds: float = _KEPT_SECONDS


@dataclass(frozen=True)
class HungUp:
    """The connection is closed, or broken with an error."""

    error: OSError | None = None


Step = bytes | Pause | HungUp


def steps_of(server: h11.Connection, answer: Response) -> Iterator[Step]:
    """Yield the steps of an answer over the server's end of a connection."""
    fault = answer.transport_fault
    if fault is None:
        yield from _whole(server, answer)
    elif fault.kind == "latency":
        yield Pause(fault.seconds)
        yield from _whole(server, answer)
    elif fault.kind == "dribbled":
        yield from _dribbled(server, answer, fault.seconds)
    elif fault.kind == "truncated":
        yield _head(server, answer)
        yield answer.body[: len(answer.body) // 2]
        yield HungUp()
    elif fault.kind == "malformed":
        yield b"HTTP/1.1 2OO \xff\xfe\r\nnot a header\r\n\r\n"
        yield HungUp()
    elif fault.kind == "reset":
        yield HungUp(ConnectionResetError(errno.ECONNRESET, "Connection reset by peer"))
    else:
        if fault.kind == "lost":
            yield Pause()
        yield HungUp()


def _whole(server: h11.Connection, answer: Response) -> Iterator[Step]:
    head = _head(server, answer)
    body = server.send(h11.Data(answer.body)) if answer.body else b""
    yield head + (body or b"") + (server.send(h11.EndOfMessage()) or b"")


def _dribbled(server: h11.Connection, answer: Response, seconds: float) -> Iterator[Step]:
    yield _head(server, answer)
    pieces = pieces_of(answer.body)
    for piece in pieces:
        yield Pause(seconds / len(pieces))
        yield server.send(h11.Data(piece)) or b""
    server.send(h11.EndOfMessage())


def _head(server: h11.Connection, answer: Response) -> bytes:
    headers = [*answer.headers, ("Content-Length", str(len(answer.body)))]
    return server.send(h11.Response(status_code=answer.status, headers=headers)) or b""
