"""Bodies that stand in files of their own, beside a recording or in its archive."""

import lzma
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

# As much as a body may grow to when it is unpacked.
LARGEST = 64 * 1024 * 1024
# What the standard library raises of damaged archives: of their tables, and of each way in which parts are packed.
DAMAGED = (BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error, lzma.LZMAError)
# Returns the bytes of a file by its name; raises Missing.
Attached = Callable[[str], bytes]


class Missing(Exception):
    """An attached file cannot be read; the text says why, without its name."""


def beside(folder: Path) -> Attached:
    """Return what reads files of a folder, and of no other place."""

    def read(name: str) -> bytes:
        file = folder / _plain(name)
        try:
            if not file.resolve(strict=True).is_relative_to(folder.resolve()) or not file.is_file():
                raise Missing("in a file that is not beside the recording")
            if file.stat().st_size > LARGEST:
                raise Missing(f"in a file of more than {LARGEST} bytes")
            return file.read_bytes()
        except OSError as error:
            raise Missing(f"in a file beside the recording that cannot be read: {error.strerror or error}") from None

    return read


def inside(archive: ZipFile) -> Attached:
    """Return what reads files of an archive."""

    def read(name: str) -> bytes:
        try:
            if archive.getinfo(_plain(name)).file_size > LARGEST:
                raise Missing(f"in a file of more than {LARGEST} bytes")
            return archive.read(_plain(name))
        except KeyError:
            raise Missing("in a file that the archive does not hold") from None
        except DAMAGED:
            raise Missing("in a file of the archive that cannot be read") from None

    return read


def attached_body(name: Any, read: Attached) -> tuple[bytes | None, str]:
    """Return the bytes of an attached file, and why they are not there where they are not."""
    try:
        return read(str(name)) or None, ""
    except Missing as error:
        return None, f"the answer's body is {error}"


def _plain(name: str) -> str:
    """Return the name of an attached file as a path; what cannot be one leads nowhere."""
    if not name or "\0" in name:
        raise Missing("in a file that is not beside the recording")
    return name.replace("\\", "/")
