"""Ends cheroot: the app on a real port, in threads of this process."""

import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any
from urllib.parse import unquote_to_bytes

from cheroot.server import HTTPConnection, HTTPRequest
from cheroot.wsgi import Gateway_10
from cheroot.wsgi import Server as CherootServer

from fakie.adapters.connections import linger, spoil_connection
from fakie.core.spoils import Spoil
from fakie.errors import ConfigurationError

App = Callable[..., Iterable[bytes]]
_HEADER_BYTES = 256 * 1024


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
        self._spoil: Spoil | None = None
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

    def _take_spoil(self, spoil: Spoil) -> None:
        self._spoil = spoil

    def _spoil_answer(self, spoil: Spoil) -> None:
        if spoil.kind == "latency":
            time.sleep(spoil.seconds)
        elif spoil.kind != "truncated":
            spoil_connection(self.req.conn.socket, spoil)
            raise _SpoiledError


class _LenientRequest(HTTPRequest):
    """Lets odd paths and methods through, so that the service can word the refusal."""

    def __init__(self, server: CherootServer, connection: HTTPConnection) -> None:
        super().__init__(server, connection, strict_mode=False)


class _Connection(HTTPConnection):
    RequestHandlerClass = _LenientRequest

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


class LiveServer:
    """A port with an app behind it; `host` and `port` (0: any free one) are bound when it is made."""

    def __init__(self, host: str, port: int, threads: int = 16) -> None:
        self._server = CherootServer((host, port), None, numthreads=threads, timeout=10, shutdown_timeout=0.2)
        self._server.gateway = _Gateway
        self._server.ConnectionClass = _Connection
        self._server.max_request_header_size = _HEADER_BYTES
        # The server looks this often (seconds) whether it is to stop; its default is 0.5.
        self._server.expiration_interval = 0.02
        self._thread: threading.Thread | None = None
        try:
            self._server.prepare()
        except OSError as error:
            reason = getattr(error, "strerror", None) or error
            raise ConfigurationError(f"cannot listen on {host}:{port}: {reason}; try another --port, or 0") from None

    @property
    def url(self) -> str:
        """Give the base URL at which this machine reaches the server."""
        host, port = self._server.socket.getsockname()[:2]
        if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
            host = "127.0.0.1" if host == "0.0.0.0" else "::1"  # noqa: S104
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def start(self, app: App) -> None:
        """Serve the app from a thread of its own."""
        self._server.wsgi_app = app
        self._thread = threading.Thread(target=self._server.serve, name="fakie-server", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop at once; requests in work are given up after a moment."""
        self._server.stop()
        if self._thread:
            self._thread.join()
