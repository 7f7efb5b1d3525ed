"""The messages of the one door: a request in, a response out."""

import io
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Protocol
from urllib.parse import parse_qsl, quote_from_bytes, unquote

from msgspec import Struct
from msgspec.structs import replace

from fakie.core.http.headers import Headers
from fakie.core.situations import Refused
from fakie.core.transport_faults import TransportFault

JSON_TYPE = "application/json;charset=UTF-8"
_ASCII = bytes(range(128))
_PARTS = ("method", "path", "query", "headers", "body", "length", "remote", "target", "fault", "prefix", "at_once")


def without_host(path: str) -> str:
    """Return the path of a target in the form that proxies are asked in; the host is ours, whatever its name."""
    return path if path.startswith("/") or "://" not in path else "/" + path.partition("://")[2].partition("/")[2]


def quoted(target: bytes) -> bytes:
    """Return a target with what is no ASCII percent-encoded, as its client should have: many send it as it stands."""
    return target if target.isascii() else quote_from_bytes(target, _ASCII).encode()


class Request:
    """One HTTP request, its path unquoted, its header names in lower case.

    The body is a stream of `length` bytes; None: until its end. `target` is path and query as they were sent, quoted.
    With a `fault` the server could not read it as HTTP, and what else stands here is what it could read. `prefix` is
    the path, unquoted, below which a server has the fake among other applications. One that is answered `at_once`, by
    whoever answers all others too, must not wait: it was found to be quick, and what is ordered since is for the next.
    """

    # No Struct, as an exchange is none.
    def __init__(
        self,
        method: str,
        path: str,
        query: str = "",
        headers: Headers | None = None,
        body: BinaryIO | None = None,
        length: int | None = 0,
        remote: str = "127.0.0.1",
        target: str = "",
        fault: Refused | None = None,
        prefix: str = "",
        at_once: bool = False,
    ) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.headers: Headers = Headers() if headers is None else headers
        self.body = io.BytesIO() if body is None else body
        self.length = length
        self.remote = remote
        self.target = target
        self.fault = fault
        self.prefix = prefix
        self.at_once = at_once

    @classmethod
    def of(cls, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> "Request":
        """Build a request from plain parts, `path` as it stands in a URL, with or without a query."""
        target = path
        path, _, query = path.partition("?")
        lowered = Headers((name.lower(), value) for name, value in (headers or {}).items())
        return cls(method, unquote(path), query, lowered, io.BytesIO(body), len(body), target=target)

    def __repr__(self) -> str:
        """Return all of it as it may be shown, as headers see to: a traceback may show a request."""
        return f"Request({', '.join(f'{part}={getattr(self, part)!r}' for part in _PARTS)})"

    def replaced(self, **changes: Any) -> "Request":
        """Return the same request with other parts; raises TypeError for what no request has."""
        return Request(**{**{part: getattr(self, part) for part in _PARTS}, **changes})

    def with_headers(self, headers: Headers) -> "Request":
        """Return the same request with other headers: as `replaced`, in a fifth of the time."""
        return Request(
            self.method,
            self.path,
            self.query,
            headers,
            self.body,
            self.length,
            self.remote,
            self.target,
            self.fault,
            self.prefix,
            self.at_once,
        )

    def argument(self, name: str) -> str | None:
        """Return the first query argument of that name, or None."""
        query = self.query
        if "%" not in query and "+" not in query:
            for part in query.split("&"):
                key, _, value = part.partition("=")
                if key == name and part:
                    return value
            return None
        pairs = parse_qsl(query, keep_blank_values=True)
        return next((value for key, value in pairs if key == name), None)


class Feed(Protocol):
    """A continuation of an answer's body, sent bit by bit for as long as the client listens.

    A server that can keep an answer open asks every `seconds` for news; one that cannot sends the body alone.
    """

    seconds: float

    def start(self) -> bool:
        """Begin; return False when too many listen already, and the answer ends with its body."""

    def news(self) -> bytes:
        """Return what there is to send by now, nothing if so; called in the server's loop, it must not wait."""

    def close(self) -> None:
        """End, once the client or the server is gone."""


class Response(Struct):
    """One HTTP response; `headers` hold the content type and nothing that a server adds itself.

    With a `transport_fault` it reaches the client damaged or not at all: the adapter that carries it sees to that.
    With a `feed` the body is only its beginning. What has a `rest` is longer than its body: a server takes it piece by
    piece, as the client reads. The body of one that is `kept` lies in memory whether it is read or not. An answer
    to HEAD that was fetched elsewhere has no body, and the `length` that it speaks of.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    transport_fault: TransportFault | None = None
    feed: Feed | None = None
    rest: Iterator[bytes] | None = None
    kept: bool = False
    length: int | None = None

    def whole(self) -> "Response":
        """Return the answer in one piece."""
        return self if self.rest is None else replace(self, body=b"".join([self.body, *self.rest]), rest=None)
