"""The files of an account: named at the first look, fetched when this process has not seen them yet."""

from collections.abc import Callable
from typing import Any

from fakie.core.held_files import HeldFiles, UploadedFile

Read = Callable[[], dict[str, UploadedFile]]


class ReadFiles(HeldFiles):
    """An account's files, which `read` returns when they are first looked at."""

    def __init__(self, read: Read) -> None:
        self._read = read

    def __getattr__(self, name: str) -> Any:
        if name != "_files":
            raise AttributeError(name)
        self._before = self._read()
        self._files = dict(self._before)
        return self._files

    def changes(self) -> list[Any]:
        """Return what has become of them since they were read, in the words of the script that writes it."""
        kept = {file.path: file for file in self}
        said: list[Any] = []
        for path in self._before:
            if path not in kept:
                said += ["unfile", path]
        for path, file in kept.items():
            if self._before.get(path) is not file:
                said += ["file", path, f"{file.at!r} {file.media_type}", file.content]
        return said
