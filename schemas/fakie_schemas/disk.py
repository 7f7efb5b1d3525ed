"""Files of this machine, read as they are whatever a test has put in place of `open`, of `pathlib` or of all files.

A fake in a test reads a page when it is first asked for, and what the system says of a thread. Mocks of `open` or
`Path.read_text`, and tools such as pyfakefs that put other files in place, are for the code under test.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from io import FileIO
from pathlib import Path
from typing import Any


class _Real:
    # Of a class, for such tools replace what names of modules stand for.
    file = FileIO
    entries: Any = staticmethod(os.scandir)
    is_folder = staticmethod(os.path.isdir)


def read_bytes(path: Path | str) -> bytes:
    """Return what a file contains; raises OSError."""
    with _Real.file(str(path)) as file:
        return file.readall()


def read_text(path: Path) -> str:
    """Return the text of a file in UTF-8, with a byte order mark or none; raises OSError or UnicodeDecodeError."""
    return read_bytes(path).decode("utf-8-sig")


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
