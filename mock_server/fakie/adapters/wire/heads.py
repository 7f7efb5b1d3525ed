"""Requests' headers as they are used, and what is wrong with them; a client sends the same ones again and again."""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar
from urllib.parse import unquote_to_bytes

from fakie.adapters.wire.limits import Limits
from fakie.core.http.headers import Headers

# So many are remembered, none of which is longer than this, in bytes.
_MOST_KEPT, _LONGEST_KEPT = 512, 2048

Raw = Sequence[tuple[bytes, bytes]]
_Key = tuple[str, tuple[tuple[bytes, bytes], ...]]
K = TypeVar("K")
V = TypeVar("V")


class ReadHead(NamedTuple):
    """Headers, their size in bytes, the length of the body (None: it comes in chunks), and what is wrong with them."""

    headers: Headers
    size: int
    length: int | None = 0
    fault: str | None = None
    expects_go_ahead: bool = False


NOTHING_READ = ReadHead(Headers(), 0)


class Heads:
    """Reads the headers of all clients of a server, within its limits."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._kept: dict[_Key, ReadHead] = {}
        self._paths: dict[bytes, tuple[str, str]] = {}

    def read(self, version: str, raw: Raw) -> ReadHead:
        """Return what a request of an HTTP version says of itself; the headers are shared, and not to be changed."""
        key = (version, tuple(raw))
        found = self._kept.get(key)
        if found is None:
            found = self._found(version, raw)
            if found.size <= _LONGEST_KEPT:
                self._kept = _room_in(self._kept)
                self._kept[key] = found
        return found

    def target(self, raw: bytes) -> tuple[str, str, str]:
        """Return the path that a target names, unquoted, its query, and the target itself, quoted, as texts."""
        before, mark, query = raw.partition(b"?")
        found = self._paths.get(before)
        if found is None:
            found = _path(before), before.decode("latin-1")
            if len(before) <= _LONGEST_KEPT:
                self._paths = _room_in(self._paths)
                self._paths[before] = found
        if not mark:
            return found[0], "", found[1]
        asked = query.decode("latin-1")
        return found[0], asked, f"{found[1]}?{asked}"

    def _found(self, version: str, raw: Raw) -> ReadHead:
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


def _room_in(kept: dict[K, V]) -> dict[K, V]:
    return kept if len(kept) < _MOST_KEPT else {}


def _path(raw: bytes) -> str:
    if not raw.startswith(b"/") and b"://" in raw:
        # The form that proxies are asked in; the host is ours, whatever its name.
        raw = b"/" + raw.partition(b"://")[2].partition(b"/")[2]
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
