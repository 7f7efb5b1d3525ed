"""The files that one account holds: named by their paths, bounded in number and bytes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from fakie.core.situations import Refused
from fakie_schemas.catalog.profile_facts import HeldLimit


@dataclass(frozen=True)
class UploadedFile:
    """One file: its path below the account's folder, what it is, and when it came, in seconds since the epoch."""

    path: str
    content: bytes = field(repr=False)
    media_type: str
    at: float

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


class HeldFiles:
    """An account's files, oldest first; one of the same path takes the place of a former one."""

    def __init__(self, files: Iterable[UploadedFile] = ()) -> None:
        self._files = {file.path: file for file in files}

    def __iter__(self) -> Iterator[UploadedFile]:
        return iter(list(self._files.values()))

    @property
    def size(self) -> int:
        """The bytes of all files, expired or not."""
        return sum(len(file.content) for file in self._files.values())

    def __len__(self) -> int:
        return len(self._files)

    def get(self, path: str) -> UploadedFile | None:
        """Return the file of a path, expired or not, or None."""
        return self._files.get(path)

    def put(self, file: UploadedFile, limit: HeldLimit, kept: float) -> None:
        """Take a file in; expired ones make room, and raises Refused when there is none."""
        if not self._has_room(file, limit):
            self.drop_expired(file.at, kept)
        if not self._has_room(file, limit):
            held = [old for old in self._files.values() if old.path != file.path]
            size = sum(len(old.content) for old in held)
            raise _full("this account", len(held), size, limit)
        self._files.pop(file.path, None)
        self._files[file.path] = file

    def drop_expired(self, now: float, kept: float) -> None:
        """Forget the files that came more than so many seconds ago."""
        self._files = {path: old for path, old in self._files.items() if now - old.at <= kept}

    def _has_room(self, file: UploadedFile, limit: HeldLimit) -> bool:
        held = [old for old in self._files.values() if old.path != file.path]
        size = sum(len(old.content) for old in held) + len(file.content)
        return len(held) < limit.count and size <= limit.bytes


def require_room(size: int, all_files: Iterable[HeldFiles], limit: HeldLimit) -> None:
    """Raise Refused when one file more, of so many bytes, is more than all accounts, if any, may hold together."""
    held = bytes_held = 0
    for files in all_files:
        held += len(files)
        bytes_held += files.size
    if held + 1 > limit.count or bytes_held + size > limit.bytes:
        raise _full("all accounts together", held, bytes_held, limit)


def _full(whom: str, held: int, size: int, limit: HeldLimit) -> Refused:
    return Refused("uploads_full", whom=whom, held=held, size=size, count=limit.count, bytes=limit.bytes)
