"""Adapter for urllib3: callbacks sent over HTTP from threads of their own."""

import queue
import threading
import time
from collections.abc import Callable, Sequence

import urllib3

from fakie.adapters.resolving import addresses_of
from fakie.core.http.guard import OWN_AGENT
from fakie.core.ports import Delivered, Outgoing
from fakie_schemas.addresses import HttpUrl, read_url
from fakie_schemas.allowed import address_problem

_STOP_SECONDS = 0.1
_Job = tuple[Outgoing, Callable[[Delivered], None]]


class CallbackSender:
    """A `Sender` with a few threads, so that one slow receiver does not hold up the others.

    A host's name is resolved once for each callback, and the address that was looked at is dialled: `allowed` are the
    patterns of hosts beside loopback.
    """

    def __init__(self, allowed: Sequence[str] = (), threads: int = 8) -> None:
        self._allowed = allowed
        # No redirects: a receiver must not be able to send a callback on to a host that nobody allowed.
        self._http = urllib3.PoolManager(retries=False)
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._work, name=f"fakie-callback-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def send(self, outgoing: Outgoing, done: Callable[[Delivered], None]) -> None:
        """Send as soon as a thread is free; `done` is called in that thread."""
        self._jobs.put((outgoing, done))

    def close(self) -> None:
        """Stop the threads that are idle at once; one that waits for a receiver ends with its timeout."""
        for _ in self._threads:
            self._jobs.put(None)
        # All of them together, or the end would take as long as there are receivers that say nothing.
        until = time.monotonic() + _STOP_SECONDS
        for thread in self._threads:
            thread.join(timeout=max(0.0, until - time.monotonic()))
        self._http.clear()

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            outgoing, done = job
            done(self._post(outgoing))

    def _post(self, outgoing: Outgoing) -> Delivered:
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
