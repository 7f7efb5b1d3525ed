"""The URLs at which requests want to be called back, and what may be such a callback."""

from typing import Any
from urllib.parse import urlsplit

from fakie_contract.traffic.view import View

_MOST = 10_000


class NamedUrls:
    """Remembers URLs by host and path, whatever their scheme, port and query."""

    def __init__(self) -> None:
        self._places: set[str] = set()

    def learn(self, url: str) -> None:
        """Remember where a request wants to be called back."""
        if len(self._places) < _MOST:
            self._places.add(_place(url))

    def has(self, url: str) -> bool:
        """Tell whether a request named this URL."""
        return _place(url) in self._places


def posted_object(view: View) -> dict[str, Any] | None:
    """Return the object that an exchange posted as JSON, or None."""
    exchange = view.exchange
    if exchange.method != "POST" or not exchange.request_body or b"{" not in exchange.request_body[:10]:
        return None
    return view.sent if isinstance(view.sent, dict) else None


def _place(url: str) -> str:
    try:
        parts = urlsplit(url)
        return f"{parts.hostname or ''}{parts.path}"
    except ValueError:
        return ""
