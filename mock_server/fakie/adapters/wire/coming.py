"""A request on its way in."""

from typing import IO

from msgspec import Struct

from fakie.adapters.wire.framing import ChunkFrame
from fakie.adapters.wire.heads import NOTHING_READ, Again, ReadHead
from fakie.adapters.wire.parsing import Head
from fakie.core.http.headers import Headers


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
