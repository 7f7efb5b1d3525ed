"""Connections of which no wait outlives its exchange: however slowly a host dribbles, and wherever it does."""

import io
import queue
import threading
import time
from http import HTTPStatus
from http.client import HTTPResponse
from math import inf
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from fakie_schemas.http.cut import Cut

# urllib3.future, which niquests puts in urllib3's place, would watch idle connections in threads, and go over to UDP.
_KEPT_PLAIN: dict[str, Any] = (
    {"background_watch_delay": None, "disabled_svn": {urllib3.HttpVersion.h2, urllib3.HttpVersion.h3}}
    if hasattr(urllib3, "HttpVersion")
    else {}
)


class Deadline(threading.local):
    """The moment at which the exchange of a thread is over; each thread that shares it has its own."""

    def __init__(self) -> None:
        self.seconds = self._until = inf
        self.cut = Cut()
        # Whether a connection was made for this exchange, and not kept from an earlier one.
        self.has_connected = False

    def start(self, seconds: float, cut: Cut | None = None) -> None:
        """Set how many seconds this thread's next exchange may take, and what else may end it."""
        self.seconds = seconds
        self._until = time.monotonic() + seconds
        self.cut = cut or Cut()
        self.has_connected = False

    @property
    def is_over(self) -> bool:
        """Whether no time is left."""
        return time.monotonic() >= self._until

    def left(self) -> float:
        """Return the seconds that are left; raises TimeoutError when there are none."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the exchange took too long")
        return left


class DeadlinePools(urllib3.PoolManager):
    """Connection pools whose sockets wait no longer than the deadline allows, in each single read and write."""

    def __init__(self, deadline: Deadline, **options: Any) -> None:
        super().__init__(**options, **_KEPT_PLAIN)

        class Http(HTTPConnection):
            response_class = _FinalAnswer

            def connect(self) -> None:
                deadline.has_connected = True
                super().connect()
                self.sock = _Socket(self.sock, deadline)

        class Https(HTTPSConnection):
            response_class = _FinalAnswer

            def connect(self) -> None:
                deadline.has_connected = True
                super().connect()
                self.sock = _Socket(self.sock, deadline)

        class HttpPool(urllib3.HTTPConnectionPool):
            ConnectionCls = Http

        class HttpsPool(urllib3.HTTPSConnectionPool):
            ConnectionCls = Https

        self.pool_classes_by_scheme = {"http": HttpPool, "https": HttpsPool}

    def close_kept(self) -> None:
        """Close the connections that are kept, and in no exchange; clear() leaves them to the garbage collector."""
        # The pools of urllib3.future cannot be listed: it sees by itself which of its connections were closed.
        for key in getattr(self.pools, "keys", tuple)():
            pool = self.pools.get(key)
            while pool is not None and pool.pool is not None:
                try:
                    kept = pool.pool.get_nowait()
                except queue.Empty:
                    break
                if kept is not None:
                    kept.close()


class _FinalAnswer(HTTPResponse):
    """An answer that is not interim: of those with a status of 1xx http.client passes over 100 alone."""

    def begin(self) -> None:
        super().begin()
        while self.status < HTTPStatus.OK and self.status != HTTPStatus.SWITCHING_PROTOCOLS:
            # Begun anew, as long as it has no headers.
            self.headers = self.msg = None  # type: ignore[assignment]
            super().begin()


class _Socket:
    """A connected socket whose reads and writes end at the deadline; everything else is the socket's own."""

    def __init__(self, whole: Any, deadline: Deadline) -> None:
        self._whole = whole
        self._deadline = deadline

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole, name)

    def sendall(self, data: Any) -> None:
        self._deadline.cut.hold(self._whole)
        self._whole.settimeout(self._deadline.left())
        self._whole.sendall(data)

    def recv(self, size: int) -> bytes:
        """Read as urllib3.future does, which sets shorter timeouts of its own."""
        left, own = self._deadline.left(), self._whole.gettimeout()
        self._whole.settimeout(left if own is None else min(own, left))
        received: bytes = self._whole.recv(size)
        return received

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_DeadlineReader(self._whole, mode, self._deadline))


class _DeadlineReader(io.RawIOBase):
    """The bytes of a socket; http.client asks for lines, and a line may take as many reads as it has bytes."""

    def __init__(self, whole: Any, mode: str, deadline: Deadline) -> None:
        self._whole = whole
        self._raw = whole.makefile(mode, buffering=0)
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int | None:
        self._whole.settimeout(self._deadline.left())
        read: int | None = self._raw.readinto(into)
        return read

    def close(self) -> None:
        self._raw.close()
        super().close()
