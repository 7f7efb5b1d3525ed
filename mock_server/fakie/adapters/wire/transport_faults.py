"""How an answer is spoiled on its way: what is written, when, and how the connection ends."""

import socket
import struct
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from fakie.core.transport_faults import TransportFault, pieces_of

_NOT_HTTP = b"HTTP/1.1 2OO \xff\xfe\r\nnot a header\r\n\r\n"
Ending = Literal["go on", "close", "reset", "silence"]
# No lingering makes a close a reset.
NO_LINGER = (socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Script(Struct, frozen=True):
    """The steps in place of one write: each waits its seconds and writes its bytes; then the end."""

    steps: tuple[tuple[float, bytes], ...]
    end: Ending


def script(spoil: TransportFault, answer: bytes) -> Script:
    """Return how to spoil an answer, which is given as the bytes of a whole one."""
    head, _, body = answer.partition(b"\r\n\r\n")
    cut_off = answer[: len(head) + 4 + len(body) // 2]
    scripts: Mapping[str, Script] = {
        "latency": Script(((spoil.seconds, answer),), "go on"),
        "dribbled": Script(_dribbled(spoil.seconds, head + b"\r\n\r\n", body), "go on"),
        "lost": Script((), "silence"),
        "reset": Script((), "reset"),
        "empty": Script((), "close"),
        "truncated": Script(((0.0, cut_off),), "close"),
        "malformed": Script(((0.0, _NOT_HTTP),), "close"),
    }
    return scripts[spoil.kind]


def _dribbled(seconds: float, head: bytes, body: bytes) -> tuple[tuple[float, bytes], ...]:
    pieces = pieces_of(body)
    return ((0.0, head), *((seconds / len(pieces), piece) for piece in pieces))
