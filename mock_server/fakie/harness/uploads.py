"""Files in a test: those that the code under test has uploaded, and those that it can have fetched."""

from collections.abc import Callable, Iterator, Sequence
from mimetypes import MimeTypes
from typing import overload

from fakie.core.control.files import FileControl, Upload
from fakie.core.files.ports import Fetched, FetchFailed
from fakie_schemas.addresses import HttpUrl, read_url

_FOUND = 200


class UploadsView(Sequence[Upload]):
    """The files that were uploaded and have not expired, oldest first; each has its `content`."""

    def __init__(self, files: FileControl) -> None:
        self._files = files

    def of(self, account: str) -> list[Upload]:
        """Return those of one account, by key or handle."""
        return self._files.all(account)

    def __len__(self) -> int:
        return len(self._files.all())

    def __iter__(self) -> Iterator[Upload]:
        return iter(self._files.all())

    @overload
    def __getitem__(self, index: int) -> Upload: ...
    @overload
    def __getitem__(self, index: slice) -> list[Upload]: ...
    def __getitem__(self, index: int | slice) -> Upload | list[Upload]:
        return self._files.all()[index]

    def __repr__(self) -> str:
        lines = [f"{file.path}: {file.media_type}, {file.size} bytes" for file in self]
        return "<uploads: " + ("\n  ".join(["", *lines]) if lines else "none") + ">"


class PublishedFiles:
    """A `Fetcher` for tests, which never leaves the process: it has what the test has published."""

    def __init__(self) -> None:
        self._files: dict[str, Fetched] = {}

    def publish(self, url: str, content: bytes = b"", media_type: str | None = None, status: int = _FOUND) -> None:
        """Let URL uploads find a file under a URL, or an HTTP status other than 200; raises UnclearUrl for no URL."""
        read = read_url(url)
        kind = media_type or MimeTypes().guess_type(read.target.partition("?")[0])[0] or ""
        self._files[read.text] = Fetched(status, kind, None, content, is_longer=False)

    def get(self, url: HttpUrl, forbids: Callable[[str], str | None], seconds: float, most_bytes: int) -> Fetched:
        """Return what was published under a URL; raises FetchFailed where nothing was."""
        del forbids, seconds
        found = self._files.get(url.text)
        if found is None:
            text = url.text[:200]
            raise FetchFailed(f"the test has published nothing under {text!r}; fakie.web.publish(url, content) does it")
        longer = len(found.content) > most_bytes
        return Fetched(found.status, found.media_type, None, found.content[:most_bytes], is_longer=longer)
