"""What is done to sockets: closing them gently, and spoiling them on purpose."""

import os
import socket
import struct

from fakie.core.http.transport_faults import TransportFault

_LINGER_SECONDS = 1.0
_LINGER_BYTES = 64 * 1024 * 1024
_LOST_SECONDS = 60.0


def linger(connection: socket.socket) -> None:
    """Say that no more comes, and let the client send out what it still sends, for a second at most."""
    # Closing while bytes still come in makes the kernel send a reset, which can overtake the answer.
    try:
        connection.shutdown(socket.SHUT_WR)
        connection.settimeout(_LINGER_SECONDS)
        left = _LINGER_BYTES
        while left > 0 and (data := connection.recv(65536)):
            left -= len(data)
    except OSError:
        return


def spoil_connection(connection: socket.socket, spoil: TransportFault) -> None:
    """Keep an answer from its client: reset, lost or malformed; closing it, all that `empty` needs, is the caller's."""
    if spoil.kind == "reset":
        # No lingering makes the close a reset. It has to be this one: a shutdown before it would read as an end.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(connection.detach())
    elif spoil.kind == "malformed":
        connection.sendall(b"HTTP/1.1 2OO \xff\xfe\r\nnot a header\r\n\r\n")
    elif spoil.kind == "lost":
        _until_hung_up(connection)


def _until_hung_up(connection: socket.socket) -> None:
    connection.settimeout(_LOST_SECONDS)
    try:
        while connection.recv(65536):
            pass
    except OSError:
        return
