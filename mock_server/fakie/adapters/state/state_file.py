"""A state file: made whole or not at all, looked over before its first use, and held by one process."""

import os
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from fakie.adapters.state.open_files import DisplacedError, OpenFiles, log_of
from fakie.adapters.state.tables import APPLICATION, READ, TABLES, VERSION
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.files import made_once

_MODE = 0o600
_MAGIC = b"SQLite format 3\0"
# Where the head of a file of SQLite has the two numbers that its owner sets.
_HEAD, _VERSION_AT, _APPLICATION_AT = 100, 60, 68
# What is written over or taken out is overwritten with zeros.
_SETTINGS = (
    "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;"
)

Statement = tuple[str, Sequence[Any]]


class StateFile:
    """One open state file; `path` is where it lies. Raises ConfigurationError for one that cannot be used."""

    def __init__(self, path: Path, *, create: bool = True) -> None:
        self.path = path
        # Whether it has been let go; nothing can be written any more.
        self.closed = False
        self._lock = threading.Lock()
        try:
            is_absent = is_free(path)
        except OSError as error:
            raise unusable(path, f"it cannot be read: {error.strerror}") from None
        if is_absent:
            if not create:
                raise unusable(path, "there is no such file")
            _make(path)
        _look(path)
        try:
            self._connection = _opened(path)
        except sqlite3.Error as error:
            raise unusable(path, described(error) + _of_another(path, error)) from None
        self._files = OpenFiles(path)

    def commit(self, statements: Sequence[Statement]) -> None:
        """Carry out all of these, or none; raises sqlite3.Error."""
        with self._lock:
            if self.closed:
                raise sqlite3.ProgrammingError("the fake has stopped")
            # SQLite would go on writing to a file that has no name any more.
            self._files.check()
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                for sql, values in statements:
                    self._connection.execute(sql, values)
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """Return what a SELECT finds; raises ConfigurationError for what cannot be read."""
        try:
            with self._lock:
                found = self._connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise unusable(self.path, described(error)) from None
        return iter(found)

    def is_in_place(self) -> bool:
        """Tell whether what is open still lies where a restart looks for it."""
        try:
            with self._lock:
                self._files.check()
        except DisplacedError:
            return False
        return True

    @property
    def version(self) -> int:
        """Its format."""
        [[found]] = self.rows("PRAGMA user_version")
        return int(found)

    def function(self, name: str, act: Callable[[Any], Any]) -> None:
        """Let statements call a function of one value by this name."""
        with self._lock:
            self._connection.create_function(name, 1, act, deterministic=True)

    def rewrite(self) -> None:
        """Write the file anew, without what was in it before; raises sqlite3.Error."""
        with self._lock:
            self._connection.execute("VACUUM")
            self._files.shortened()
        self.wipe()

    def wipe(self) -> None:
        """Take out of the write-ahead log what is in the file already; raises sqlite3.Error."""
        with self._lock:
            self._files.check()
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            self._files.shortened()

    def limit(self, pages: int) -> None:
        """Let the file grow to so many pages and no further; what does not fit is as with a full disk."""
        with self._lock:
            self._connection.execute(f"PRAGMA max_page_count={int(pages)}")

    def close(self) -> None:
        """Put what has been written in its place, and let the file go."""
        with self._lock, suppress(sqlite3.Error):
            self.closed = True
            self._connection.close()


def described(error: sqlite3.Error) -> str:
    """Return in a few words what went wrong, and what would help."""
    text = str(error)
    if isinstance(error, DisplacedError):
        return text
    if "locked" in text:
        return "another fakie uses it; stop that one first, or give each a file of its own"
    if "readonly" in text:
        return "it, or its folder, is read-only; make both writable"
    if "I/O error" in text:
        return "the disk does not take it, or gives it no more: a quota, a limit on the size of files, or a broken disk"
    if "full" in text:
        return "the disk is full; make room"
    if _is_damaged(error):
        return "it is damaged; restore a copy, or move it away to start anew"
    return text


def _of_another(path: Path, error: sqlite3.Error) -> str:
    """Say what a damaged file may owe to the log beside it, where there is one: SQLite cannot tell whose that is."""
    log = log_of(path)
    if not _is_damaged(error) or not log.exists():
        return ""
    return f"; where it is a copy that was put back, remove {log.name}, which belongs to the file that was there"


def _is_damaged(error: sqlite3.Error) -> bool:
    return "malformed" in str(error) or "not a database" in str(error)


def is_free(path: Path) -> bool:
    """Tell whether a state file can be made here; raises ConfigurationError beside the log of one that was here.

    Raises OSError for a name that is too long, or a folder that is not for this user.
    """
    log = log_of(path)
    # The log first, for another process may make both just now.
    is_left, is_there = log.exists(), path.exists()
    if is_left and not is_there:
        # SQLite would write it into the new one.
        reason = f"it is gone, and {log.name} has what was written to it last; put it back, or move that away as well"
        raise unusable(path, reason)
    return not is_there


def _make(path: Path) -> None:
    """Make an empty state beside the place, and put it there whole."""
    try:
        with made_once(path) as beside, closing(sqlite3.connect(beside)) as made:
            marks = f"PRAGMA application_id={APPLICATION}; PRAGMA user_version={VERSION};"
            made.executescript(f"BEGIN; {TABLES} COMMIT; {marks}")
    except OSError as error:
        raise unusable(path, f"it cannot be made: {error.strerror}") from None
    except sqlite3.Error as error:
        raise unusable(path, f"it cannot be made: {described(error)}") from None


def _look(path: Path) -> None:
    """Raise ConfigurationError for what is no state file of ours, before SQLite touches it."""
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise unusable(path, "it is not a file")
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except OSError as error:
        raise unusable(path, f"it cannot be read: {error.strerror}") from None
    problem = _problem(head)
    if problem:
        raise unusable(path, problem)
    # Root may write to what nobody should.
    if not (mode & stat.S_IWUSR and os.access(path, os.W_OK)):
        raise unusable(path, "it is read-only; make it writable")
    if stat.S_IMODE(mode) != _MODE:
        with suppress(OSError):
            path.chmod(_MODE)


def _problem(head: bytes) -> str | None:
    """Say why a file with such a head is none of ours, or none that can be read."""
    if not head:
        return "it is empty, as no state file ever is; move it away to start anew"
    if not head.startswith(_MAGIC[: len(head)]):
        return "it is not a state file of fakie; name another one"
    if len(head) < _HEAD:
        return "it is damaged: it ends within its head; restore a copy, or move it away to start anew"
    if _number(head, _APPLICATION_AT) != APPLICATION:
        return "it is a file of SQLite, but no state file of fakie; name another one"
    version = _number(head, _VERSION_AT)
    if version not in READ:
        return f"it is of format {version}, and this fakie reads formats up to {VERSION}; use the fakie that wrote it"
    return None


def _number(head: bytes, at: int) -> int:
    return int.from_bytes(head[at : at + 4], "big")


def _opened(path: Path) -> sqlite3.Connection:
    # By its whole path, for SQLite reads names such as :memory: and file:a in a way of its own.
    connection = sqlite3.connect(path.absolute(), timeout=0, isolation_level=None, check_same_thread=False)
    try:
        connection.executescript(_SETTINGS)
        # Held from now on until it is closed, also by a process that is killed.
        connection.executescript("BEGIN EXCLUSIVE; COMMIT;")
        # Not `quick_check`, which passes over the log of another file where that brings rows without their index.
        [[found], *_] = connection.execute("PRAGMA integrity_check(1)").fetchall()
        if found != "ok":
            raise sqlite3.DatabaseError("malformed")
    except BaseException:
        # As it closes a file SQLite puts the log in its place, which would end a copy beside another one's log.
        connection.interrupt()
        connection.close()
        raise
    return connection


def unusable(path: Path, reason: str) -> ConfigurationError:
    """Return the error that says why a state file cannot be used."""
    return ConfigurationError(f"the state file {path} cannot be used: {reason}")
