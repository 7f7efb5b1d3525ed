"""One callback posted to a receiver's URL: at once, or in pieces."""

from collections.abc import Iterator
from time import sleep

from fakie.core.http.guard import OWN_AGENT
from fakie.core.ports import Outgoing
from fakie_schemas.addresses import read_url
from fakie_schemas.http.client import HttpAnswer, HttpClient

_MOST = 1024 * 1024
_PIECES = 4
_SLOW_SECONDS = 2.0


def post_to_url(outgoing: Outgoing, *, slowly: bool = False) -> HttpAnswer:
    """Post a callback and return the answer; follows no redirect.

    Raises NoAnswer, when none comes within its timeout however it dribbles; ValueError for no URL.
    """
    url = read_url(outgoing.url)
    headers = {**dict(outgoing.headers), "Content-Length": str(len(outgoing.body)), "User-Agent": OWN_AGENT}
    body = _pieces(outgoing.body) if slowly else outgoing.body
    client = HttpClient(outgoing.timeout, _MOST)
    try:
        return client.exchange("POST", url.text, headers, body)
    finally:
        client.close()


def _pieces(body: bytes) -> Iterator[bytes]:
    size = len(body) // _PIECES + 1
    for start in range(0, len(body), size):
        sleep(_SLOW_SECONDS / _PIECES)
        yield body[start : start + size]
