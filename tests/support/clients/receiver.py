"""A receiver of callbacks, for tests that only want to hear of them."""

from collections.abc import Callable, Iterable
from typing import Any


def receiver(take: Callable[[], object]) -> Callable[..., Iterable[bytes]]:
    """A WSGI app that tells of each callback."""

    def app(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        take()
        start_response("200 OK", [])
        return [b"{}"]

    return app
