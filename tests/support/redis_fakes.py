"""Fakes that share one Redis: as services in this process, each a worker with a connection of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any, cast

from redis_process import RedisServer

from fakie.adapters.redis.connection import RedisConnection
from fakie.adapters.redis.glances import GlancingDoor
from fakie.adapters.redis.redis_store import RedisStore
from fakie.adapters.store_secret import StoreSecret
from fakie.core.kept.seals import NO_SEALS
from fakie.core.service import Service
from support.clients.doors import Door, open_door
from support.servers.fakes import HandClock


class FakeWorker:
    """One of the processes of a fake: its door, its store and its connection."""

    def __init__(self, door: Door, store: RedisStore, connection: RedisConnection) -> None:
        self.door = door
        self.store = store
        self.connection = connection

    def die(self) -> None:
        """Be silent for so long that the others take it for dead."""
        self.connection.command("ZADD", "workers", 0, self.store.worker)


class Sharing:
    """Opens workers on one server; all of them see the test's clock."""

    def __init__(self, server: RedisServer, make: Callable[..., Service], clock: HandClock) -> None:
        self.server = server
        self._make = make
        self._clock = clock
        self._opened = ExitStack()

    def __call__(
        self,
        *,
        lease: float = 5.0,
        seconds: float = 3.0,
        secret: StoreSecret | None = None,
        url: str | None = None,
        **settings: Any,
    ) -> FakeWorker:
        """Start one more worker; its locks last for `lease` seconds, and it waits so many `seconds` for Redis.

        `url` is another way to the server.
        """
        connection = self._opened.enter_context(closing(RedisConnection(url or self.server.url, seconds)))
        key = settings.get("webhook_key")
        store = RedisStore(
            connection, self._clock, webhook_key=key, lease=lease, seals=secret.seals if secret else NO_SEALS
        )
        kinds = {"secret": secret.value} if secret else {}
        service = self._make(store=lambda *_: store, seed=None, **kinds, **settings)
        self._opened.callback(store.leave)
        # As a program has it, whose requests remember what they have seen of Redis.
        asked = cast("Service", GlancingDoor(service, store.glances))
        door = self._opened.enter_context(open_door("direct", asked))
        door.service = service
        return FakeWorker(door, store, connection)

    def close(self) -> None:
        """Let all of them go."""
        self._opened.close()


@contextmanager
def sharing(server: RedisServer, make: Callable[..., Service], clock: HandClock) -> Iterator[Sharing]:
    """Open workers for a `with` block."""
    with closing(Sharing(server, make, clock)) as opened:
        yield opened
