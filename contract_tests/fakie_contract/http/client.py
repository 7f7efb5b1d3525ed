"""Requests to a target over one kept connection: no key in what is logged, shown or asked of another host."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from fakie_contract.http.exchange import Answer, SentRequest
from fakie_contract.http.whereabouts import Whereabouts
from fakie_contract.secrets.secrecy import Secrecy
from fakie_schemas.addresses import HttpUrl, UnclearUrl, read_url
from fakie_schemas.http.client import HttpAnswer, HttpClient, NoAnswer
from fakie_schemas.http.resolving import ask_in_turn, dialled
from fakie_schemas.payment import may_cost

__all__ = ["MOST_BYTES", "Client", "NoAnswer"]

MOST_BYTES = 1024 * 1024
# Those that log what a target says, word for word, such as a header that is none.
_LOGGERS = tuple(
    logging.getLogger(f"urllib3.{name}")
    for name in ("connection", "connectionpool", "poolmanager", "response", "util.retry")
)
_SHOWN = 200
_HEADERS = {"User-Agent": "fakie-contract", "Accept": "*/*"}


class Client:
    """Sends requests to one base URL, and reads at most `MOST_BYTES` of an answer.

    `seconds` is how long a whole exchange may take, from the first byte sent to the last one read.
    """

    def __init__(self, base: str, seconds: float = 10.0) -> None:
        self.base = read_url(base).text.rstrip("/")
        self._seconds = seconds
        self._http = HttpClient(seconds, MOST_BYTES)
        self._whereabouts = Whereabouts(read_url(base))
        self._secrecy = Secrecy()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def send(self, request: SentRequest) -> Answer:
        """Send one request; raises NoAnswer when no HTTP answer comes in time."""
        return self._fetch(lambda: self._exchanged(self.base + request.path, request))

    def download(self, url: str) -> Answer:
        """Get a file, from wherever it may lie: no key goes there, nor a URL in which the target has put it.

        The addresses that were looked at are dialled, and no redirect is followed.
        """
        try:
            read = read_url(url)
        except UnclearUrl as unclear:
            raise NoAnswer(f"the URL is not fetched: {unclear}") from None
        if self._secrecy.of_text(url) != url and _origin(read) != _origin(read_url(self.base)):
            raise NoAnswer("the URL holds the key and leads to another host, so it is not fetched")
        addresses = self._whereabouts.addresses(read)
        return self._fetch(lambda: ask_in_turn(addresses, self._seconds, lambda one, left: self._got(read, one, left)))

    def _fetch(self, exchange: Callable[[], HttpAnswer]) -> Answer:
        started = time.monotonic()
        try:
            with _quiet():
                received = exchange()
        except NoAnswer as failure:
            # Cut after the key is out: half of it would not be known as such.
            raise NoAnswer(self._secrecy.of_text(str(failure))[:_SHOWN], sent=failure.sent) from None
        except BaseException as error:  # noqa: BLE001 - it goes on, and Ctrl-C too
            raise error.with_traceback(None) from None
        lowered = {name.lower(): value for name, value in received.headers}
        seconds = time.monotonic() - started
        return Answer(received.status, lowered, received.body, seconds, received.is_longer, time.time())

    def _exchanged(self, url: str, request: SentRequest) -> HttpAnswer:
        headers = dict(request.headers)
        # Whoever says which program it is says all that this program would.
        told = headers if "User-Agent" in headers else {**_HEADERS, **headers}
        costs = may_cost(request.method, request.path.partition("?")[0], told)
        return self._http.exchange_once(request.method, url, told, request.body, costs=costs)

    def _got(self, url: HttpUrl, address: str, seconds: float) -> HttpAnswer:
        headers = {**_HEADERS, "Host": url.authority}
        if url.scheme == "http":
            return self._http.exchange("GET", dialled(url, address), headers, None, seconds)
        by_name = HttpClient(seconds, MOST_BYTES, tls_name=url.host)
        try:
            return by_name.exchange("GET", dialled(url, address), headers, None)
        finally:
            by_name.close()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep urllib3 from logging what this thread's exchange brings: it is judged, and may hold the key."""
    thread = threading.get_ident()

    def is_of_others(record: logging.LogRecord) -> bool:
        return record.thread not in (None, thread)

    for logger in _LOGGERS:
        logger.addFilter(is_of_others)
    try:
        yield
    finally:
        for logger in _LOGGERS:
            logger.removeFilter(is_of_others)


def _origin(url: HttpUrl) -> tuple[str, str, int]:
    return url.scheme, url.host, url.port
