"""The ports of uploads: who takes a form apart, and who fetches a file."""

from collections.abc import Callable
from typing import BinaryIO, Protocol

from msgspec import Struct

from fakie_schemas.addresses import HttpUrl


class BadForm(Exception):
    """A body is no form that can be read; the text says why, on one line."""


class FilePart(Struct, frozen=True):
    """A part of a form that has a file name: its field, name, declared type and content."""

    field: str
    name: str
    media_type: str
    content: BinaryIO


class Form(Struct, frozen=True):
    """A form taken apart: its fields and its files, in their order."""

    fields: tuple[tuple[str, str], ...]
    files: tuple[FilePart, ...]

    def field(self, name: str) -> str | None:
        """Return the first field of a name, or None."""
        return next((value for key, value in self.fields if key == name), None)

    def close(self) -> None:
        """Let go of the files."""
        for file in self.files:
            file.content.close()


class Readable(Protocol):
    """The source that a form is read from."""

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, none at the end."""


class FormReader(Protocol):
    """Takes `multipart/form-data` apart, piece by piece, with large files aside from memory."""

    def read(self, body: Readable, content_type: str) -> Form:
        """Return the form; raises BadForm for what is none, or has too many parts or too large fields."""


class FetchFailed(Exception):
    """A file could not be fetched; the text says why, on one line."""


class Fetched(Struct, frozen=True):
    """An HTTP answer: status, type, where it sends on to, and the content, cut when it `is_longer` than was wanted."""

    status: int
    media_type: str
    location: str | None
    content: bytes
    is_longer: bool


class Fetcher(Protocol):
    """Fetches one URL, and follows no redirect."""

    def get(self, url: HttpUrl, forbids: Callable[[str], str | None], seconds: float, most_bytes: int) -> Fetched:
        """Ask one of the addresses that the host's name has, after `forbids` has told nothing against it.

        Raises FetchFailed when there is none, or no whole answer within so many seconds.
        """
