"""Adapter for name resolution: the addresses of a host, to be looked at and then dialled instead of its name."""

import socket
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from fakie_schemas.addresses import HttpUrl

# The client is imported with the first URL that is dialled.
if TYPE_CHECKING:
    from fakie_schemas.http.client import HttpAnswer


def addresses_of(url: HttpUrl) -> list[str]:
    """Return the addresses that a URL's host stands for, each once; raises OSError where there is none."""
    try:
        found = socket.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        why = _shortage()
        said = f"looked up: {why}" if why else f"found ({error})"
        raise OSError(f"the host {url.host[:80]!r} cannot be {said}") from None
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def _shortage() -> str:
    """Return why no name could be looked up just now: a resolver without a descriptor says something else, or nothing.

    An empty text where one could be.
    """
    try:
        socket.socket().close()
    except OSError as error:
        return f"this process has no descriptor left to ask with: more may be had by ulimit -n ({error})"
    return ""


def dialled(url: HttpUrl, address: str) -> str:
    """Return the URL with an address in place of its name, which cannot lead elsewhere meanwhile."""
    return HttpUrl(url.scheme, address, url.port, url.target).text


def ask_in_turn(addresses: Sequence[str], seconds: float, ask: Callable[[str, float], "HttpAnswer"]) -> "HttpAnswer":
    """Ask the addresses of one host until one has been reached, and return its answer; raises NoAnswer.

    `ask` gets an address and the seconds that are left of what all may take together.
    """
    from fakie_schemas.http.client import NoAnswer

    until = time.monotonic() + seconds
    for address in addresses[:-1]:
        try:
            return ask(address, until - time.monotonic())
        except NoAnswer as failure:
            if failure.sent:
                raise
    return ask(addresses[-1], until - time.monotonic())
