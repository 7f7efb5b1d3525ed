"""Where a request's head and body end, read strictly: what two parsers could cut apart differently reaches neither."""

import re

from fakie.adapters.wire.parsing import MalformedError
from fakie.core.http.messages import quoted

_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_TEXT = rb"[\t\x20-\x7e\x80-\xff]*"
# One blank each; a target is a path, `*`, or a URL as proxies get it; CONNECT has a form of its own.
_LINE = re.compile(
    rb"(?:CONNECT [\x21-\x7e]+|" + _TOKEN + rb" (?:[/*]|[A-Za-z]+://)[\x21-\x7e\x80-\xff]*) HTTP/1\.[01]\r\n"
)
_HEADERS = re.compile(rb"(?:" + _TOKEN + rb":" + _TEXT + rb"\r\n)*(\r\n)?")
_HEADER = re.compile(_TOKEN + rb":" + _TEXT + rb"\r\n")
_FRAMING = re.compile(rb"\r\n(?:content-length|transfer-encoding):[\t ]*([^\r]*)", re.IGNORECASE)
_WHOLE = re.compile(rb"[0-9]{1,19}[\t ]*|.*[A-Za-z].*")
_QUOTED = rb'"[^"\\\x00-\x1f\x7f]*"'
# Each part begins with a sign that none before it can hold, so that there is one way to read a line, good or bad.
_EXTENSION = rb";" + _TOKEN + rb"(?:=(?:" + _QUOTED + rb"|" + _TOKEN + rb"))?"
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})(?:" + _EXTENSION + rb")*\r\n")
# The first byte of a method.
_FIRST = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]")
_LONGEST_LINE = 1024


class HeadFrame:
    """Gathers a request's line and headers until they are whole."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._checked = 0

    @property
    def size(self) -> int:
        """How many bytes of a head that is not whole are held."""
        return len(self._held)

    def take(self, data: bytes) -> tuple[bytes, bytes]:
        """Return a whole head, or nothing yet, and what stands behind it; raises MalformedError."""
        if not self._held:
            # Blank lines before a request are nothing.
            data = data.lstrip(b"\r\n")
            if not data:
                return b"", b""
            if not _FIRST.match(data):
                raise MalformedError
        self._held += data
        # Lines are looked at when they are whole, or each byte of a slow sender would cost all those before it.
        if b"\n" not in data or not self._is_whole():
            return b"", b""
        end, held = self._checked, bytes(self._held)
        self._held, self._checked = bytearray(), 0
        return _with_quoted_line(_framed_once(held[:end])), held[end:]

    def _is_whole(self) -> bool:
        """Look at the lines that have come since the last time."""
        held = self._held
        if not self._checked:
            line = _LINE.match(held)
            if line is None:
                if b"\n" in held:
                    raise MalformedError
                return False
            self._checked = line.end()
        found = _HEADERS.match(held, self._checked)
        # It fits everywhere, if only with nothing.
        self._checked = found.end() if found else 0
        if found and found[1]:
            return True
        if held.find(b"\n", self._checked) >= 0:
            raise MalformedError
        return False


def _framed_once(head: bytes) -> bytes:
    """Return a head that says at most once, and in one way, how long its body is."""
    said = _FRAMING.findall(head)
    if len(said) > 1 or (said and not _WHOLE.fullmatch(said[0])):
        raise MalformedError
    return head


def _with_quoted_line(head: bytes) -> bytes:
    """Return a head whose target is ASCII: no parser takes another, and servers that clients know do."""
    if head.isascii():
        return head
    line, end, headers = head.partition(b"\r\n")
    return quoted(line) + end + headers


class ChunkFrame:
    """Follows a body in chunks.

    `announced` is the size of the chunk that is coming in, `left` what is still to come of it, `over` whether the body
    has ended.
    """

    def __init__(self, most_bytes: int) -> None:
        self.announced = 0
        self.over = False
        self.left = 0
        self._line = b""
        self._trailing = 0
        self._most = most_bytes
        self._awaited = self._size

    def take(self, data: bytes) -> int:
        """Return how many of these bytes belong to the body; raises MalformedError."""
        at = 0
        while at < len(data) and not self.over:
            if self.left:
                step = min(self.left, len(data) - at)
                self.left -= step
                at += step
                continue
            end = data.find(b"\n", at) + 1 or len(data)
            self._line += data[at:end]
            at = end
            if len(self._line) > _LONGEST_LINE:
                raise MalformedError
            if self._line.endswith(b"\n"):
                line, self._line = self._line, b""
                self._awaited(line)
        return at

    def _size(self, line: bytes) -> None:
        found = _SIZE.fullmatch(line)
        if found is None:
            raise MalformedError
        self.announced = self.left = int(found[1], 16)
        self._awaited = self._gap if self.left else self._trailer

    def _gap(self, line: bytes) -> None:
        if line != b"\r\n":
            raise MalformedError
        self._awaited = self._size

    def _trailer(self, line: bytes) -> None:
        self._trailing += len(line)
        self.over = line == b"\r\n"
        # Nothing that would say anew how long the body is, or what becomes of the connection.
        if not self.over and (self._trailing > self._most or not _HEADER.fullmatch(line) or _says_framing(line)):
            raise MalformedError


def _says_framing(line: bytes) -> bool:
    name = line.partition(b":")[0].lower()
    return name in {b"content-length", b"transfer-encoding", b"connection", b"host", b"upgrade"}
