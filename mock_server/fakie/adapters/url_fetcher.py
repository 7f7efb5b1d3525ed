"""Adapter for urllib3: one URL fetched from an address that was looked at before it is dialled."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from fakie.core.file_ports import Fetched, FetchFailed
from fakie.core.http.guard import OWN_AGENT
from fakie_schemas.addresses import HttpUrl
from fakie_schemas.http.resolving import addresses_of, ask_in_turn, dialled

# The client is imported with the first URL: most fakes fetch nothing.
if TYPE_CHECKING:
    from fakie_schemas.http.client import HttpAnswer

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class UrlFetcher:
    """A `Fetcher`."""

    def get(self, url: HttpUrl, forbids: Callable[[str], str | None], seconds: float, most_bytes: int) -> Fetched:
        """Ask the addresses of a host until one answers; raises FetchFailed where none does, or one is forbidden."""
        from fakie_schemas.http.client import NoAnswer

        try:
            addresses = addresses_of(url)
        except OSError as error:
            raise FetchFailed(str(error)) from None
        problem = next(filter(None, map(forbids, addresses)), None)
        if problem:
            raise FetchFailed(problem)
        try:
            return _fetched(ask_in_turn(addresses, seconds, lambda one, left: _asked(url, one, left, most_bytes)))
        except NoAnswer as failure:
            raise FetchFailed(str(failure)) from None


def _asked(url: HttpUrl, address: str, seconds: float, most_bytes: int) -> "HttpAnswer":
    """Dial a host by its address, so that its name cannot lead elsewhere meanwhile."""
    from fakie_schemas.http.client import HttpClient

    client = HttpClient(seconds, most_bytes, tls_name=url.host if url.scheme == "https" else None)
    try:
        headers = {"host": url.authority, "user-agent": OWN_AGENT, "accept-encoding": "identity"}
        return client.exchange("GET", dialled(url, address), headers, None)
    finally:
        client.close()


def _fetched(answer: "HttpAnswer") -> Fetched:
    headers = {name.lower(): value for name, value in answer.headers}
    location = headers.get("location") if answer.status in _REDIRECTS else None
    return Fetched(answer.status, headers.get("content-type", ""), location, answer.body, answer.is_longer)
