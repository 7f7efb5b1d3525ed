"""Adapter for Werkzeug's own server: a door as a Flask app, in threads, without the fast server."""

import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import ClosingIterator

from fakie.adapters.flask_app import door_app
from fakie.adapters.listening import listen, url_of
from fakie.core.http.messages import quoted, without_host
from fakie.core.ports import Door

_LOOK_SECONDS = 0.02


class _Quiet(WSGIRequestHandler):
    """Leaves the log to fakie's journal, and a client that hung up alone."""

    def make_environ(self) -> Any:
        """Describe the request with its target as it was sent.

        Python drops slashes at its beginning; Werkzeug reads the rest as a URL, whose first part may be a host, and a
        wrong one, and takes a byte that is no ASCII for a whole character. Of several lengths it takes the last.
        """
        target = quoted(self.requestline.split()[1].encode("latin-1"))
        self.path = "/"
        path, _, query = target.partition(b"?")
        inner = without_host(path.decode())
        sent = target.decode()
        lengths = self.headers.get_all("Content-Length", [])
        return {
            **super().make_environ(),
            **({"CONTENT_LENGTH": ", ".join(lengths)} if len(lengths) > 1 else {}),
            "PATH_INFO": unquote_to_bytes(inner).decode("latin-1"),
            "QUERY_STRING": query.decode(),
            "REQUEST_URI": sent,
            "RAW_URI": sent,
        }

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing, before anything is made of a target that cannot be read as a URL."""

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        """Say nothing."""


class _InWork:
    """A WSGI app that knows how many requests it is answering."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app
        self._count = 0
        self._changed = threading.Condition()

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        self._add(1)
        try:
            # Closed once all of it is written, or nobody is there to read it.
            return ClosingIterator(self._app(environ, start_response), lambda: self._add(-1))
        except BaseException:
            self._add(-1)
            raise

    def wait(self, seconds: float) -> None:
        """Wait until no request is in work, or so long."""
        with self._changed:
            self._changed.wait_for(lambda: self._count == 0, seconds)

    def _add(self, more: int) -> None:
        with self._changed:
            self._count += more
            self._changed.notify_all()


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
        self._app = _InWork(door_app(door))
        number = self._listener.fileno()
        self._server = make_server(host, port, self._app, threaded=True, request_handler=_Quiet, fd=number)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_LOOK_SECONDS,), name="fakie-server", daemon=True
        )
        self._thread.start()

    def stop(self, grace: float = 0.0) -> None:
        """Take no more connections, and give requests in work `grace` seconds; others are left to end by themselves."""
        if self._thread:
            self._server.shutdown()
            self._thread.join()
            self._app.wait(grace)
            self._server.server_close()
        self._listener.close()
