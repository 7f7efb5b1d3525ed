"""Adapter for httptools: the fast parser. It knows no method beside the usual ones; others go to h11."""

import string

import httptools

from fakie.adapters.wire.parser_h11 import H11Parser
from fakie.adapters.wire.parsing import Head, MalformedError, Sink

_USUAL = frozenset({b"GET", b"POST", b"PUT", b"PATCH", b"DELETE", b"HEAD", b"OPTIONS"})
_OFTEN = (b"POST ", b"GET ")
_LONGEST_METHOD = 32
# The signs of a method.
_TOKEN = f"{string.ascii_letters}{string.digits}!#$%&'*+-.^_`|~".encode()


class HttptoolsParser:
    """A `Parser` on httptools, whose callbacks are the `on_…` methods."""

    def __init__(self, sink: Sink, head_bytes: int) -> None:
        self._sink = sink
        self._head_bytes = head_bytes
        # A callback of the library: some of the body.
        self.on_body = sink.body
        self._parser = httptools.HttpRequestParser(self)
        self._target = b""
        self._headers: list[tuple[bytes, bytes]] = []
        self._between = True
        self._in_head = False
        self._held = b""
        self._h11: H11Parser | None = None

    def feed(self, data: bytes) -> None:
        """Parse what came; raises MalformedError for what is not HTTP/1."""
        if self._between and not data.startswith(_OFTEN):
            data = self._with_method(data)
        if self._h11 is not None:
            self._h11.feed(data)
            return
        while data:
            try:
                self._parser.feed_data(data)
            except httptools.HttpParserUpgrade as upgrade:
                # An upgrade is never taken, and what follows is HTTP/1 as before.
                self._parser = httptools.HttpRequestParser(self)
                data = data[upgrade.args[0] :]
            except httptools.HttpParserError as error:
                raise MalformedError from error
            else:
                return

    def _with_method(self, data: bytes) -> bytes:
        """Return what came once its method is whole, and nothing before; an unusual one goes to h11."""
        # Blank lines before a request are nothing.
        data, self._held = (self._held + data).lstrip(b"\r\n"), b""
        if _cut(data):
            self._held = data
            self._sink.begin()
            return b""
        if _unusual(data):
            self._h11 = H11Parser(self._sink, self._head_bytes)
        return data

    def on_message_begin(self) -> None:
        """Take the beginning of a request."""
        self._between, self._in_head = False, True
        self._target, self._headers = b"", []
        self._sink.begin()

    def on_url(self, url: bytes) -> None:
        """Take a part of the target."""
        self._target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one header; those after the body are not used."""
        if self._in_head:
            self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        """Pass on a head that is complete."""
        self._in_head = False
        parser = self._parser
        self._sink.head(Head(parser.get_method().decode(), self._target, parser.get_http_version(), self._headers))

    def on_chunk_header(self) -> None:
        """Take the beginning of a chunk."""
        self._sink.chunk(begins=True)

    def on_chunk_complete(self) -> None:
        """Take the end of a chunk."""
        self._sink.chunk(begins=False)

    def on_message_complete(self) -> None:
        """Take the end of a request."""
        self._between = True
        self._sink.end(self._parser.should_keep_alive())


def _cut(data: bytes) -> bool:
    """Return whether these are the first bytes of a method, and more of it may come."""
    return 0 < len(data) < _LONGEST_METHOD and not data.translate(None, _TOKEN)


def _unusual(data: bytes) -> bool:
    method, space, _ = data[:_LONGEST_METHOD].partition(b" ")
    return bool(space and method) and not method.translate(None, _TOKEN) and method not in _USUAL
