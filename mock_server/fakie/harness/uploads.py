"""Files in a test: those that the code under test has uploaded, and those that it can have fetched."""

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from typing import overload

from fakie.core.control.files import FileControl, Upload
from fakie.core.file_ports import Fetched, FetchFailed
from fakie.harness.arguments import check_content
from fakie_schemas.addresses import HttpUrl


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


class Web:
    """Files that lie elsewhere, as far as the code under test can tell; the test publishes them."""

    def __init__(self, files: FileControl) -> None:
        self._files = files

    def publish(self, url: str, content: bytes = b"", *, media_type: str = "", status: int = 200) -> None:
        """Let URL uploads find a file under a URL, or an HTTP status; raises WrongOrderError for what is no URL."""
        check_content(content)
        text = b64encode(content).decode()
        self._files.publish(url, content=text, media_type=media_type, status=status)


class NothingElse:
    """A `Fetcher` for tests, which never leaves the process: there is nothing but what was published."""

    def get(self, url: HttpUrl, forbids: Callable[[str], str | None], seconds: float, most_bytes: int) -> Fetched:
        """Raise FetchFailed, with what would help."""
        del forbids, seconds, most_bytes
        how = "publish it by fakie.web.publish(url, content), or by POST /_fakie/files"
        raise FetchFailed(f"the test has published nothing under {url.text[:200]!r}; {how}")
