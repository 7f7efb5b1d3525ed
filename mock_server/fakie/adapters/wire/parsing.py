"""The events of a parser that reads the bytes of one connection, whichever library does the parsing."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class MalformedError(Exception):
    """These bytes are not HTTP/1."""


class Head(NamedTuple):
    """A request's first line and headers, as sent; `version` is `1.1`, `1.0` or what the client made up."""

    method: str
    target: bytes
    version: str
    headers: Sequence[tuple[bytes, bytes]]


class Sink(Protocol):
    """Hears of requests as they come in; must not raise."""

    def begin(self) -> None:
        """Take the first byte of a request."""

    def head(self, head: Head) -> None:
        """Take line and headers, which are complete."""

    def body(self, data: bytes) -> None:
        """Take some of the body, without the marks of chunks."""

    def end(self, keep_alive: bool) -> None:
        """Take the end of a request; the connection may go on if `keep_alive`."""


class Parser(Protocol):
    """Turns bytes into calls of a sink."""

    def feed(self, data: bytes) -> None:
        """Parse a whole head, or some of the body behind it; raises MalformedError for what is not HTTP/1.

        Nothing of another request is among it.
        """

    def close(self) -> None:
        """Forget the sink, which holds this parser: circles are freed late."""
