"""Ends urllib3: requests to a target over one kept connection, with a time limit and a size limit."""

import time
from collections.abc import Mapping
from typing import Any

import urllib3

from fakie_contract.exchange import Answer, Request

MOST_BYTES = 1024 * 1024
_CHUNK = 64 * 1024


class NoAnswer(Exception):
    """The target gave no HTTP answer: the text says why, on one line."""


class Client:
    """Sends requests to one base URL; follows no redirect, repeats nothing, reads at most `MOST_BYTES`."""

    def __init__(self, base: str, seconds: float = 10.0) -> None:
        self.base = base.rstrip("/")
        self._seconds = seconds
        self._pool = urllib3.PoolManager(num_pools=2, maxsize=1, retries=False)

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def send(self, request: Request) -> Answer:
        """Send one request; raises NoAnswer when no HTTP answer comes in time."""
        return self._fetch(request.method, self.base + request.path, dict(request.headers), request.body)

    def download(self, url: str) -> Answer:
        """Get a file, without the key, from any host."""
        return self._fetch("GET", url, {}, None)

    def _fetch(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        started = time.monotonic()
        try:
            response = self._pool.request(
                method,
                url,
                headers={"User-Agent": "fakie-contract", "Accept": "*/*", **headers},
                body=body,
                redirect=False,
                preload_content=False,
                timeout=urllib3.Timeout(connect=min(self._seconds, 5.0), read=self._seconds),
            )
            try:
                content = self._read(response, started)
            finally:
                # A body that was not read to its end takes its connection with it.
                if response.length_remaining == 0:
                    response.release_conn()
                else:
                    response.close()
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise NoAnswer(_reason(error, self._seconds)) from error
        lowered = {name.lower(): value for name, value in response.headers.items()}
        too_long = len(content) > MOST_BYTES
        return Answer(response.status, lowered, content[:MOST_BYTES], time.monotonic() - started, too_long)

    def _read(self, response: Any, started: float) -> bytes:
        content = b""
        while len(content) <= MOST_BYTES:
            # Not read(), which would wait for a whole chunk, however slowly it trickles in.
            chunk = response.read1(_CHUNK)
            if not chunk:
                break
            content += chunk
            if time.monotonic() - started > self._seconds:
                raise urllib3.exceptions.TimeoutError("the body did not end")
        return content


def _reason(error: Exception, seconds: float) -> str:
    # urllib3 counts a refused connection among its timeouts.
    if isinstance(error, urllib3.exceptions.NewConnectionError):
        return f"nothing listens there ({_last_words(error)})"
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return f"no whole answer within {seconds:g} s"
    return f"no HTTP answer ({_last_words(error)})"


def _last_words(error: Exception) -> str:
    cause: BaseException = error
    while cause.__context__ is not None:
        cause = cause.__context__
    return " ".join(f"{type(cause).__name__}: {cause}".split())[:200]
