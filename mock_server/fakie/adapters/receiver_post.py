"""Ends http.client: one callback posted to a receiver's URL, at once or in pieces."""

import http.client
import time
from collections.abc import Iterator

from fakie.core.http.guard import OWN_AGENT
from fakie.core.ports import Outgoing
from fakie_schemas.addresses import read_url

_PIECES = 4
_SLOW_SECONDS = 2.0


def post_to_url(outgoing: Outgoing, *, slowly: bool = False) -> int:
    """Post a callback and give the HTTP status; follows no redirect; raises OSError, ValueError, HTTPException."""
    url = read_url(outgoing.url)
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.host, url.port, timeout=outgoing.timeout)
    headers = {**dict(outgoing.headers), "Content-Length": str(len(outgoing.body)), "User-Agent": OWN_AGENT}
    try:
        connection.request("POST", url.target, _pieces(outgoing.body) if slowly else outgoing.body, headers)
        response = connection.getresponse()
        response.read(1024 * 1024)
        return response.status
    finally:
        connection.close()


def _pieces(body: bytes) -> Iterator[bytes]:
    size = len(body) // _PIECES + 1
    for start in range(0, len(body), size):
        time.sleep(_SLOW_SECONDS / _PIECES)
        yield body[start : start + size]
