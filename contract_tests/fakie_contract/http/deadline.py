"""Connections of which no wait outlives its exchange: however slowly a target dribbles, and wherever it does."""

import io
import time
from math import inf
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection


class Limit:
    """The moment at which an exchange is over; a client's connections share one, as its exchanges do not overlap."""

    def __init__(self) -> None:
        self._until = inf

    def start(self, seconds: float) -> None:
        """Give the next exchange so long."""
        self._until = time.monotonic() + seconds

    @property
    def is_over(self) -> bool:
        """Whether no time is left."""
        return time.monotonic() >= self._until

    def left(self) -> float:
        """Give the seconds that are left; raises TimeoutError when there are none."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the exchange took too long")
        return left


class LimitedPools(urllib3.PoolManager):
    """Connection pools whose sockets wait no longer than the limit, in each single read and write."""

    def __init__(self, limit: Limit, **options: Any) -> None:
        super().__init__(**options)

        class Http(HTTPConnection):
            def connect(self) -> None:
                super().connect()
                self.sock = _Socket(self.sock, limit)

        class Https(HTTPSConnection):
            def connect(self) -> None:
                super().connect()
                self.sock = _Socket(self.sock, limit)

        class HttpPool(urllib3.HTTPConnectionPool):
            ConnectionCls = Http

        class HttpsPool(urllib3.HTTPSConnectionPool):
            ConnectionCls = Https

        self.pool_classes_by_scheme = {"http": HttpPool, "https": HttpsPool}


class _Socket:
    """Stands for a connected socket; what is not about waiting goes to it as it is."""

    def __init__(self, whole: Any, limit: Limit) -> None:
        self._whole = whole
        self._limit = limit

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole, name)

    def sendall(self, data: Any) -> None:
        self._whole.settimeout(self._limit.left())
        self._whole.sendall(data)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._whole, mode, self._limit))


class _Reader(io.RawIOBase):
    """The bytes of a socket; http.client asks for lines, and a line may take as many reads as it has bytes."""

    def __init__(self, whole: Any, mode: str, limit: Limit) -> None:
        self._whole = whole
        self._raw = whole.makefile(mode, buffering=0)
        self._limit = limit

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int | None:
        self._whole.settimeout(self._limit.left())
        read: int | None = self._raw.readinto(into)
        return read

    def close(self) -> None:
        self._raw.close()
        super().close()
