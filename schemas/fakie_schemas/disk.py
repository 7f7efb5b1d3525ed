"""Files of this machine, read as they are whatever a test has put in place of `open`, of `pathlib` or of all files.

A fake in a test reads a page when it is first asked for, and what the system says of a thread. Mocks of `open` or
`Path.read_text`, and tools such as pyfakefs that put other files in place, are for the code under test.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from io import BufferedReader, FileIO
from pathlib import Path
from typing import Any

# Of a file with a secret, in bytes.
_LONGEST_SECRET = 10_000


class _Real:
    # Of a class, for such tools replace what names of modules stand for.
    file = FileIO
    entries: Any = staticmethod(os.scandir)
    status: Any = staticmethod(os.fstat)
    is_folder = staticmethod(os.path.isdir)


def read_bytes(path: Path | str) -> bytes:
    """Return what a file, or a pipe, contains; raises OSError, also for a device, which may have no end."""
    with _Real.file(str(path)) as file:
        if stat.S_ISCHR(_Real.status(file.fileno()).st_mode):
            raise OSError(errno.ENODEV, "it is a device, which may have no end; expected a file", str(path))
        return file.readall()


def read_text(path: Path) -> str:
    """Return the text of a file in UTF-8, with a byte order mark or none; raises OSError, or ValueError for others."""
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"expected text in UTF-8; it is not from byte {error.start} on") from None


def read_secret(path: Path) -> str:
    """Return the only line of a file, or of a pipe; raises OSError, or ValueError where there is more or nothing."""
    with BufferedReader(_Real.file(str(path))) as file:
        # A device may have no end.
        held = file.read(_LONGEST_SECRET + 1)
    lines = held.decode("utf-8-sig").strip().splitlines()
    if len(lines) != 1 or len(held) > _LONGEST_SECRET:
        raise ValueError("expected a secret on the only line")
    return lines[0]


def entries(folder: str) -> Iterator[tuple[str, bool]]:
    """Yield the name of each entry of a folder, and whether it is a folder; none for one that is not there.

    Raises OSError for one that cannot be looked into.
    """
    with suppress(FileNotFoundError, NotADirectoryError), _Real.entries(folder) as found:
        for entry in found:
            yield entry.name, entry.is_dir(follow_symlinks=False)


def files_in(folder: Path, suffix: str) -> list[Path]:
    """Return the files of a folder whose names end so, sorted; none where there are none to be seen."""
    with suppress(OSError):
        found = list(entries(str(folder)))
        return sorted(folder / name for name, is_folder in found if name.endswith(suffix) and not is_folder)
    return []


def is_folder(path: Path) -> bool:
    """Tell whether there is such a folder."""
    return _Real.is_folder(str(path))
