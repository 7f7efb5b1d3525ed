"""Opening recordings: one line for what cannot be read, UTF-8 whatever the file's encoding."""

import codecs
import io
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from fakie_schemas.errors import FakieError

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_GZIP = b"\x1f\x8b"


class Unreadable(FakieError):
    """A file, or the rest of it, cannot be read as recorded traffic."""


class NoRecording(Unreadable):
    """A file can be read, and holds something else."""


class BreaksOff(Unreadable):
    """The end of a file is missing."""


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


@contextmanager
def opened(file: Path) -> Iterator[BinaryIO]:
    """Open a file as UTF-8 without a byte order mark; raises Unreadable when there is nothing to read."""
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            # Opening a pipe waits for a writer, and what was read of it is gone.
            raise Unreadable("is a pipe or a device; expected a file: write it into one first")
        with file.open("rb") as raw:
            head = raw.read(4)
            if not head:
                raise Unreadable("the file is empty")
            if head.startswith(_GZIP):
                raise Unreadable("is compressed with gzip; expected it unpacked: `gunzip --keep` does that")
            raw.seek(len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0)
            if head.startswith(_UTF16):
                yield cast(BinaryIO, _Recoded(io.TextIOWrapper(raw, encoding="utf-16")))
            else:
                yield raw
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or error}") from error
    except UnicodeError as error:
        raise Unreadable(f"is not {getattr(error, 'encoding', 'utf-16')} text, though it begins as such") from error
