"""Adapter for Werkzeug's own server: a door as a Flask app, in threads, without the fast server."""

import threading
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from fakie.adapters.flask_app import door_app
from fakie.adapters.listening import listen, url_of
from fakie.core.ports import Door

_LOOK_SECONDS = 0.02


class _Quiet(WSGIRequestHandler):
    """Leaves the log to fakie's journal, and a client that hung up alone."""

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        """Say nothing."""


class FlaskServer:
    """A port with a door behind it, as `LiveServer` is; requests are answered in one thread each, and in no `loop`."""

    loop = None

    def __init__(self, host: str, port: int) -> None:
        self._listener = listen(host, port)
        self._thread: threading.Thread | None = None
        self.address: str = self._listener.getsockname()[0]
        self.url = url_of(self._listener)

    def start(self, door: Door, quick: object = None, limits: object = None) -> None:  # noqa: ARG002
        """Serve a door; which requests are quick, and the limits of the fast server, make no difference here."""
        host, port = self._listener.getsockname()[:2]
        app = door_app(door)
        self._server = make_server(host, port, app, threaded=True, request_handler=_Quiet, fd=self._listener.fileno())
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_LOOK_SECONDS,), name="fakie-server", daemon=True
        )
        self._thread.start()

    def stop(self, grace: float = 0.0) -> None:
        """Take no more connections; requests in work are left to end by themselves."""
        if self._thread:
            self._server.shutdown()
            self._thread.join(grace + 1)
            self._server.server_close()
        self._listener.close()
