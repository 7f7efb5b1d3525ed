"""Adapter for urllib3: one callback as an HTTP request."""

from collections.abc import Sequence

import urllib3

from fakie.adapters.resolving import addresses_of
from fakie.core.http.guard import OWN_AGENT
from fakie.core.ports import Delivered, Outgoing
from fakie_schemas.addresses import HttpUrl, read_url
from fakie_schemas.allowed import address_problem


class CallbackPost:
    """Posts callbacks, from any thread, to loopback and to the hosts of these patterns."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self._allowed = allowed
        # No redirects: a receiver must not be able to send a callback on to a host that nobody allowed.
        self._http = urllib3.PoolManager(retries=False)

    def close(self) -> None:
        """Close the connections that are kept."""
        self._http.clear()

    def post(self, outgoing: Outgoing) -> Delivered:
        """Send a callback; return what came of it.

        A host's name is resolved once, and the address that was looked at is dialled.
        """
        try:
            url = read_url(outgoing.url)
            addresses = addresses_of(url)
            problem = next(filter(None, (address_problem(one, url.host, self._allowed) for one in addresses)), None)
            if problem:
                return Delivered(None, f"blocked: {problem}")
            response = self._posted(url, addresses[0], outgoing)
            response.drain_conn()
            response.release_conn()
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            return Delivered(None, f"{type(error).__name__}: {error}")
        return Delivered(response.status)

    def _posted(self, url: HttpUrl, address: str, outgoing: Outgoing) -> urllib3.BaseHTTPResponse:
        named = {"assert_hostname": url.host, "server_hostname": url.host} if url.scheme == "https" else {}
        pool = self._http.connection_from_host(address, url.port, url.scheme, pool_kwargs=named)
        return pool.urlopen(
            "POST",
            url.target,
            body=outgoing.body,
            headers={"Host": url.authority, "User-Agent": OWN_AGENT, **dict(outgoing.headers)},
            timeout=outgoing.timeout,
            redirect=False,
            preload_content=False,
        )
