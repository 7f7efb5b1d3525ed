"""A receiver of callbacks on loopback: every case has paths of its own, so that parallel cases never mix."""

import itertools
import secrets
import threading
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from fakie_contract.http.json_values import json_or
from fakie_schemas.decimals import whole_number
from fakie_schemas.recordings.urls import query_without_secret_arguments

_MOST_BYTES = 1024 * 1024
# Of the size of a chunk, with what may stand beside it.
_LONGEST_LINE = 1024


class Received(Struct, frozen=True):
    """One request that a receiver got; header names in lower case; `at` is seconds since the epoch."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float

    @property
    def json(self) -> Any:
        """The body as JSON data, or None when it is none."""
        return json_or(None, self.body)

    def shown(self, limit: int = 300) -> str:
        """Return the start of the body; of a compressed one, which is no text, what it was compressed with."""
        encoding = self.headers.get("content-encoding", "identity")
        if encoding.lower() != "identity":
            return f"{len(self.body)} bytes with Content-Encoding: {encoding}"
        return self.body[:limit].decode("utf-8", "replace")


class CallbackInbox:
    """The requests that came for one URL; answers with `statuses` in turn, then 200."""

    def __init__(self, url: str, statuses: tuple[int, ...] = ()) -> None:
        self.url = url
        self._statuses = list(statuses)
        self._received: list[Received] = []
        self._changed = threading.Condition()

    @property
    def received(self) -> tuple[Received, ...]:
        """Everything so far, oldest first."""
        with self._changed:
            return tuple(self._received)

    def wait(self, count: int, seconds: float) -> tuple[Received, ...]:
        """Return everything received once there are `count`, or after `seconds`."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._received) >= count, timeout=seconds)
            return tuple(self._received)

    def take(self, received: Received) -> int:
        """Keep a request, give the status to answer with."""
        with self._changed:
            self._received.append(received)
            self._changed.notify_all()
            return self._statuses.pop(0) if self._statuses else 200


class CallbackListener:
    """A server on a loopback port, a free one unless told, with any number of inboxes; `public` is where it is seen."""

    def __init__(self, port: int = 0, public: str = "") -> None:
        self._inboxes: dict[str, CallbackInbox] = {}
        # What came to no inbox: the last requests, each as its method and path.
        self.astray: deque[str] = deque(maxlen=2)
        self._numbers = itertools.count(1)
        # A tunnel may hand the path of its public URL on, or keep it.
        handler = _handler(self._inboxes, self.astray, urlsplit(public).path.rstrip("/"))
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._base = public.rstrip("/") or f"http://127.0.0.1:{self._server.server_address[1]}"
        # What came for an earlier run of the same URL must not count.
        self._run = secrets.token_hex(4) if public else "callback"
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="fakie-listener")
        self._thread.daemon = True
        self._thread.start()

    def inbox(self, statuses: tuple[int, ...] = ()) -> CallbackInbox:
        """Open an inbox at a URL of its own."""
        # With a query and a capital, so that a sender that drops or changes one is noticed.
        path = f"/{self._run}/No{next(self._numbers)}?from=fakie%20contract&x=1"
        self._inboxes[path] = CallbackInbox(self._base + path, statuses)
        return self._inboxes[path]

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _chunks(file: BufferedIOBase) -> bytes:
    """Read a body that is sent in chunks, as far as they are right."""
    body, line = b"", _LONGEST_LINE
    with suppress(ValueError):
        while (size := int(file.readline(line).partition(b";")[0], 16)) > 0 and len(body) < _MOST_BYTES:
            body += file.read(min(size, _MOST_BYTES))
            file.readline(line)
        # To the end of the headers that may follow: what is left unread would reset the connection.
        while file.readline(line).strip():
            pass
    return body


def _handler(inboxes: Mapping[str, CallbackInbox], astray: deque[str], prefix: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except OSError:
                self.close_connection = True

        def _answer(self) -> None:
            length = whole_number(self.headers.get("Content-Length", "").strip()) or 0
            in_chunks = "chunked" in self.headers.get("Transfer-Encoding", "").lower()
            body = _chunks(self.rfile) if in_chunks else self.rfile.read(min(length, _MOST_BYTES))
            headers = {name.lower(): value for name, value in self.headers.items()}
            received = Received(self.command, self.path, headers, body, time.time())
            inbox = inboxes.get(self.path) or inboxes.get(self.path.removeprefix(prefix))
            if inbox is None:
                path, mark, query = self.path.partition("?")
                # It may be anybody's, with anybody's keys in it.
                astray.append(f"{self.command} {path}{mark}{query_without_secret_arguments(query)}")
            status = inbox.take(received) if inbox else 404
            content = b'{"code":200,"msg":"success"}'
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = _answer  # noqa: N815 - the base's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: ARG002 - the base's name
            return

    return Handler
