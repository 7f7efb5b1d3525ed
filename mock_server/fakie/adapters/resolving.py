"""Ends name resolution: the addresses of a host, to be looked at and then dialled instead of its name."""

import socket

from fakie_schemas.addresses import HttpUrl


def addresses_of(url: HttpUrl) -> list[str]:
    """Return the addresses that a URL's host stands for, each once; raises OSError where there is none."""
    try:
        found = socket.getaddrinfo(url.host, url.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise OSError(f"the host {url.host[:80]!r} cannot be found ({error})") from None
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def dialled(url: HttpUrl, address: str) -> str:
    """Return the URL with an address in place of its name, which cannot lead elsewhere meanwhile."""
    return HttpUrl(url.scheme, address, url.port, url.target).text
