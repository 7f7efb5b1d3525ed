"""A connection that is closed leaves nothing behind that only the garbage collector would find."""

import gc
from collections.abc import Iterator

import pytest

from fakie.adapters.server.connection import Connection
from fakie.adapters.wire.inbox import Inbox
from fakie.core.service import Service
from support.clients.doors import running
from support.wire import Wire


@pytest.fixture
def _no_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def alive() -> int:
    return sum(isinstance(one, Connection | Inbox) for one in gc.get_objects())


@pytest.mark.usefixtures("_no_collector")
@pytest.mark.parametrize("first", [b"GET / HTTP/1.1\r\nHost: f\r\n\r\n", b"BREW / HTTP/1.1\r\nHost: f\r\n\r\n"])
def test_a_closed_connection_is_freed_at_once(service: Service, first: bytes) -> None:
    """By either parser: a fake's collector looks at survivors only rarely."""
    before = alive()
    with running(service) as base:
        for _ in range(20):
            wire = Wire(base).send(first)
            wire.answer()
            wire.close()
    assert alive() - before <= 1
