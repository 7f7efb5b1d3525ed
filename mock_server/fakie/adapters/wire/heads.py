"""Requests' heads as they are used, and what is wrong with them; a client sends the same ones again and again."""

import re
from collections.abc import Sequence
from typing import NamedTuple, TypeVar
from urllib.parse import unquote_to_bytes

from msgspec import Struct

from fakie.adapters.wire.limits import Limits
from fakie.adapters.wire.parsing import Head
from fakie.core.http.headers import Headers
from fakie.core.http.messages import without_host

# So many are remembered, those that differ by the key alone as one, none of which is longer than this, in bytes, or has
# more headers: each takes twenty times the room that it has on the wire.
_MOST_KEPT, _LONGEST_KEPT, _MOST_HEADERS = 20_000, 2048, 32
_LINE, _END = b"\r\n", b"\r\n\r\n"
# As nearly all clients write it; whoever writes it in another way is remembered with the key.
_BEFORE_KEY = b"\r\nAuthorization: Bearer ", b"\r\nauthorization: Bearer "
# A key in whose place any other may stand: so short that nothing is hidden for its sake.
_ANY_KEY = "any"
# A query that every parser takes as it is, and the rest of the first line before and behind it.
_ASKING = re.compile(rb"([A-Z]+ /[^?#\s]*\?)([\w.~%&=+-]*)( HTTP/1\.[01]\r\n)")

Raw = Sequence[tuple[bytes, bytes]]
K = TypeVar("K", dict[bytes, "KnownHead"], set[int])


class ReadHead(NamedTuple):
    """Headers, their size in bytes, the length of the body (None: it comes in chunks), and what is wrong with them."""

    headers: Headers
    size: int
    length: int | None = 0
    fault: str | None = None
    expects_go_ahead: bool = False


NOTHING_READ = ReadHead(Headers(), 0)


class KnownHead:
    """A head that a parser has read, with a body of a known length; the connection may go on if `keep_alive`.

    `path` is unquoted, `target` quoted; the query, which comes behind the target, may be another each time, and so may
    the key: `last` is the one that came last, and the headers with it.
    """

    def __init__(
        self,
        method: str,
        path: str,
        target: str,
        headers: Headers,
        length: int,
        keep_alive: bool,
        old: bool,
        last: tuple[bytes, Headers],
    ) -> None:
        self.method = method
        self.path = path
        self.target = target
        self.headers = headers
        self.length = length
        self.keep_alive = keep_alive
        self.old = old
        self.last = last

    def headers_with(self, key: bytes) -> Headers | None:
        """Return the headers with this key; None where a parser has to say whether it may stand there."""
        last, headers = self.last
        if key == last:
            return headers
        text = key.decode("latin-1")
        if not (text.isascii() and text.isprintable() and text.strip()):
            return None
        headers = self.headers.with_key(text)
        self.last = key, headers
        return headers


class Again(Struct, frozen=True):
    """A head that has come again: its headers and query, and where its body begins."""

    known: KnownHead
    headers: Headers
    query: str
    end: int


class Heads:
    """Reads the heads of all clients of a server, within its limits."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._longest = min(_LONGEST_KEPT, limits.head_bytes, limits.target_bytes)
        self._known: dict[bytes, KnownHead] = {}
        # The hashes of those that came once: many a client sends something new with each request.
        self._once: set[int] = set()

    def again(self, data: bytes) -> Again | None:
        """Return the head that these bytes begin with, if it has come before, from whomever; its headers are shared."""
        end = data.find(_END, 0, self._longest) + len(_END)
        if end < len(_END):
            return None
        head, key = _without_key(data[:end])
        known, query = self._known.get(head), ""
        if known is None:
            asking = _ASKING.match(head)
            known = self._known.get(_without_query(head, asking)) if asking else None
            if known is None or asking is None:
                return None
            query = asking[2].decode("ascii")
        headers = known.headers if key is None else known.headers_with(key)
        return None if headers is None else Again(known, headers, query, end)

    def remember(self, raw: bytes, head: Head, read: ReadHead, *, keep_alive: bool) -> None:
        """Remember a head that was in order, as it came and as it was read, from the second time that it comes."""
        common, key = _without_key(raw)
        asking = _ASKING.match(common)
        usual = len(raw) <= self._longest and (asking or b"?" not in head.target)
        if read.length is None or read.expects_go_ahead or not usual or len(head.headers) > _MOST_HEADERS:
            return
        if key is not None and read.headers["authorization"] != f"Bearer {key.decode('latin-1')}".rstrip(" \t"):
            # There are several of them.
            return
        common = _without_query(common, asking) if asking else common
        if hash(common) not in self._once:
            self._once = _room_in(self._once)
            self._once.add(hash(common))
            return
        path, query, target = read_target(head.target)
        target = target.removesuffix(query)
        old = head.version == "1.0"
        headers = read.headers if key is None else Headers({**read.headers, "authorization": f"Bearer {_ANY_KEY}"})
        last = key or b"", read.headers
        known = KnownHead(head.method, path, target, headers, read.length, keep_alive, old, last)
        self._known = _room_in(self._known)
        self._known[common] = known

    def read(self, version: str, raw: Raw) -> ReadHead:
        """Return what a request of an HTTP version says of itself."""
        if len(raw) > self._limits.headers:
            return ReadHead(Headers(), 0, fault=f"the request has more than {self._limits.headers} headers")
        size, hosts, headers = 0, 0, Headers()
        for raw_name, raw_value in raw:
            size += len(raw_name) + len(raw_value) + 4
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1").strip(" \t")
            hosts += name == "host"
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        if hosts == 0 and version == "1.1":
            return ReadHead(headers, size, fault="the request has no Host header; expected one")
        if hosts > 1:
            return ReadHead(headers, size, fault=f"the request has {hosts} Host headers; expected one")
        return _framed(headers, size, version)


def read_target(raw: bytes) -> tuple[str, str, str]:
    """Return the path that a target names, unquoted, its query, and the target itself, quoted, as texts."""
    path, _, query = raw.partition(b"?")
    return _path(path), query.decode("latin-1"), raw.decode("latin-1")


def _without_key(raw: bytes) -> tuple[bytes, bytes | None]:
    """Return a head without the key of its Authorization header, and that key; None where none stands as usual."""
    for before in _BEFORE_KEY:
        start = raw.find(before) + len(before)
        if start >= len(before):
            end = raw.find(_LINE, start)
            return raw[:start] + raw[end:], raw[start:end]
    return raw, None


def _without_query(raw: bytes, asking: re.Match[bytes]) -> bytes:
    return raw[: asking.end(1)] + raw[asking.start(3) :]


def _room_in(kept: K) -> K:
    return kept if len(kept) < _MOST_KEPT else type(kept)()


def _path(raw: bytes) -> str:
    if not raw.startswith(b"/"):
        raw = without_host(raw.decode("latin-1")).encode("latin-1")
    return unquote_to_bytes(raw).decode("utf-8", "replace") if b"%" in raw else raw.decode("utf-8", "replace")


def _framed(headers: Headers, size: int, version: str) -> ReadHead:
    expects = headers.get("expect", "").lower() == "100-continue" and version == "1.1"
    coding = headers.get("transfer-encoding")
    if coding is None:
        # The parsers have checked that it is a number, and a short one.
        return ReadHead(headers, size, int(headers.get("content-length", "0")), None, expects)
    if version == "1.0":
        return ReadHead(headers, size, None, "HTTP/1.0 has no Transfer-Encoding; expected a Content-Length")
    wrong = "the Transfer-Encoding is not one that this server reads; expected chunked"
    return ReadHead(headers, size, None, None if coding.strip().lower() == "chunked" else wrong, expects)
