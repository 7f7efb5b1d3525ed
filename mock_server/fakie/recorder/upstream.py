"""The port to whatever the recorder stands before."""

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

_HOP_BY_HOP = frozenset(
    {
        "connection",
        "expect",
        "host",
        "keep-alive",
        "proxy-authenticate",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "trailers",
        "transfer-encoding",
        "upgrade",
        "content-length",
    }
)


class UpstreamAnswer(Struct, frozen=True):
    """An answer of the upstream, its body decoded; else its headers say how it is encoded."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Upstream(Protocol):
    """One host, asked once for each request that may cost: no redirect is followed."""

    @property
    def url(self) -> str:
        """Return its base URL."""

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> UpstreamAnswer:
        """Ask and give the answer; raises NoAnswer."""


def passed_on(headers: Mapping[str, str]) -> dict[str, str]:
    """Leave out the headers that speak of one connection only; names are in lower case."""
    named = {name.strip().lower() for name in headers.get("connection", "").split(",")}
    return {name: value for name, value in headers.items() if name not in _HOP_BY_HOP | named}
