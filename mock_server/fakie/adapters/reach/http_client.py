"""Answers http.client, and with it urllib.request, urllib3 and requests.

The seam is `connect` of the connection classes: below every adapter, pool, retry and cache, public in the standard
library for twenty years and overridden by urllib3 in the same way. The socket that it leaves behind is ours.
"""

import http.client
import io
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from functools import cache
from typing import Any, NoReturn
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary, WeakSet

import urllib3.connection

from fakie.adapters.imported import imported
from fakie.adapters.reach.http_heads import quick_heads
from fakie.adapters.reach.line import Line
from fakie.adapters.reach.reach import Reach
from fakie.adapters.reach.replacing import Substitute

_UNVERIFIED = {ssl.CERT_NONE, "CERT_NONE", "NONE"}

Connection = Any


class LineSocket:
    """A socket as far as http.client, urllib3 and urllib3.future use one, over a line to a door."""

    family, type = socket.AF_INET, socket.SOCK_STREAM

    def __init__(self, reach: Reach, line: Line, idle: "Idle", timeout: Any) -> None:
        self.reach = reach
        self._line = line
        self._idle = idle
        self.settimeout(timeout if timeout is None or isinstance(timeout, int | float) else socket.getdefaulttimeout())

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(
            f"fakie answers this connection within the test, without TLS: it has no {name}, which a real socket may"
            " have; fakie_server answers on a port"
        )

    def settimeout(self, seconds: float | None) -> None:
        """Set the patience of each read, in seconds; None: without end."""
        self._timeout = seconds

    def gettimeout(self) -> float | None:
        """Return the patience of each read."""
        return self._timeout

    def sendall(self, data: Any, *_: Any) -> None:
        """Send bytes; the answer of a whole request is there when this returns."""
        if not self.reach.live:
            raise BrokenPipeError("the test whose fake answered this connection has ended")
        self._line.send(bytes(data))

    def recv_into(self, buffer: Any) -> int:
        """Read what has come; 0 at the end."""
        data = self._line.read(len(buffer), self._timeout)
        buffer[: len(data)] = data
        return len(data)

    def recv(self, limit: int, *_: Any) -> bytes:
        """Read what has come, up to a limit; nothing at the end."""
        return self._line.read(limit, self._timeout)

    def makefile(self, *_: Any, **__: Any) -> io.BufferedReader:
        """Return a file that reads what comes."""
        return io.BufferedReader(_Reader(self))

    def fileno(self) -> int:
        """Return a descriptor on which nothing ever comes, so that pools take the connection for idle and alive."""
        return self._idle.fileno()

    def setsockopt(self, *_: Any) -> None:
        """Take any option."""

    def getsockopt(self, *_: Any) -> int:
        """Say of any option that it is set."""
        return 1

    def getpeername(self) -> tuple[str, int]:
        """Return this machine's address: the door is here."""
        return "127.0.0.1", 0

    def shutdown(self, how: int) -> None:
        """Do nothing: what has come can still be read."""

    def close(self) -> None:
        """Do nothing: what has come can still be read."""


class _Reader(io.RawIOBase):
    def __init__(self, source: LineSocket) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._source.recv_into(buffer)


class Idle:
    """A descriptor that is never ready, for all connections of a block."""

    def __init__(self) -> None:
        self._socket: Any = None
        self._making = threading.Lock()

    def fileno(self) -> int:
        """Return it, made when it is first asked for."""
        with self._making:
            # The system's own type: libraries that forbid sockets in tests replace socket.socket.
            self._socket = self._socket or socket.SocketType(socket.AF_INET, socket.SOCK_DGRAM)
        return int(self._socket.fileno())

    def close(self) -> None:
        """Close it."""
        if self._socket is not None:
            self._socket.close()


class _Switch:
    """Decides for each connection whether its socket is the door's."""

    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        self._idle = Idle()
        self._joined: WeakSet[Connection] = WeakSet()
        # Where a connection to a proxy leads.
        self._beyond: WeakKeyDictionary[Connection, tuple[str, int | None]] = WeakKeyDictionary()

    def connect(self, real: Callable[[Connection], None]) -> Callable[[Connection], None]:
        def connect(connection: Connection) -> None:
            target = self._target(connection)
            if not self._reach.answers(*target):
                real(connection)
                return
            line = self._reach.line(*target)
            connection.sock = LineSocket(self._reach, line, self._idle, connection.timeout)
            if hasattr(connection, "cert_reqs"):
                connection.is_verified = connection.cert_reqs not in _UNVERIFIED
            self._joined.add(connection)

        return connect

    def set_tunnel(self, real: Callable[..., None]) -> Callable[..., None]:
        def set_tunnel(connection: Connection, host: str, port: int | None = None, headers: Any = None) -> None:
            real(connection, host, port, headers)
            named = urlsplit(f"//{host}")
            self._beyond[connection] = (named.hostname or host, port or named.port)

        return set_tunnel

    def putrequest(self, real: Callable[..., None]) -> Callable[..., None]:
        def putrequest(connection: Connection, method: str, url: str, *rest: Any, **named: Any) -> None:
            if not url.startswith("/"):
                self._note(connection, url)
            self._leave_old_socket(connection)
            real(connection, method, url, *rest, **named)

        return putrequest

    def close(self) -> None:
        """Close what is still joined to the door, so that pools that live on connect anew."""
        for connection in list(self._joined):
            if isinstance(connection.sock, LineSocket):
                connection.close()
        self._idle.close()

    def _note(self, connection: Connection, url: str) -> None:
        with suppress(ValueError):
            parts = urlsplit(url)
            if parts.scheme in {"http", "https"} and parts.hostname:
                self._beyond[connection] = (parts.hostname, parts.port)

    def _leave_old_socket(self, connection: Connection) -> None:
        """Drop a socket of another time or block: a pool may have kept it for a host that is this door's now."""
        used, target = connection.sock, self._target(connection)
        if isinstance(used, LineSocket):
            inner = used.reach.depth >= self._reach.depth or not self._reach.answers(*target)
            kept = used.reach.answers(*target) and inner
        else:
            kept = used is None or not self._reach.answers(*target)
        if not kept:
            used.close()
            connection.sock = None

    def _target(self, connection: Connection) -> tuple[str, int | None]:
        return self._beyond.get(connection, (connection.host, connection.port))


def answer_http_client(reach: Reach) -> Iterator[Substitute]:
    """Yield what answers http.client, urllib.request, urllib3 and requests."""
    switch = _Switch(reach)
    reach.at_end(switch.close)
    base, *others = _connection_classes()
    for kind in (base, *others):
        yield Substitute(kind, "connect", switch.connect(vars(kind)["connect"]))
    yield Substitute(base, "set_tunnel", switch.set_tunnel(base.set_tunnel))
    yield Substitute(base, "putrequest", switch.putrequest(base.putrequest))
    yield Substitute(http.client, "parse_headers", quick_heads(http.client.parse_headers, _Reader))


@cache
def _connection_classes() -> tuple[type[Any], ...]:
    vcr = imported("vcr", having="patch")
    # Within a cassette these names are VCR's.
    with vcr.patch.force_reset() if vcr else nullcontext():
        base = http.client.HTTPConnection
        theirs = urllib3.connection.HTTPConnection, urllib3.connection.HTTPSConnection
        # urllib3.future, where it has taken urllib3's name, stands on something else.
        return base, http.client.HTTPSConnection, *(kind for kind in theirs if issubclass(kind, base))
