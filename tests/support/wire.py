"""One raw connection to a fake, and what is sent over it."""

import json
import socket
from typing import Any
from urllib.parse import urlsplit

from support.clients.doors import CREATE, MODEL

GOOD = json.dumps({"model": MODEL, "input": {}}).encode()
HEAD = (
    f"POST {CREATE} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer k\r\nContent-Type: application/json\r\n"
).encode()


class Wire:
    """One raw connection to the fake."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=8)
        self.file = self.socket.makefile("rb")

    def send(self, data: bytes) -> "Wire":
        self.socket.sendall(data)
        return self

    def answer(self) -> tuple[int, Any]:
        """Read one answer: HTTP status and JSON body."""
        status = int(self.file.readline().split()[1])
        length = 0
        while (line := self.file.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return status, json.loads(self.file.read(length))

    def close(self) -> None:
        self.file.close()
        self.socket.close()


def with_body(body: bytes) -> bytes:
    return HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body


def check_next(url: str) -> None:
    """Assert that a good request on a new connection is accepted."""
    wire = Wire(url)
    try:
        assert wire.send(with_body(GOOD)).answer()[1]["code"] == 200
    finally:
        wire.close()
