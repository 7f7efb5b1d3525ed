"""Where files are found: the paths of uploads and of links to files, and the addresses of the fake that lead there."""

from functools import cache
from urllib.parse import quote, unquote

from msgspec import Struct

import fakie_schemas
from fakie_schemas.decimals import whole_number

UPLOADS = "/kieai/"
LINKS = "/download/"


class Link(Struct, frozen=True):
    """A link to a file: the account that it was asked for by, its end in milliseconds since the epoch, the path."""

    account: str
    until: int
    path: str

    @property
    def text(self) -> str:
        """The link as a path of the fake."""
        return f"{LINKS}{self.account}/{self.until}{self.path}"

    @classmethod
    def read(cls, path: str) -> "Link | None":
        """Read a path of the fake, or return None for one that is no link."""
        account, _, rest = path.removeprefix(LINKS).partition("/")
        ends, _, file = rest.partition("/")
        until = whole_number(ends)
        if until is None or whole_number(account) is None:
            return None
        return cls(account, until, f"/{file}")


class Addresses:
    """The base URLs at which a fake is found, the last one first, and the vendor's hosts of files."""

    def __init__(self, public_url: str) -> None:
        self._vendor = _vendor_bases()
        self._own: list[str] = []
        self.move_to(public_url)

    def move_to(self, public_url: str) -> None:
        """Be found at another URL as well; new URLs are written with this one."""
        base = public_url.rstrip("/")
        self._own = [base, *(known for known in self._own if known != base)]

    def url(self, path: str) -> str:
        """Write the URL of a path of the fake."""
        return self._own[0] + quote(path)

    def is_vendors(self, url: str) -> bool:
        """Return whether a URL is one of the vendor's, where files lie that the fake has never seen."""
        return any(url.startswith(f"{base}/") for base in self._vendor)

    def path(self, url: str) -> str | None:
        """Return the path of a URL that leads to the fake, unquoted, or None for one that leads elsewhere."""
        for base in (*self._own, *self._vendor):
            if url.startswith(f"{base}/"):
                return unquote(url.removeprefix(base).partition("#")[0].partition("?")[0])
        return None


@cache
def _vendor_bases() -> tuple[str, ...]:
    hosts = fakie_schemas.vendor_hosts()
    return tuple(f"https://{entry['host']}" for entry in hosts if entry.get("answered_below") == UPLOADS)
