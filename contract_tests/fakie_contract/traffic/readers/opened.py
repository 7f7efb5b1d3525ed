"""Opening recordings: one line for what cannot be read, UTF-8 whatever the file's encoding."""

import codecs
import gzip
import io
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from fakie_schemas.errors import FakieError

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_GZIP = b"\x1f\x8b"
# What a compressed file may grow to: more is no recording of one API.
LARGEST = 4 * 1024**3


class Unreadable(FakieError):
    """A file, or the rest of it, cannot be read as recorded traffic."""


class NoRecording(Unreadable):
    """A file can be read, and holds something else."""


class BreaksOff(Unreadable):
    """The end of a file is missing."""


class DamagedGzip(Unreadable):
    """A file that gzip has compressed is damaged."""

    def __init__(self) -> None:
        super().__init__(
            "is damaged where gzip has compressed it; expected a file that `gzip -t` finds whole, or one unpacked"
        )


class _Recoded:
    """A text file, read as UTF-8; to be gone back in to its beginning alone."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text

    def read(self, size: int = -1) -> bytes:
        return self._text.read(size).encode("utf-8", "surrogatepass")

    def tell(self) -> int:
        return 0

    def seek(self, start: int) -> int:
        return self._text.seek(start)


class _Unpacked(io.RawIOBase):
    """The content of a compressed file, up to a bound; to be gone back in, as ijson and this module do."""

    def __init__(self, packed: BinaryIO) -> None:
        self._inner = gzip.GzipFile(fileobj=packed)

    def read(self, size: int = -1) -> bytes:
        found = self._inner.read(size)
        if self._inner.tell() > LARGEST:
            raise Unreadable(f"holds more than {LARGEST} bytes when it is unpacked")
        return found

    def tell(self) -> int:
        return self._inner.tell()

    def seek(self, start: int, whence: int = io.SEEK_SET) -> int:
        return self._inner.seek(start, whence)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        found = self.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)

    def seekable(self) -> bool:
        return True


@contextmanager
def opened(file: Path) -> Iterator[BinaryIO]:
    """Open a file, unpacked, as UTF-8 without a byte order mark; raises Unreadable when there is nothing to read."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            # Opening a pipe waits for a writer, and what was read of it is gone.
            raise Unreadable("is a pipe or a device; expected a file: write it into one first")
        with file.open("rb") as raw:
            packed = raw.read(2) == _GZIP
            raw.seek(0)
            yield _as_utf8(cast(BinaryIO, _Unpacked(raw)) if packed else raw)
    except EOFError as error:
        raise BreaksOff("breaks off: the end of the compressed file is missing") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DamagedGzip from error
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or error}") from error
    except UnicodeError as error:
        raise Unreadable(f"is not {getattr(error, 'encoding', 'utf-16')} text, though it begins as such") from error


def _as_utf8(raw: BinaryIO) -> BinaryIO:
    head = raw.read(4)
    if not head:
        raise Unreadable("the file is empty")
    raw.seek(len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0)
    encoding = "utf-16" if head.startswith(_UTF16) else _without_mark(head)
    # Its text is a wrapper's, which is not to close the file.
    return cast(BinaryIO, _Recoded(io.TextIOWrapper(cast(Any, raw), encoding=encoding))) if encoding else raw


def _without_mark(head: bytes) -> str:
    """Tell UTF-16 without a mark by the zero that stands beside the first character, which is of ASCII."""
    if len(head) < len("{}\0\0") or head.count(0) != len(head) // 2:
        return ""
    return "utf-16-be" if head[0] == 0 else "utf-16-le" if head[1] == 0 else ""
