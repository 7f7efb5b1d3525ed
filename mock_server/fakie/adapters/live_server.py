"""A real port: the app behind cheroot, in threads of this process."""

import errno
import re
import threading
from collections.abc import Callable, Iterable

from fakie.adapters.wsgi_server import WsgiServer
from fakie_schemas.errors import ConfigurationError

App = Callable[..., Iterable[bytes]]


class LiveServer:
    """A port with an app behind it; `host` and `port` (0: any free one) are bound when it is made."""

    def __init__(self, host: str, port: int, threads: int = 16) -> None:
        self._thread: threading.Thread | None = None
        try:
            self._server = WsgiServer(host, port, threads)
            self._server.prepare()
        except (OSError, ValueError) as error:
            raise ConfigurationError(f"cannot listen on {host or repr(host)}:{port}: {_reason(error)}") from None

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


def _reason(error: Exception) -> str:
    # cheroot folds what the system said into a longer text.
    found = re.search(r"\[Errno ([-\d]+)\] ([^)\]]+)", str(error))
    if found is None:
        return str(error)
    in_use = int(found[1]) == errno.EADDRINUSE
    return f"{found[2]}; another --port may be free, and --port 0 takes any that is" if in_use else found[2]
