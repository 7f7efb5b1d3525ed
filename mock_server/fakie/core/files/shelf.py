"""The shelf: every file that a fake has, uploads and results, found by its path or its URL until it expires."""

from collections.abc import Mapping
from math import ceil
from typing import Any

from fakie.core.accounts import Account, handle_of_number, number_of
from fakie.core.files.places import LINKS, UPLOADS, Addresses, Link
from fakie.core.files.published import PublishedFiles
from fakie.core.held_files import UploadedFile
from fakie.core.http.messages import Request
from fakie.core.ports import Media, Store
from fakie.core.running.results import PREFIX as RESULTS
from fakie.core.running.results import Results
from fakie.core.situations import Outcome, Refused
from fakie.core.tasks.task import Task
from fakie_schemas.catalog.profile_facts import Facts

PLACES = (UPLOADS, LINKS)


class FileShelf:
    """Finds files; what is not there, or no longer, raises Refused with the reason.

    `published` are those that lie elsewhere as far as clients can tell.
    """

    def __init__(self, store: Store, results: Results, facts: Facts, public_url: str) -> None:
        self._store = store
        self._results = results
        self._kept = facts.upload_seconds
        self._link_seconds = facts.download_url_seconds
        self.addresses = Addresses(public_url)
        self.published = PublishedFiles()

    def show(self, request: Request) -> Outcome:
        """Answer a request for a file."""
        if request.method not in {"GET", "HEAD"}:
            raise Refused("file_gone", reason=f"files are read by GET, not {request.method}")
        path = request.path
        return Outcome("file_shown", self.file(self._linked(path) if path.startswith(LINKS) else path))

    def results_of(self, task: Task) -> Mapping[str, Any]:
        """Return what a task that succeeded has made, its files as URLs."""
        return self._results.of(task)

    def file(self, path: str) -> Media:
        """Return the file of a path: an upload or a result."""
        if path.startswith(RESULTS):
            return self._results.file(path)
        number, _, rest = path.removeprefix(UPLOADS).partition("/")
        account = self._account(number)
        held = account.files.get(rest) if account and path.startswith(UPLOADS) else None
        if account is None or held is None:
            raise Refused("file_gone", reason="nothing was uploaded under this path")
        if not self.has(account, held):
            raise Refused("file_gone", reason=f"it expired {self._kept / 3600:g} h after the upload")
        return Media(held.content, held.media_type, "")

    def has(self, account: Account, file: UploadedFile) -> bool:
        """Tell whether an account's file has not expired."""
        return account.clock.now() - file.at <= self._kept

    def own(self, url: str) -> str | None:
        """Return the path of a URL that leads to a file's place on the fake, or None for any other URL."""
        path = self.addresses.path(url)
        if path is None or not path.startswith((RESULTS, *PLACES)):
            return None
        number = path.removeprefix(UPLOADS).partition("/")[0]
        # What lies on the vendor's host under an account that is not of this fake was uploaded to the vendor.
        strange = self.addresses.is_vendors(url) and self._account(number) is None
        return None if strange else path

    def content_of(self, url: str) -> Media | None:
        """Return the file that a URL of the fake leads to, or None for a URL that leads elsewhere."""
        path = self.own(url)
        if path is None:
            return None
        return self.file(self._linked(path) if path.startswith(LINKS) else path)

    def link(self, url: str, account: Account) -> str:
        """Write a link to a file of the fake that ends after a while on the account's clock."""
        path = self.own(url)
        if path is None or path.startswith(LINKS):
            raise Refused("url_wrong")
        try:
            self.file(path)
        except Refused:
            raise Refused("url_wrong") from None
        return self.addresses.url(Link(number_of(account.handle), self._link_ends(account), path).text)

    def path_of(self, account: Account, file: UploadedFile) -> str:
        """Return the path of an account's file on the fake."""
        return f"{UPLOADS}{number_of(account.handle)}/{file.path}"

    def _linked(self, path: str) -> str:
        link = Link.read(path)
        account = self._account(link.account) if link else None
        if link is None or account is None:
            raise Refused("file_gone", reason="this is not a link that the fake has made")
        # One that ends later than any made by now was not made here.
        if not account.clock.now() * 1000 <= link.until <= self._link_ends(account):
            raise Refused("file_gone", reason=f"the link has ended; one lives {self._link_seconds / 60:g} minutes")
        return link.path

    def _link_ends(self, account: Account) -> int:
        """Return the end of a link made now, rounded up, for none may end early."""
        return ceil((account.clock.now() + self._link_seconds) * 1000)

    def _account(self, number: str) -> Account | None:
        handle = handle_of_number(number)
        return self._store.account(handle) if handle else None
