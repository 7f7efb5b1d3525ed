"""Every store that there is, for tests that any of them must pass."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from fakie.adapters.redis.connection import RedisConnection
from fakie.adapters.redis.redis_store import RedisStore
from fakie.adapters.state.sqlite_store import SqliteStore
from fakie.adapters.state.state_file import StateFile
from fakie.core.memory.store import MemoryStore
from fakie.core.ports import Store
from support.servers.records_store import RecordsStore
from support.servers.redis_server import redis_server, socket_folder

STORES = ("memory", "records", "sqlite", "redis")


@contextmanager
def opened_store(
    name: str, parent: Callable[[], float], file: Path = Path("a.state"), webhook_key: str | None = None
) -> Iterator[Store]:
    """Open a store for a `with` block; one that has a file has it in the test's folder, `webhook_key` is the fake's."""
    if name == "sqlite":
        kept = SqliteStore(StateFile(file), parent)
        try:
            yield kept
        finally:
            kept.close()
    elif name == "redis":
        # A server for each store: a folder of its own, which is short enough for a socket.
        with (
            socket_folder() as folder,
            redis_server(folder, appendonly="no") as server,
            closing(RedisConnection(server.url)) as connection,
        ):
            store = RedisStore(connection, parent, webhook_key=webhook_key)
            yield store
            store.leave()
    else:
        yield MemoryStore() if name == "memory" else RecordsStore(parent)
