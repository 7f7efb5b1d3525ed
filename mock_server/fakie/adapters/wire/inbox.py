"""The input of one connection, gathered into whole requests, each within the limits or with its fault."""

import io
from collections import deque
from typing import IO, BinaryIO, cast

from fakie.adapters.wire.coming import LITTLE, PIECE, Coming, Inbound
from fakie.adapters.wire.framing import ChunkFrame, HeadFrame
from fakie.adapters.wire.heads import NOTHING_READ, Again, Heads, ReadHead, read_target
from fakie.adapters.wire.limits import Limits
from fakie.adapters.wire.parsers import new_parser
from fakie.adapters.wire.parsing import Head, MalformedError, Parser
from fakie.adapters.wire.stage import Stage
from fakie.core.http.messages import Request
from fakie.core.situations import Refused

_NOT_HTTP = (
    "the request cannot be read as HTTP/1.1; expected for example 'POST /api/v1/jobs/createTask HTTP/1.1', "
    "a Host header, and either a Content-Length or chunks"
)
_TLS = "the request begins as TLS does, and plain HTTP is spoken here: http:// may be meant, or `fakie serve --tls DIR`"
# Of a record that holds a handshake, by any version.
_HANDSHAKE = b"\x16\x03"
# What a request takes in memory beside its body.
_REQUEST = 300


class Inbox:
    """Fed with bytes, it fills `ready`; once it is `over`, nothing more is read from this client."""

    def __init__(self, limits: Limits, remote: str, *, plain: bool = False, heads: Heads | None = None) -> None:
        self.ready: deque[Inbound] = deque()
        self.stage = Stage.BETWEEN
        self.over = False
        self.unread = False
        self.go_ahead_awaited = False
        self._limits = limits
        self._remote = remote
        self._plain = plain
        # Made for the first head that has not come before.
        self._parser: Parser | None = None
        self._heads = heads or Heads(limits)
        # The head that the parser was fed.
        self._fed = b""
        self._coming = Coming(limits.body_bytes)
        self._head_frame = HeadFrame()
        self._rest = b""
        self._no_more = False

    @property
    def held(self) -> int:
        """How many bytes of what is no whole request yet, or waits behind one, are kept in memory."""
        held = len(self._rest)
        if self.stage is Stage.HEAD:
            held += self._head_frame.size
        elif self.stage is Stage.BODY:
            held += self._coming.in_memory
        return held + _REQUEST * (len(self.ready) - 1) if self.ready else held

    @property
    def waiting(self) -> bool:
        """Tell whether there is something to answer, or to parse, before more is read."""
        return bool(self.ready or self._rest)

    def feed(self, data: bytes) -> bool:
        """Take what came, and parse it if it is little; tells whether something has been waiting before it."""
        waiting = bool(self.ready or self._rest)
        if waiting or (len(data) > LITTLE and len(data) > self._at_once()):
            self._rest += data
        else:
            self._parse(data)
        return waiting

    def advance(self) -> None:
        """Parse the next piece of what came, if no request is ready: thousands at once would keep others waiting."""
        if self._rest and not self.ready and not self.over:
            most = self._at_once()
            piece, self._rest = self._rest[:most], self._rest[most:]
            self._parse(piece)
        if self.over:
            self._rest = b""
        if self._no_more and not self._rest:
            self._break_off()

    def _at_once(self) -> int:
        """Return how many bytes may be parsed at a stretch."""
        return self._coming.at_once if self.stage is Stage.BODY else PIECE

    def _parse(self, data: bytes) -> None:
        """Pass on what came, head by head and body by body."""
        came = data
        try:
            while data and not self.over:
                if len(data) > LITTLE and len(data) > self._at_once():
                    self._rest = data + self._rest
                    return
                data = self._body(data) if self.stage is Stage.BODY else self._line_and_headers(data)
        except MalformedError:
            is_tls = self.stage is Stage.BETWEEN and came.startswith(_HANDSHAKE)
            self.refuse(_TLS if is_tls else _NOT_HTTP)

    def _line_and_headers(self, data: bytes) -> bytes:
        """Pass on a head once it is whole; return what stands behind it."""
        again = self._heads.again(data) if self.stage is Stage.BETWEEN else None
        if again is not None:
            return self._go_through(again, data)
        head, rest = self._head_frame.take(data)
        if head:
            self._fed = head
            self._parse_by_library(head)
        elif self._head_frame.size:
            if self.stage is Stage.BETWEEN:
                self.begin()
            if self._head_frame.size > self._limits.head_bytes:
                self.refuse(self._head_too_large())
        return rest

    def _parse_by_library(self, data: bytes) -> None:
        if self._parser is None:
            self._parser = new_parser(self, self._limits.head_bytes, plain=self._plain)
        self._parser.feed(data)

    def _go_through(self, again: Again, data: bytes) -> bytes:
        """Take over a head that has come before, without the parser, and the body if it is there; return the rest."""
        known, query, start = again.known, again.query, again.end
        target, length = known.target + query, known.length
        end = start + length
        if len(data) >= end:
            body = io.BytesIO(data[start:end])
            request = Request(known.method, known.path, query, again.headers, body, length, self._remote, target)
            self.ready.append(Inbound(request, known.keep_alive, known.old, length))
            self.over = not known.keep_alive
            return data[end:]
        self.stage = Stage.BODY
        line, awaited = (known.method, known.path, query, target), Again(known, again.headers, query, 0)
        self._coming = Coming(self._limits.body_bytes, line, known.old, again.headers, length, awaited)
        return data[start:]

    def _body(self, data: bytes) -> bytes:
        """Pass on what belongs to the body; return what stands behind it."""
        coming = self._coming
        if coming.again is not None:
            return self._known_body(coming, coming.again, data)
        chunks = coming.chunk_frame
        end = chunks.take(data) if chunks else (coming.length or 0) - coming.size
        if chunks and chunks.announced > coming.most:
            # By the size it announces, rather than wait for bytes that would be too many.
            self._too_large()
            return b""
        self._parse_by_library(data[:end])
        return data[end:]

    def _known_body(self, coming: Coming, again: Again, data: bytes) -> bytes:
        """Pass on the body behind a head that has come before; most clients send it by itself, and in one piece."""
        length = again.known.length
        if len(data) >= length and not coming.size:
            self.stage = Stage.BETWEEN
            return self._go_through(again, data)
        end = length - coming.size
        self.body(data[:end])
        if coming.size == length:
            self.end(again.known.keep_alive)
        return data[end:]

    def end_of_input(self) -> None:
        """Answer what is half sent as such, once its turn comes: the client sends no more."""
        self._no_more = True
        self.advance()

    def _break_off(self) -> None:
        if self.stage is Stage.HEAD:
            self.refuse("the request broke off amid its headers")
        elif self.stage is Stage.BODY and self._coming.length is None:
            self.refuse("the body broke off: its last chunk never came")
        elif self.stage is Stage.BODY and not self.over:
            self._deliver(keep_alive=False)
        self.over = True

    def refuse(self, reason: str, situation: str = "body_malformed") -> None:
        """Answer what came so far as malformed, or in another way, and read nothing more."""
        if not self.over:
            if self.stage is Stage.BETWEEN:
                self.begin()
            self._deliver(keep_alive=False, fault=Refused(situation, reason=reason))
            self.over = self.unread = True

    def begin(self) -> None:
        """Make room for a request whose first byte has come."""
        if not self.over:
            self.stage = Stage.HEAD
            self._coming = Coming(self._limits.body_bytes)

    def head(self, head: Head) -> None:
        """Look at line and headers, before any of the body is kept."""
        if self.over:
            return
        self.stage = Stage.BODY
        coming = self._coming
        path, query, target = read_target(head.target)
        coming.line, coming.old = (head.method, path, query, target), head.version == "1.0"
        read = self._read_head(head)
        fault = read.fault
        if coming.length is None or coming.length > coming.most:
            self._allow_more(path)
        if fault:
            self.refuse(fault)
        elif coming.length is not None and coming.length > coming.most:
            # The length alone says what the answer is.
            self._deliver(keep_alive=False)
            self.over = self.unread = True
        else:
            # A body that is kept aside is not taken as it comes.
            coming.found = (head, read) if coming.aside is None else None
            self.go_ahead_awaited = read.expects_go_ahead

    def body(self, data: bytes) -> None:
        """Keep some of the body."""
        if self.over:
            return
        no_room = self._coming.keep(data)
        self.go_ahead_awaited = False
        if no_room is not None:
            self.refuse(no_room.facts["reason"], no_room.situation)
        elif self._coming.size > self._coming.most:
            self._too_large()

    def end(self, keep_alive: bool) -> None:
        """Deliver a request that is whole."""
        if self.over:
            return
        if self._coming.found:
            self._heads.remember(self._fed, *self._coming.found, keep_alive=keep_alive)
            self._fed = b""
        self._deliver(keep_alive)
        self.stage = Stage.BETWEEN
        self.over = not keep_alive

    def _allow_more(self, path: str) -> None:
        """Let a body be larger where its path takes larger ones, and keep it aside from memory."""
        coming = self._coming
        coming.most = self._limits.large_bodies.get(path, coming.most)
        if coming.most > self._limits.body_bytes and (coming.length is None or coming.length <= coming.most):
            from fakie.adapters.wire.aside import Aside

            coming.aside = Aside()

    def let_go(self) -> None:
        """Read no more, and close what was kept aside of requests that nobody will answer."""
        if self._parser is not None:
            self._parser.close()
        if self._coming.aside is not None:
            self._coming.aside.close()
        for inbound in self.ready:
            inbound.request.body.close()

    def _read_head(self, head: Head) -> ReadHead:
        """Take the headers over; the result tells what is wrong with line or headers."""
        if head.version not in ("1.1", "1.0"):
            return NOTHING_READ._replace(fault=_NOT_HTTP)
        if len(head.target) > self._limits.target_bytes:
            fault = f"the request's target has more than {self._limits.target_bytes} bytes"
            return NOTHING_READ._replace(fault=fault)
        read = self._heads.read(head.version, head.headers)
        self._coming.headers = read.headers
        if len(self._fed) > self._limits.head_bytes:
            return read._replace(fault=self._head_too_large())
        self._coming.length = read.length
        if read.length is None:
            self._coming.chunk_frame = ChunkFrame(self._limits.head_bytes)
        return read

    def _head_too_large(self) -> str:
        return f"the request line and headers have more than {self._limits.head_bytes} bytes"

    def _too_large(self) -> None:
        coming = self._coming
        if coming.aside is None:
            missing = coming.most + 1 - coming.size
            coming.kept += b" " * max(0, missing)
        else:
            # The length alone says what the answer is.
            coming.length = coming.most + 1
        self._deliver(keep_alive=False)
        self.over = self.unread = True

    def _deliver(self, keep_alive: bool, fault: Refused | None = None) -> None:
        coming = self._coming
        body: IO[bytes] = io.BytesIO(coming.kept)
        if coming.aside is not None:
            body, coming.aside = coming.aside, None
            body.seek(0)
        method, path, query, target = coming.line
        request = Request(
            method, path, query, coming.headers, cast(BinaryIO, body), coming.length, self._remote, target, fault
        )
        self.ready.append(Inbound(request, keep_alive, coming.old, coming.in_memory))
        coming.kept, self.go_ahead_awaited = bytearray(), False
