"""The target that is judged: a URL, the key for it, and what may be sent to it."""

import os
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urlsplit

from fakie_contract.http.fake_process import CannotRun
from fakie_schemas.addresses import UnclearUrl, read_url
from fakie_schemas.hosts import is_loopback
from fakie_schemas.recordings.urls import without_openings
from fakie_schemas.validator import is_absolute_http_url

MADE_UP_KEY = "fakie-contract-key"
# The keys of further accounts of a fake of our own, the same in each process of a run; no text has one by chance.
ACCOUNT_KEYS = tuple(f"contract-{sha256(str(number).encode()).hexdigest()[:16]}" for number in range(100))
KEY_VARIABLE = "FAKIE_API_KEY"
# What `--fakie-target live` means.
LIVE_URL = "https://api.kie.ai"


@dataclass(frozen=True)
class Target:
    """A base URL and the key to use.

    `live`: requests leave this machine, or go to something here that sends them on, and so may reach what costs.
    `paid`: both acts that allow a live run to cost have been done.
    """

    url: str
    key: str = field(repr=False)
    live: bool = False
    paid: bool = False

    @property
    def may_cost(self) -> bool:
        """Whether cases that could cost money may be run."""
        return self.paid or not self.live

    @classmethod
    def at(cls, url: str, *, live: bool = False, paid: bool = False) -> "Target":
        """Make the target of a URL, its key from the environment; raises CannotRun when it cannot be one.

        A host that is not loopback is live, whatever is said.
        """
        shown = without_openings(url)[:200]
        if not is_absolute_http_url(url):
            raise CannotRun(
                f"{shown!r} is not an absolute http or https URL; expected one such as http://127.0.0.1:8080"
            )
        parts = urlsplit(url)
        if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
            good = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
            raise CannotRun(f"the target is a host, without path, query or user: not {shown} but {good}")
        try:
            live = live or not is_loopback(read_url(url).host)
        except UnclearUrl as unclear:
            raise CannotRun(f"{shown!r} cannot be the target: {unclear}") from None
        key = os.environ.get(KEY_VARIABLE, "")
        if not key and live:
            raise CannotRun(f"{url} counts as live: put the API key for it into the environment as {KEY_VARIABLE}")
        if key and not (key.isascii() and key.isprintable() and " " not in key):
            raise CannotRun(f"{KEY_VARIABLE} holds spaces or characters that no header can carry")
        return cls(url.rstrip("/"), key or MADE_UP_KEY, live, paid)
