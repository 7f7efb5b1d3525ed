"""Control of files: what has been uploaded and is still there."""

from dataclasses import dataclass, field

from fakie.core.control.accounts import AccountControl
from fakie.core.files.held import UploadedFile
from fakie.core.files.shelf import Shelf


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
    """Uploaded files, as they are seen now."""

    def __init__(self, accounts: AccountControl, shelf: Shelf) -> None:
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


def _what(file: UploadedFile) -> tuple[str, int, float, bytes]:
    return file.media_type, len(file.content), file.at, file.content
