"""One raw connection to a fake, and what is sent over it."""

import json
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from support.clients.doors import CREATE, MODEL
from support.waiting import wait_until

GOOD = json.dumps({"model": MODEL, "input": {}}).encode()
HEAD = (
    f"POST {CREATE} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer k\r\nContent-Type: application/json\r\n"
).encode()
GET = b"GET /api/v1/chat/credit HTTP/1.1\r\nHost: fake\r\nAuthorization: Bearer k\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

Serve = Callable[..., str]


class Wire:
    """One raw connection to the fake."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.socket = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=60)
        self.file = self.socket.makefile("rb")

    def send(self, data: bytes) -> "Wire":
        self.socket.sendall(data)
        return self

    def taken(self) -> "Wire":
        """Wait until the other side has read all that was sent: where several send, the order may count."""
        if sys.platform == "linux":
            wait_until(self._is_taken)
        else:
            time.sleep(0.2)
        return self

    def _is_taken(self) -> bool:
        """Tell whether nothing that was sent lies with the system: not to be sent here, nor to be read over there."""
        here, there = (f":{end[1]:04X}" for end in (self.socket.getsockname(), self.socket.getpeername()))
        lying = {}
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
            _, local, remote, _, queues, *_ = line.split()
            lying[local[-5:], remote[-5:]] = queues.split(":")
        none = "00000000"
        return lying.get((here, there), [none])[0] == lying.get((there, here), [none])[-1] == none

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


def ask(url: str, *parts: bytes) -> tuple[int, str, bool]:
    """Send on one connection; return status, msg, and whether the server closed it afterwards."""
    wire = Wire(url)
    try:
        for part in parts:
            wire.send(part)
        status, body = wire.answer()
        return status, body["msg"], wire.file.read(1) == b""
    finally:
        wire.close()


def credit(url: str) -> int:
    """Return the HTTP status of an account's credits, asked on a connection of its own."""
    return ask(url, GET + b"Connection: close\r\n\r\n")[0]
