"""A request on its way in."""

from typing import IO

from msgspec import Struct

from fakie.adapters.wire.framing import ChunkFrame
from fakie.adapters.wire.heads import NOTHING_READ, Again, ReadHead
from fakie.adapters.wire.parsing import Head
from fakie.core.http.headers import Headers
from fakie.core.http.messages import Request, Response
from fakie.core.situations import Refused

# More of what is kept aside goes to a file.
KEPT_IN_MEMORY = 256 * 1024
# What is parsed at a stretch; of a body in chunks a little, as each takes its time, however small.
PIECE, LITTLE = 16 * 1024, 256


class Inbound(Struct, frozen=True):
    """A request to be answered, so many bytes of its body in memory; the connection may go on then if `keep_alive`."""

    request: Request
    keep_alive: bool
    old: bool
    in_memory: int = 0

    def may_stay(self, response: Response) -> bool:
        """Tell whether the connection may go on behind this answer."""
        # Without a length, an HTTP/1.0 client knows the end by that of the connection.
        return self.keep_alive and not (self.old and response.rest)


class Coming(Struct):
    """A request as far as it has come; its body may have so many bytes at `most`.

    `line` is its method, path, query and target, empty while they cannot be read. `again` is for a head that has come
    before, `found` what the parser found in any other.
    """

    most: int
    line: tuple[str, str, str, str] = ("", "", "", "")
    old: bool = False
    headers: Headers = NOTHING_READ.headers
    length: int | None = 0
    again: Again | None = None
    found: tuple[Head, ReadHead] | None = None
    kept: bytearray = bytearray()
    size: int = 0
    aside: IO[bytes] | None = None
    chunk_frame: ChunkFrame | None = None

    @property
    def in_memory(self) -> int:
        """How many bytes of its body are in memory."""
        return self.size if self.aside is None or self.size <= KEPT_IN_MEMORY else 0

    @property
    def at_once(self) -> int:
        """How many bytes of its body may be parsed at a stretch: many that are only kept."""
        if self.chunk_frame is None:
            return max(PIECE, (self.length or 0) - self.size)
        return max(LITTLE, self.chunk_frame.left)

    def keep(self, data: bytes) -> Refused | None:
        """Keep some of the body; return why there is no room for it, if so."""
        self.size += len(data)
        if self.aside is None:
            self.kept += data
            return None
        try:
            self.aside.write(data)
        except Refused as refused:
            self.aside = None
            return refused
        return None
