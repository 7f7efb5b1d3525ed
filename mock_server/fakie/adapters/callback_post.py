"""One callback as an HTTP request, which ends in its time whatever the receiver does."""

import threading
from collections.abc import Sequence
from math import inf

from fakie.core.http.guard import OWN_AGENT
from fakie.core.ports import Delivered, Outgoing
from fakie_schemas.addresses import HttpUrl, read_url
from fakie_schemas.allowed import address_problem
from fakie_schemas.http.client import HttpAnswer, HttpClient, NoAnswer
from fakie_schemas.http.cut import Cut
from fakie_schemas.http.resolving import addresses_of, ask_in_turn, dialled

# What a receiver says beside its status is not looked at; so much of it is read, to use the connection again.
_MOST_BYTES = 64 * 1024
_CONNECTIONS = 8
_CLIENTS = 8


class CallbackPost:
    """Posts callbacks, from any thread, to loopback and to the hosts of these patterns."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self._allowed = allowed
        self._lock = threading.Lock()
        self._clients: dict[str | None, HttpClient] = {}

    def close(self) -> None:
        """Close the connections that are kept."""
        with self._lock:
            for client in self._clients.values():
                client.close()

    def post(self, outgoing: Outgoing, cut: Cut | None = None) -> Delivered:
        """Send a callback; return what came of it, which is nothing where `cut` ended it.

        A host's name is resolved once, and the addresses that were looked at are dialled in turn, until one answers.
        No redirect is followed: a receiver must not be able to send a callback on to a host that nobody allowed.
        """
        try:
            url = read_url(outgoing.url)
            addresses = addresses_of(url)
            problem = next(filter(None, (address_problem(one, url.host, self._allowed) for one in addresses)), None)
            if problem:
                return Delivered(None, f"blocked: {problem}")
            answer = ask_in_turn(
                addresses, outgoing.timeout, lambda one, seconds: self._posted(url, one, seconds, outgoing, cut)
            )
        except (NoAnswer, OSError, ValueError) as error:
            return Delivered(None, f"{type(error).__name__}: {error}")
        return Delivered(answer.status)

    def _posted(self, url: HttpUrl, address: str, seconds: float, outgoing: Outgoing, cut: Cut | None) -> HttpAnswer:
        headers = {"Host": url.authority, "User-Agent": OWN_AGENT, **dict(outgoing.headers)}
        client = self._client(url.host if url.scheme == "https" else None)
        return client.exchange("POST", dialled(url, address), headers, outgoing.body, seconds, cut)

    def _client(self, tls_name: str | None) -> HttpClient:
        """Return the client for hosts whose certificate must be of this name, or for those without TLS."""
        with self._lock:
            if tls_name not in self._clients:
                if len(self._clients) >= _CLIENTS:
                    self._clients.pop(next(iter(self._clients))).close()
                self._clients[tls_name] = HttpClient(inf, _MOST_BYTES, _CONNECTIONS, tls_name)
            return self._clients[tls_name]
