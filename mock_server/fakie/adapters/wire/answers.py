"""A response as bytes."""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache
from http import HTTPStatus
from itertools import chain

from fakie.adapters.wire.coming import Inbound
from fakie.core.http.messages import Response

GO_AHEAD = b"HTTP/1.1 100 Continue\r\n\r\n"
# The server says these itself.
_FRAMING = frozenset({"content-length", "connection", "transfer-encoding", "date"})
_BODILESS = frozenset({204, 304})
# A longer body is written a part at a time, so that nothing of it is twice in memory.
_LONG = 256 * 1024
# A test may have put a mock in place of `datetime.datetime`, which whatever looks it up later would read.
_moment = datetime.fromtimestamp


def written(
    inbound: Inbound, response: Response, second: int, *, keep_alive: bool
) -> tuple[bytes, Iterator[bytes] | None]:
    """Return the bytes of an answer to a request; or those of its head, and the pages that follow it."""
    is_head = inbound.request.method == "HEAD"
    pages = None if is_head else pages_of(response, old=inbound.old)
    without_body = is_head or pages is not None
    return as_bytes(response, second, keep_alive=keep_alive, without_body=without_body, old=inbound.old), pages


def as_bytes(response: Response, second: int, *, keep_alive: bool, without_body: bool, old: bool) -> bytes:
    """Return the whole answer, or the head of one that has a rest.

    `second` is the time since the epoch, `old` whether the client speaks HTTP/1.0. One that a feed follows has no
    length: its end is that of the connection.
    """
    head = _head(response.status, response.headers)
    if response.feed:
        return b"%s%s%s\r\n%s" % (head, _connection(keep_alive=False, old=old), _date(second), response.body)
    connection = _connection(keep_alive, old)
    if response.status in _BODILESS:
        return b"%s%s%s\r\n" % (head, connection, _date(second))
    if response.rest is not None:
        return b"%s%s%s%s\r\n" % (head, b"" if old else b"Transfer-Encoding: chunked\r\n", connection, _date(second))
    body = b"" if without_body else response.body
    length = len(response.body) if response.length is None else response.length
    return b"%sContent-Length: %d\r\n%s%s\r\n%s" % (head, length, connection, _date(second), body)


def pages_of(response: Response, *, old: bool) -> Iterator[bytes] | None:
    """Return what follows the head of a long answer, page by page; None for one that is written at once.

    An HTTP/1.0 client gets one with a rest without chunks.
    """
    spoiled = response.feed or response.transport_fault or response.status in _BODILESS
    if spoiled or (response.rest is None and len(response.body) <= _LONG):
        return None
    body = response.body
    if response.rest is None:
        return (body[at : at + _LONG] for at in range(0, len(body), _LONG))
    pages = chain([body], response.rest)
    return pages if old else chain(map(_chunk, pages), [_chunk(b"")])


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _connection(keep_alive: bool, old: bool) -> bytes:
    if not keep_alive:
        return b"Connection: close\r\n"
    return b"Connection: keep-alive\r\n" if old else b""


@lru_cache(maxsize=512)
def _head(status: int, headers: tuple[tuple[str, str], ...]) -> bytes:
    lines = [f"HTTP/1.1 {status} {_phrase(status)}"]
    lines += [f"{name}: {_one_line(value)}" for name, value in headers if name.lower() not in _FRAMING]
    return "\r\n".join([*lines, ""]).encode("latin-1", "replace")


@lru_cache(maxsize=2)
def _date(second: int) -> bytes:
    return f"Date: {format_datetime(_moment(second, UTC), usegmt=True)}\r\n".encode()


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _one_line(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")
