"""Files of a state that is open: whether a restart would find in them what has been written."""

import os
import sqlite3
from pathlib import Path


class DisplacedError(sqlite3.OperationalError):
    """An open file is not, or not whole, the one at its path."""


def log_of(path: Path) -> Path:
    """Return where SQLite lays the log of a file: beside what a link leads to."""
    return Path(f"{os.path.realpath(path)}-wal")


class OpenFiles:
    """The files that a state is written to, as they were when last seen; only its own process may shorten them."""

    def __init__(self, path: Path) -> None:
        files = path.absolute(), log_of(path)
        self._seen = {file: file.stat() for file in files if file.exists()}

    def check(self) -> None:
        """Look at the files; raises DisplacedError where one was removed, replaced or cut."""
        self._look(may_be_shorter=False)

    def shortened(self) -> None:
        """Look at the files after they may have been made shorter; raises DisplacedError as well."""
        self._look(may_be_shorter=True)

    def _look(self, *, may_be_shorter: bool) -> None:
        for file, seen in self._seen.items():
            try:
                now = file.stat()
            except OSError as error:
                raise _displaced(file, f"cannot be found any more ({error.strerror})", "put it back") from None
            if not os.path.samestat(now, seen):
                raise _displaced(file, "is another file than the one that this fake opened", "put that one back")
            if now.st_size < seen.st_size and not may_be_shorter:
                raise _displaced(file, f"was cut from {seen.st_size} to {now.st_size} bytes", "restore a copy")
            self._seen[file] = now


def _displaced(file: Path, what: str, help_: str) -> DisplacedError:
    lost = "so that a restart would lose what is written"
    return DisplacedError(f"{file.name} {what}, {lost}; {help_}, or start the fake anew")
