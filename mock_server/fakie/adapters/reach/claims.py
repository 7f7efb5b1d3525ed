"""Which hosts are claimed: the one rule of what is answered, what is refused, and what is let through."""

import re
from collections.abc import Collection
from contextlib import suppress
from fnmatch import fnmatchcase
from functools import cache
from urllib.parse import urlsplit

from msgspec import Struct

import fakie_schemas
from fakie_schemas.addresses import UnclearUrl, read_url
from fakie_schemas.errors import ConfigurationError
from fakie_schemas.hosts import is_loopback

_API = "/api/v1"


class Claim(Struct, frozen=True):
    """A host that a door answers for paths that begin with `below`.

    `port` None is any port; `prefix` is the part of a path that a gateway puts before the API's own.
    """

    host: str
    port: int | None = None
    below: str = "/"
    prefix: str = ""

    @classmethod
    def of(cls, base: str) -> "Claim":
        """Read a base URL, such as `https://gateway.test/kie` or `https://gateway.test/kie/api/v1`.

        Raises ConfigurationError.
        """
        try:
            read_url(base if isinstance(base, str) else "")
        except UnclearUrl as unclear:
            raise ConfigurationError(
                f"fakie_hosts: {base!r} cannot be used: {unclear}; expected a base URL such as https://gateway.example/kie"
            ) from None
        parts = urlsplit(base)
        path = parts.path.rstrip("/")
        return cls(plain(parts.hostname or ""), parts.port, path + "/", path.removesuffix(_API))

    def target(self, sent: str) -> str | None:
        """Return a sent path and query as the API spells it, or None if this claim leaves it out."""
        path, mark, query = sent.partition("?")
        if not f"{path}/".startswith(self.below):
            return None
        return (path.removeprefix(self.prefix) or "/") + mark + query


class Claims(Struct, frozen=True):
    """The claims of one door, and the hosts that are refused."""

    claims: tuple[Claim, ...]
    vendor: tuple[str, ...]
    refuse_others: bool = False

    @classmethod
    def of(cls, bases: Collection[str], *, refuse_others: bool = False) -> "Claims":
        """Claim the vendor's hosts and whatever lies below these base URLs."""
        own = tuple(Claim.of(base) for base in bases)
        return cls(own + _vendor_claims(), _vendor_names(), refuse_others)

    def claim(self, host: str, port: int | None = None) -> Claim | None:
        """Return the claim on a host and port; port None asks for any."""
        name = plain(host)
        fits = (claim for claim in self.claims if claim.host == name)
        return next((claim for claim in fits if port is None or claim.port in {None, port}), None)

    def refuses(self, host: str, port: int | None = None) -> bool:
        """Tell whether no connection to a host may leave this machine."""
        if self.is_vendor(host):
            return True
        if is_loopback(plain(host)):
            return False
        return self.refuse_others or self.claim(host, port) is not None

    def is_vendor(self, host: str) -> bool:
        """Tell whether a host is one of the vendor's."""
        return any(fnmatchcase(plain(host), name) for name in self.vendor)

    def answered_hosts(self) -> list[str]:
        """List the vendor's hosts that are answered, each with its path where that is not all of it."""
        return [claim.host + claim.below.rstrip("/") for claim in self.claims if self.is_vendor(claim.host)]

    def named_in(self, text: str) -> str | None:
        """Return the first of the vendor's hosts that a text names, if it names any."""
        found = (match[0].lower() for match in _HOST.finditer(text))
        return next((host for host in found if self.is_vendor(host)), None)


# Labels are bounded as DNS bounds them, so that no text costs more than its length.
_HOST = re.compile(r"(?<![\w.-])(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}(?![\w-]|\.\w)", re.IGNORECASE)


def plain(host: str) -> str:
    """Spell a host in one way: lower case, in ASCII as look-ups are, no dot at the end, no brackets."""
    if not host.isascii():
        with suppress(UnicodeError):
            host = host.encode("idna").decode("ascii")
    return host.lower().rstrip(".").strip("[]")


@cache
def _vendor_names() -> tuple[str, ...]:
    return tuple(entry["host"] for entry in fakie_schemas.vendor_hosts())


@cache
def _vendor_claims() -> tuple[Claim, ...]:
    entries = [entry for entry in fakie_schemas.vendor_hosts() if "answered_below" in entry]
    return tuple(Claim(entry["host"], below=entry["answered_below"]) for entry in entries)
