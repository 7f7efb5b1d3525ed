"""Ends urllib3: requests to a target over one kept connection, with a time limit and a size limit."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import urllib3

from fakie_contract.http.deadline import Limit, LimitedPools
from fakie_contract.http.exchange import Answer, Request
from fakie_contract.secrets.secrecy import Secrecy

MOST_BYTES = 1024 * 1024
_CHUNK = 64 * 1024
# Those that log what a target says, word for word, such as a header that is none.
_LOGGERS = ("connection", "connectionpool", "poolmanager", "response", "util.retry")


class NoAnswer(Exception):
    """The target gave no HTTP answer: the text says why, on one line."""


class Client:
    """Sends requests to one base URL; follows no redirect, repeats nothing, reads at most `MOST_BYTES`.

    `seconds` is how long a whole exchange may take, from the first byte sent to the last one read.
    """

    def __init__(self, base: str, seconds: float = 10.0) -> None:
        self.base = base.rstrip("/")
        self._seconds = seconds
        self._limit = Limit()
        self._pool = LimitedPools(self._limit, num_pools=2, maxsize=1, retries=False)
        self._secrecy = Secrecy()

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def send(self, request: Request) -> Answer:
        """Send one request; raises NoAnswer when no HTTP answer comes in time."""
        return self._fetch(self.base + request.path, request)

    def download(self, url: str) -> Answer:
        """Get a file, from any host: no key goes there, nor a URL in which the target has put it."""
        if self._secrecy.of_text(url) != url and _origin(url) != _origin(self.base):
            raise NoAnswer("the URL holds the key and leads to another host, so it is not fetched")
        return self._fetch(url, Request("GET", ""))

    def _fetch(self, url: str, request: Request) -> Answer:
        started = time.monotonic()
        self._limit.start(self._seconds)
        try:
            with _quiet():
                response, content = self._whole(url, request)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            # Not "from error", nor as it came: the key is among the arguments of urllib3's frames, and whoever shows
            # a traceback may show those.
            raise NoAnswer(self._reason(error)) from None
        except BaseException as error:  # noqa: BLE001 - it goes on, and Ctrl-C too
            raise error.with_traceback(None) from None
        lowered = {name.lower(): value for name, value in response.headers.items()}
        too_long = len(content) > MOST_BYTES
        return Answer(response.status, lowered, content[:MOST_BYTES], time.monotonic() - started, too_long)

    def _whole(self, url: str, request: Request) -> tuple[Any, bytes]:
        response = self._pool.request(
            request.method,
            url,
            headers={"User-Agent": "fakie-contract", "Accept": "*/*", **dict(request.headers)},
            body=request.body,
            redirect=False,
            preload_content=False,
            timeout=urllib3.Timeout(connect=min(self._seconds, 5.0), read=self._seconds),
        )
        try:
            return response, self._read(response)
        finally:
            # A body that was not read to its end takes its connection with it.
            if response.length_remaining == 0:
                response.release_conn()
            else:
                response.close()

    def _read(self, response: Any) -> bytes:
        content = b""
        while len(content) <= MOST_BYTES:
            # Not read(), which would wait for a whole chunk, however slowly it trickles in.
            chunk = response.read1(_CHUNK)
            if not chunk:
                break
            content += chunk
            self._limit.left()
        return content

    def _reason(self, error: Exception) -> str:
        # urllib3 counts a refused connection among its timeouts.
        if isinstance(error, urllib3.exceptions.NewConnectionError):
            return f"nothing listens there ({self._last_words(error)})"
        if self._limit.is_over or isinstance(error, urllib3.exceptions.TimeoutError | TimeoutError):
            return f"no whole answer within {self._seconds:g} s"
        return f"no HTTP answer ({self._last_words(error)})"

    def _last_words(self, error: Exception) -> str:
        cause: BaseException = error
        while cause.__context__ is not None:
            cause = cause.__context__
        # Cut after the key is out: half of it would not be known as such.
        return self._secrecy.of_text(" ".join(f"{type(cause).__name__}: {cause}".split()))[:200]


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep urllib3 from logging what this thread's exchange brings: it is judged, and may hold the key."""
    thread = threading.get_ident()
    loggers = [logging.getLogger(f"urllib3.{name}") for name in _LOGGERS]

    def is_of_others(record: logging.LogRecord) -> bool:
        return record.thread not in (None, thread)

    for logger in loggers:
        logger.addFilter(is_of_others)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(is_of_others)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port
    except ValueError:
        return url, None, None
