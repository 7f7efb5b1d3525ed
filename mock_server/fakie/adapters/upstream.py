"""Adapter for the recorder's upstream: one host, asked with a time limit and a size limit."""

from collections.abc import Mapping

from urllib3.util import SKIP_HEADER

from fakie.recorder.upstream import UpstreamAnswer, passed_on
from fakie_schemas.addresses import read_url
from fakie_schemas.http.client import HttpAnswer, HttpClient, NoAnswer
from fakie_schemas.payment import may_cost

_MOST_BYTES = 50 * 1024 * 1024
_CONNECTIONS = 16


class HttpUpstream:
    """An upstream by its base URL; an answer must be whole after `seconds` and at most `most_bytes` long."""

    def __init__(self, url: str, seconds: float = 120.0, most_bytes: int = _MOST_BYTES) -> None:
        self.url = read_url(url).text.rstrip("/")
        self._most = most_bytes
        self._client = HttpClient(seconds, most_bytes, _CONNECTIONS)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> UpstreamAnswer:
        """Ask and return the answer; raises NoAnswer."""
        if not target.startswith("/"):
            raise NoAnswer(f"{target[:80]!r} is not a path, so it could lead to another host", sent=False)
        sent = {"user-agent": SKIP_HEADER, **passed_on(headers), "accept-encoding": "identity"}
        costs = may_cost(method, target.partition("?")[0], headers)
        received = self._client.exchange_once(method, self.url + target, sent, body or None, costs=costs)
        if received.is_longer:
            raise NoAnswer(f"the answer is longer than {self._most} bytes")
        return UpstreamAnswer(received.status, _kept(received, method), received.body)


def _kept(received: HttpAnswer, method: str) -> tuple[tuple[str, str], ...]:
    """Return the headers to hand on; a body that has been decoded is handed on as it now is.

    Those of an answer to HEAD speak of a body that is not there.
    """
    undone = set() if received.is_encoded or method == "HEAD" else {"content-encoding"}
    names = passed_on({name.lower(): value for name, value in received.headers}).keys() - undone
    names = names | {"content-length"} if method == "HEAD" else names
    return tuple((name, value) for name, value in received.headers if name.lower() in names)
