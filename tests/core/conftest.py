"""Clients of a service that is called directly, the servers that tests send raw bytes to, and a loop that runs."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from fakie.adapters.server.loops import new_loop
from fakie.core.service import Service
from fakie_schemas.limits import WindowLimit
from support.clients.doors import Door, direct, running
from support.families import FamilyClient
from support.servers.fakes import HandClock
from support.wire import Serve


@pytest.fixture
def fake(service: Service) -> Door:
    """The test's service, called directly."""
    return direct(service)


@pytest.fixture
def rich(make: Callable[..., Service]) -> Door:
    """A service on which nothing is limited, called directly."""
    return direct(make(credits=1e9, create_limit=WindowLimit.off()))


@pytest.fixture
def client(service: Service, clock: HandClock) -> FamilyClient:
    """A client of families, by direct calls."""
    return FamilyClient(direct(service), clock)


@pytest.fixture(params=["fast", "plain"])
def serve(service: Service, request: pytest.FixtureRequest) -> Iterator[Serve]:
    """Serve with some limits, with compiled parts and without; return the URL."""
    with ExitStack() as opened:
        plain = request.param == "plain"
        yield lambda **limits: opened.enter_context(running(service, plain=plain, **limits))


@pytest.fixture(params=["fast", "plain"])
def url(service: Service, request: pytest.FixtureRequest) -> Iterator[str]:
    """A fake's URL, with the compiled parts of its server and without them."""
    with running(service, plain=request.param == "plain") as base:
        yield base


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    """A loop that runs in a thread of its own."""
    made = new_loop()
    thread = threading.Thread(target=made.run_forever)
    thread.start()
    yield made
    made.call_soon_threadsafe(made.stop)
    thread.join(10)
    made.close()
