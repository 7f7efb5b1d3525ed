"""Control of files: what has been uploaded and is still there, and what URL uploads find elsewhere."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Unpack

from fakie.core.control.accounts import AccountControl
from fakie.core.control.arguments import PUBLISHED, PublishedArguments, check
from fakie.core.control.errors import WrongOrderError
from fakie.core.file_ports import Fetched
from fakie.core.files.shelf import FileShelf
from fakie.core.held_files import UploadedFile
from fakie.core.tasks.task import Task
from fakie_schemas.addresses import UnclearUrl

_FOUND = 200


@dataclass(frozen=True)
class Upload:
    """One file that a client has uploaded: whose it is, where it is found, what it is, when it came (epoch seconds)."""

    account: str
    name: str
    path: str
    url: str
    media_type: str
    size: int
    at: float
    content: bytes = field(repr=False)


class FileControl:
    """Uploaded files, as they are seen now, and published ones."""

    def __init__(self, accounts: AccountControl, shelf: FileShelf) -> None:
        self._accounts = accounts
        self._shelf = shelf

    def all(self, account: str | None = None) -> list[Upload]:
        """Return every upload that has not expired, oldest first, of all accounts or of one, by key or handle."""
        handle = self._accounts.handle(account)
        found = [
            Upload(one.handle, file.name, path, self._shelf.addresses.url(path), *_what(file))
            for one in self._accounts.all()
            if handle in (None, one.handle)
            for file in one.files
            if self._shelf.has(one, file)
            for path in [self._shelf.path_of(one, file)]
        ]
        return sorted(found, key=lambda upload: upload.at)

    def results(self, task: Task) -> Mapping[str, Any]:
        """Return what a task has made, its files as URLs; nothing for one that has not succeeded."""
        succeeded = task.end is not None and task.end.failure is None
        return self._shelf.results_of(task) if succeeded else {}

    def publish(self, url: str, **given: Unpack[PublishedArguments]) -> None:
        """Let URL uploads, and probes, find a file or an HTTP status under a URL, without any network."""
        check(PUBLISHED, {"url": url, **given})
        try:
            content = b64decode(given.get("content", ""), validate=True)
            file = Fetched(given.get("status", _FOUND), given.get("media_type", ""), None, content, is_longer=False)
            self._shelf.published.put(url, file)
        except UnclearUrl as unclear:
            raise WrongOrderError(f"url: {unclear}; for example https://example.com/a.png") from None
        except ValueError as error:
            raise WrongOrderError(f"content: expected Base64, such as aGVsbG8=; {error}") from None

    def forget_published(self) -> None:
        """Take back all that was published."""
        self._shelf.published.clear()


def _what(file: UploadedFile) -> tuple[str, int, float, bytes]:
    return file.media_type, len(file.content), file.at, file.content
