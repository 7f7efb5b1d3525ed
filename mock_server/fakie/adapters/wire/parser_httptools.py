"""Adapter for httptools: the fast parser. It knows no method beside the usual ones; others go to h11, and upgrades."""

import re

import httptools

from fakie.adapters.wire.parsing import Head, MalformedError, Parser, Sink

_USUAL = re.compile(rb"(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) ")
# No upgrade is ever taken, but httptools would take the body for another protocol, and we that for the next request.
_UPGRADE = re.compile(rb"\r\nupgrade:", re.IGNORECASE)


def _unusual(sink: Sink, head_bytes: int) -> Parser:
    # Most never need it.
    from fakie.adapters.wire.parser_h11 import H11Parser

    return H11Parser(sink, head_bytes)


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
        self._h11: Parser | None = None

    def feed(self, data: bytes) -> None:
        """Parse a whole head, or some of the body behind it; raises MalformedError for what is not HTTP/1."""
        if self._between and (not _USUAL.match(data) or _UPGRADE.search(data)):
            self._h11 = self._h11 or _unusual(self._sink, self._head_bytes)
        if self._h11 is not None:
            self._h11.feed(data)
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserCallbackError as error:
            # What the sink failed with, as without memory, says nothing of the request.
            raise error.__context__ or error from None
        except httptools.HttpParserError as error:
            raise MalformedError from error

    def close(self) -> None:
        """Forget the sink, and the library's parser, which holds this one."""
        if self._h11 is not None:
            self._h11.close()
        del self._sink, self.on_body, self._parser

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

    def on_message_complete(self) -> None:
        """Take the end of a request."""
        self._between = True
        self._sink.end(self._parser.should_keep_alive())
