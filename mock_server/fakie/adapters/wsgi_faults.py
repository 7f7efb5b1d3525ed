"""Spoiled answers under any WSGI server: what WSGI allows, and more where the server shows its socket."""

import os
import socket
import struct
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from fakie.core.transport_faults import TransportFault, pieces_of

_LOST_SECONDS = 60.0
# Under these names servers hand their socket to an application.
_SOCKETS = ("werkzeug.socket", "gunicorn.socket")


def spoiled(spoil: TransportFault, body: bytes, environ: Mapping[str, Any]) -> Iterable[bytes]:
    """Return the body of a spoiled answer; unless it is only late or slow, taking it raises ConnectionError."""
    connection = next((environ[name] for name in _SOCKETS if name in environ), None)
    if spoil.kind == "latency":
        time.sleep(spoil.seconds)
        return [body]
    if spoil.kind == "dribbled":
        return _dribbled(spoil.seconds, body)
    if spoil.kind == "truncated":
        return _broken_off(body[: len(body) // 2])
    if connection is not None:
        _spoil_connection(spoil, connection)
    elif spoil.kind == "lost":
        time.sleep(_LOST_SECONDS)
    raise ConnectionError(f"this answer was ordered to be spoiled: {spoil.kind}")


def _dribbled(seconds: float, body: bytes) -> Iterator[bytes]:
    pieces = pieces_of(body)
    for piece in pieces:
        time.sleep(seconds / len(pieces))
        yield piece


def _broken_off(half: bytes) -> Iterator[bytes]:
    yield half
    raise ConnectionError("this answer was ordered to be spoiled: truncated")


def _spoil_connection(spoil: TransportFault, connection: socket.socket) -> None:
    """Make the connection unfit for the page that a server writes about an error."""
    if spoil.kind == "reset":
        _reset(connection)
        return
    if spoil.kind == "malformed":
        connection.sendall(b"HTTP/1.1 2OO \xff\xfe\r\nnot a header\r\n\r\n")
    elif spoil.kind == "lost":
        _until_hung_up(connection)
    connection.shutdown(socket.SHUT_WR)


def _reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()
    number = connection.fileno()
    if number >= 0 and os.name == "posix":
        # Files that a server reads it by hold it open, as Werkzeug's do: they find the end of another in its place.
        ended, other = socket.socketpair()
        other.close()
        os.dup2(ended.fileno(), number, inheritable=False)
        ended.close()


def _until_hung_up(connection: socket.socket) -> None:
    connection.settimeout(_LOST_SECONDS)
    try:
        while connection.recv(65536):
            pass
    except OSError:
        return
