"""Every store that there is, for tests that any of them must pass."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fakie.adapters.state.sqlite_store import SqliteStore
from fakie.adapters.state.state_file import StateFile
from fakie.core.ports import Store
from fakie.core.store import MemoryStore
from support.servers.records_store import RecordsStore

STORES = ("memory", "records", "sqlite")


@contextmanager
def opened_store(name: str, parent: Callable[[], float], file: Path = Path("a.state")) -> Iterator[Store]:
    """Open a store for a `with` block; one that has a file has it in the test's folder."""
    if name == "sqlite":
        kept = SqliteStore(StateFile(file), parent)
        try:
            yield kept
        finally:
            kept.close()
    else:
        yield MemoryStore() if name == "memory" else RecordsStore(parent)
