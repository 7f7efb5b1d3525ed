"""One callback posted to a receiver's URL: at once, or by http.client in pieces."""

import http.client
import time
from collections.abc import Iterator

from fakie.core.http.guard import OWN_AGENT
from fakie.core.ports import Outgoing
from fakie_schemas.addresses import HttpUrl, read_url
from fakie_schemas.http.client import HttpClient

_MOST = 1024 * 1024
_PIECES = 4
_SLOW_SECONDS = 2.0


def post_to_url(outgoing: Outgoing, *, slowly: bool = False) -> int:
    """Post a callback and return the HTTP status; follows no redirect.

    Raises NoAnswer, when none comes within its timeout however it dribbles; OSError, ValueError, HTTPException.
    """
    url = read_url(outgoing.url)
    headers = {**dict(outgoing.headers), "Content-Length": str(len(outgoing.body)), "User-Agent": OWN_AGENT}
    return _in_pieces(outgoing, url, headers) if slowly else _at_once(outgoing, url, headers)


def _at_once(outgoing: Outgoing, url: HttpUrl, headers: dict[str, str]) -> int:
    client = HttpClient(outgoing.timeout, _MOST)
    try:
        return client.exchange("POST", url.text, headers, outgoing.body).status
    finally:
        client.close()


def _in_pieces(outgoing: Outgoing, url: HttpUrl, headers: dict[str, str]) -> int:
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = kind(url.host, url.port, timeout=outgoing.timeout)
    try:
        connection.request("POST", url.target, _pieces(outgoing.body), headers)
        # Its body is not read: it might never end.
        return connection.getresponse().status
    finally:
        connection.close()


def _pieces(body: bytes) -> Iterator[bytes]:
    size = len(body) // _PIECES + 1
    for start in range(0, len(body), size):
        time.sleep(_SLOW_SECONDS / _PIECES)
        yield body[start : start + size]
