"""Ends cheroot: its server, made to stop at once, to wait for slow clients elsewhere, and to spoil answers."""

import threading
from contextlib import suppress
from typing import Any
from urllib.parse import unquote_to_bytes

from cheroot.server import HTTPConnection, HTTPRequest
from cheroot.wsgi import Gateway_10
from cheroot.wsgi import Server as CherootServer

from fakie.adapters.connections import linger, spoil_connection
from fakie.core.http.transport_faults import TransportFault

_HEADER_BYTES = 256 * 1024
# Connections that the system may keep for us to accept; with too few, the next ones wait a second and more.
_BACKLOG = 512
_MORE_THREADS, _MOST_THREADS = 16, 512


class _SpoiledError(Exception):
    """The connection has been spoiled as ordered; nothing more is to be written."""


class _Gateway(Gateway_10):
    """Closes a connection whose body was left unread, in a way that lets the client still read the answer."""

    def get_environ(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environ()
        if self.req.uri.startswith(b"//"):
            # A base URL with a slash at its end makes such paths; cheroot takes their first part for a host.
            environ["PATH_INFO"] = unquote_to_bytes(self.req.uri.partition(b"?")[0]).decode("latin-1")
        environ["fakie.spoiler"] = self._take_spoil
        return environ

    def respond(self) -> None:
        self._cut_off = False
        self._spoil: TransportFault | None = None
        try:
            super().respond()
        except _SpoiledError:
            self.req.sent_headers = self.req.close_connection = True
            self.req.chunked_write = False
        if self._cut_off:
            linger(self.req.conn.socket)

    def start_response(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        # The app has read by now what it wants to read.
        if _unread(self.req):
            self._cut_off = self.req.close_connection = True
        if self._spoil:
            self._spoil_answer(self._spoil)
        return super().start_response(status, headers, exc_info)

    def write(self, chunk: bytes) -> None:
        if self._spoil and self._spoil.kind == "truncated":
            super().write(chunk[: len(chunk) // 2])
            raise _SpoiledError
        super().write(chunk)

    def _take_spoil(self, spoil: TransportFault) -> None:
        self._spoil = spoil

    def _spoil_answer(self, spoil: TransportFault) -> None:
        if spoil.kind == "latency":
            # Not a sleep: a server that stops does not wait for a late answer.
            self.req.server.stopping.wait(spoil.seconds)
        elif spoil.kind != "truncated":
            spoil_connection(self.req.conn.socket, spoil)
            raise _SpoiledError


class _LenientRequest(HTTPRequest):
    """Lets odd paths and methods through, so that the service can word the refusal."""

    def __init__(self, server: CherootServer, connection: HTTPConnection) -> None:
        super().__init__(server, connection, strict_mode=False)


class _Connection(HTTPConnection):
    RequestHandlerClass = _LenientRequest

    def communicate(self) -> bool:
        # Connections that still queue when the server stops would each be waited for.
        return bool(self.server.ready and super().communicate())

    def close(self) -> None:
        # What could not be written to a client that hung up must not surface later, when the writer is collected.
        with suppress(OSError, ValueError):
            self.wfile.close()
        if self.socket.fileno() == -1:
            # Reset on purpose; cheroot takes a second close for a fatal error.
            self.rfile.close()
            return
        super().close()


def _unread(request: HTTPRequest) -> bool:
    # A chunked body has no known rest; its connection is closed rather than guessed to be at its end.
    return bool(request.chunked_read or getattr(request.rfile, "remaining", 0))


class WsgiServer(CherootServer):
    """Serves with `threads` threads, and more while all of them wait for slow clients."""

    ConnectionClass = _Connection
    max_request_header_size = _HEADER_BYTES
    # It looks this often (seconds) whether it is to stop; cheroot's own is 0.5.
    expiration_interval = 0.02

    def __init__(self, host: str, port: int, threads: int) -> None:
        super().__init__(
            (host, port),
            None,
            numthreads=threads,
            max=_MOST_THREADS,
            request_queue_size=_BACKLOG,
            timeout=10,
            shutdown_timeout=0.2,
        )
        self.gateway = _Gateway
        self.stopping = threading.Event()

    def process_conn(self, conn: HTTPConnection) -> None:
        """Hand a connection to a thread once something has come over it."""
        if conn.last_used is None:
            # New, and perhaps idle for long, as those of connection pools are: no thread until its first byte.
            self.put_conn(conn)
            return
        if self.requests.qsize >= self.requests.idle:
            self.requests.grow(_MORE_THREADS)
        super().process_conn(conn)

    def stop(self) -> None:
        """Stop at once; requests in work are given up after a moment."""
        self.stopping.set()
        super().stop()
