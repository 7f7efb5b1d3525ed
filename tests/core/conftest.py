"""The servers that tests send raw bytes to."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from fakie.core.service import Service
from support.clients.doors import running
from support.wire import Serve


@pytest.fixture(params=["fast", "plain"])
def serve(service: Service, request: pytest.FixtureRequest) -> Iterator[Serve]:
    """Serve with some limits, with compiled parts and without; return the URL."""
    with ExitStack() as opened:
        plain = request.param == "plain"
        yield lambda **limits: opened.enter_context(running(service, plain=plain, **limits))
