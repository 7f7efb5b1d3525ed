"""Answers httpcore and httpcore2, and with them httpx and httpx2, sync and async, on asyncio and trio.

The seam is the pools' `handle_request`, which every transport calls: a request to a claimed host takes a connection of
its own over a network backend, the extension point that httpcore documents, so its parser and its errors stay real.
"""

import ssl
from collections.abc import Callable, Generator, Iterator
from functools import cache
from types import ModuleType
from typing import Any

from fakie.adapters.reach.line import Line
from fakie.adapters.reach.reach import Reach
from fakie.adapters.reach.refusals import CallRefusedError
from fakie.adapters.reach.replacing import Substitute


def answer_httpcore(httpcore: ModuleType, reach: Reach) -> Iterator[Substitute]:
    """Yield what answers calls through the pools of httpcore, or of a library of the same interface."""
    pool, async_pool = httpcore.ConnectionPool, httpcore.AsyncConnectionPool
    real, real_async = pool.handle_request, async_pool.handle_async_request

    def handle_request(self: Any, request: Any) -> Any:
        if not _is_answered(httpcore, reach, request):
            return real(self, request)
        made = _connection(httpcore.HTTPConnection, request, _Backend(httpcore, reach))
        return made.handle_request(request)

    async def handle_async_request(self: Any, request: Any) -> Any:
        if not _is_answered(httpcore, reach, request):
            return await real_async(self, request)
        made = _connection(httpcore.AsyncHTTPConnection, request, _AsyncBackend(httpcore, reach))
        return await made.handle_async_request(request)

    yield Substitute(pool, "handle_request", handle_request)
    yield Substitute(async_pool, "handle_async_request", handle_async_request)


def _connection(kind: Callable[..., Any], request: Any, backend: Any) -> Any:
    return kind(origin=request.url.origin, ssl_context=_no_tls(), network_backend=backend)


@cache
def _no_tls() -> ssl.SSLContext:
    """Return a context that is never used; without one, httpcore reads all certificates for each connection."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _is_answered(httpcore: ModuleType, reach: Reach, request: Any) -> bool:
    host = request.url.host.decode("ascii")
    if reach.answers(host, request.url.port):
        return True
    header = next((value for name, value in request.headers if name.lower() == b"host"), None)
    try:
        reach.guard_header(host, header)
    except CallRefusedError as error:
        raise httpcore.ConnectError(str(error)) from error
    return False


class _Backend:
    """httpcore's NetworkBackend, of which one TCP connection is asked for."""

    def __init__(self, httpcore: ModuleType, reach: Reach) -> None:
        self._httpcore = httpcore
        self._reach = reach

    def connect_tcp(self, host: str, port: int, **_: Any) -> "_Stream":
        return _Stream(self._httpcore, self._reach.line(host, port))


class _AsyncBackend(_Backend):
    """httpcore's AsyncNetworkBackend."""

    async def connect_tcp(self, host: str, port: int, **_: Any) -> "_AsyncStream":  # type: ignore[override]
        return _AsyncStream(self._httpcore, self._reach.line(host, port))


class _Lines:
    """The part that both kinds of stream share."""

    def __init__(self, httpcore: ModuleType, line: Line) -> None:
        self._httpcore = httpcore
        self._line = line

    def get_extra_info(self, _: str) -> Any:
        return None

    def _reading(self, limit: int, timeout: float | None) -> Generator[float, None, bytes]:
        try:
            return (yield from self._line.reading(limit, timeout))
        except TimeoutError as error:
            raise self._httpcore.ReadTimeout(str(error)) from error
        except OSError as error:
            raise self._httpcore.ReadError(str(error)) from error

    def _write(self, buffer: bytes) -> None:
        try:
            self._line.send(buffer)
        except OSError as error:
            raise self._httpcore.ConnectError(str(error)) from error


class _Stream(_Lines):
    """httpcore's NetworkStream."""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        reading = self._reading(max_bytes, timeout)
        try:
            while True:
                self._httpcore.SyncBackend().sleep(next(reading))
        except StopIteration as end:
            return bytes(end.value)

    def write(self, buffer: bytes, *_: Any, **__: Any) -> None:
        self._write(buffer)

    def close(self) -> None:
        """Nothing is held."""

    def start_tls(self, *_: Any, **__: Any) -> "_Stream":
        return self


class _AsyncStream(_Lines):
    """httpcore's AsyncNetworkStream."""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        import anyio

        # Others have their turn, as with a real connection.
        await anyio.sleep(0)
        reading = self._reading(max_bytes, timeout)
        try:
            while True:
                await anyio.sleep(next(reading))
        except StopIteration as end:
            return bytes(end.value)

    async def write(self, buffer: bytes, *_: Any, **__: Any) -> None:
        self._write(buffer)

    async def aclose(self) -> None:
        """Nothing is held."""

    async def start_tls(self, *_: Any, **__: Any) -> "_AsyncStream":
        return self
