"""A Redis of its own for each test, and fakes that share it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis_process import RedisServer

from fakie.core.service import Service
from support.redis_fakes import Sharing, sharing
from support.servers.fakes import HandClock
from support.servers.redis_server import redis_server, socket_folder


@pytest.fixture
def redis_folder() -> Iterator[Path]:
    """A folder whose path is short enough for a socket."""
    with socket_folder() as folder:
        yield folder


@pytest.fixture
def server(redis_folder: Path) -> Iterator[RedisServer]:
    with redis_server(redis_folder) as server:
        yield server


@pytest.fixture
def share(server: RedisServer, make: Callable[..., Service], clock: HandClock) -> Iterator[Sharing]:
    with sharing(server, make, clock) as opened:
        yield opened
