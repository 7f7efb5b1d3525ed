"""What is judged: a URL, the key for it, and what may be sent to it."""

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from fakie.hosts import is_loopback
from fakie_contract.child import CannotRun
from fakie_schemas.validator import is_absolute_http_url

MADE_UP_KEY = "fakie-contract-key"
KEY_VARIABLE = "FAKIE_API_KEY"


@dataclass(frozen=True)
class Target:
    """A base URL and the key to use; `may_cost` allows cases that could cost money."""

    url: str
    key: str
    may_cost: bool

    @property
    def live(self) -> bool:
        """Tell whether requests leave this machine, and so may reach something that costs."""
        return not _is_here(self.url)

    @classmethod
    def at(cls, url: str) -> "Target":
        """Make the target of a URL, its key from the environment; raises CannotRun when it cannot be one."""
        if not is_absolute_http_url(url):
            raise CannotRun(f"{url!r} is not an absolute http or https URL; expected one such as http://127.0.0.1:8080")
        parts = urlsplit(url)
        if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
            good = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
            raise CannotRun(f"the target is a host, without path, query or user: not {_safe(url)} but {good}")
        key = os.environ.get(KEY_VARIABLE, "")
        loopback = _is_here(url)
        if not key and not loopback:
            raise CannotRun(f"{url} is not this machine: put the API key for it into the environment as {KEY_VARIABLE}")
        if key and not (key.isascii() and key.isprintable() and " " not in key):
            raise CannotRun(f"{KEY_VARIABLE} holds spaces or characters that no header can carry")
        return cls(url.rstrip("/"), key or MADE_UP_KEY, may_cost=loopback)


def _safe(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"[:200]


def _is_here(url: str) -> bool:
    return is_loopback(urlsplit(url).hostname or "")
