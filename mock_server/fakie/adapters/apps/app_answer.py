"""The answer of an app as a server takes it: what no server would send is the app's fault, told in words."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from fakie.adapters.apps.said import MOST_SAID
from fakie.core.control.errors import shown

# As much as is read of a receiver that is reached by its URL.
_MOST_BYTES, _MOST_PIECES = 1024 * 1024, 100_000
_STATUS = re.compile(r"[1-9][0-9]{2}( [ -~\x80-\xff\t]*)?")
_CUT = re.compile(r"[\r\n\0]")


def checked_headers(headers: Any, kind: type[str] | type[bytes]) -> list[tuple[Any, Any]]:
    """Return headers; raises TypeError for what is no pairs of texts, of bytes in ASGI, or breaks its lines."""
    wanted = kind.__name__
    try:
        pairs = [(name, value) for name, value in headers]
    except (TypeError, ValueError):
        raise TypeError(
            f"expected the headers of the answer as a list of pairs of {wanted}; got {shown(headers)}"
        ) from None
    for pair in pairs:
        if not all(isinstance(one, kind) for one in pair):
            raise TypeError(f"expected the headers of the answer as pairs of {wanted}; got {shown(pair)}")
        if any(_CUT.search(one if isinstance(one, str) else one.decode("latin-1")) for one in pair):
            raise TypeError(f"expected the headers of the answer without line breaks; got {shown(pair)}")
    return pairs


def check_piece(piece: Any) -> None:
    """Raise TypeError for a piece of a body that is no bytes."""
    if not isinstance(piece, bytes | bytearray | memoryview):
        raise TypeError(f"expected the body of the answer as bytes, such as b'ok'; got {shown(piece)}")


class WsgiAnswer:
    """The answer of a WSGI app: its status and headers, and its body, read to its end; `said` is how that begins."""

    def __init__(self) -> None:
        self.status: int | None = None
        self.headers: list[tuple[str, str]] = []
        self.said = bytearray()
        self._bytes = self._pieces = 0

    def start(self, status: Any, headers: Any, exc_info: Any = None) -> Callable[[Any], None]:
        """Take the status and the headers; raises TypeError for what is none, RuntimeError where they come twice."""
        if exc_info and self._bytes:
            raise exc_info[1].with_traceback(exc_info[2])
        if self.status is not None and not exc_info:
            raise RuntimeError("the app called start_response twice")
        if not isinstance(status, str) or not _STATUS.fullmatch(status):
            raise TypeError(f"expected the status of the answer as a text such as '200 OK'; got {shown(status)}")
        self.headers = checked_headers(headers, str)
        self.status = int(status[:3])
        return self._take

    def read(self, body: Any, check_time: Callable[[], None]) -> int:
        """Read the body to its end, and return the status.

        Raises TypeError for what is no body of bytes, RuntimeError for one that comes before its status or holds too
        much, and what `check_time` raises while more of it comes.
        """
        for piece in _pieces_of(body):
            if self._pieces:
                check_time()
            self._take(piece)
        if self.status is None:
            raise RuntimeError("the app returned without start_response being called")
        return self.status

    def _take(self, piece: Any) -> None:
        check_piece(piece)
        if len(piece) and self.status is None:
            raise RuntimeError("the app sent a body before start_response was called")
        self._bytes += len(piece)
        self.said += piece[: max(0, MOST_SAID - len(self.said))]
        self._pieces += 1
        if self._bytes > _MOST_BYTES or self._pieces > _MOST_PIECES:
            raise RuntimeError(
                f"the answer has more than {_MOST_BYTES:,} bytes or {_MOST_PIECES:,} pieces; does it end?"
            )


def _pieces_of(body: Any) -> Iterator[Any]:
    pieces: Iterator[Any] | None = None
    with suppress(TypeError):
        pieces = iter(body)
    # The pieces of a text are letters, those of bytes numbers.
    if pieces is None or (isinstance(body, str | bytes) and body):
        raise TypeError(f"expected the body of the answer as a list of bytes, such as [b'ok']; got {shown(body)}")
    return pieces
