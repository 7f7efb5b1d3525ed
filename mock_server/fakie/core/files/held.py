"""The files that one account holds: named by their paths, bounded in number and bytes."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from fakie.core.situations import Refused
from fakie_schemas.catalog.facts import HeldLimit


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


@dataclass
class HeldFiles:
    """An account's files, oldest first; one of the same path takes the place of a former one."""

    _files: dict[str, UploadedFile] = field(default_factory=dict)

    def __iter__(self) -> Iterator[UploadedFile]:
        return iter(list(self._files.values()))

    def get(self, path: str) -> UploadedFile | None:
        """Return the file of a path, expired or not, or None."""
        return self._files.get(path)

    def put(self, file: UploadedFile, limit: HeldLimit, kept: float) -> None:
        """Take a file in; expired ones make room, and raises Refused when there is none."""
        if not self._has_room(file, limit):
            self._files = {path: old for path, old in self._files.items() if file.at - old.at <= kept}
        if not self._has_room(file, limit):
            held = [old for old in self._files.values() if old.path != file.path]
            size = sum(len(old.content) for old in held)
            raise Refused("uploads_full", held=len(held), size=size, count=limit.count, bytes=limit.bytes)
        self._files.pop(file.path, None)
        self._files[file.path] = file

    def _has_room(self, file: UploadedFile, limit: HeldLimit) -> bool:
        held = [old for old in self._files.values() if old.path != file.path]
        size = sum(len(old.content) for old in held) + len(file.content)
        return len(held) < limit.count and size <= limit.bytes
