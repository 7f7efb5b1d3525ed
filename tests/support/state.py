"""A fake with a state file, that can be started again, or killed, at any moment."""

import shutil
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path

from fakie.adapters.state.keying import bind
from fakie.adapters.state.sqlite_store import SqliteStore
from fakie.adapters.state.state_file import StateFile
from fakie.adapters.store_secret import StoreSecret
from fakie.core.service import Service
from support.clients.doors import Door, open_door


class Restarting:
    """Starts fakes one after the other on one state; what a kill leaves is what lies on the disk at that moment."""

    def __init__(self, make: Callable[..., Service], folder: Path) -> None:
        self._make = make
        self._folder = folder
        self._opened = ExitStack()
        self._kills = 0
        self.path = folder / "a.state"
        self.file: StateFile | None = None
        # The secret of the state, where it has one.
        self.secret: StoreSecret | None = None

    def __call__(self, **settings: object) -> Door:
        """Start on the state, once the last fake has stopped."""
        self.stop()
        self.file = self._opened.enter_context(closing(StateFile(self.path)))
        store = partial(SqliteStore, self.file)
        if self.secret:
            bind(self.file, self.secret)
            store = partial(SqliteStore, self.file, seals=self.secret.seals)
            settings = {"secret": self.secret.value, **settings}
        service = self._make(store=store, **settings)
        return self._opened.enter_context(open_door("direct", service))

    @property
    def written(self) -> bytes:
        """All that the disk has of the state at this moment."""
        return b"".join(path.read_bytes() for path in self.path.parent.glob(f"{self.path.name}*"))

    def stop(self) -> None:
        """Stop the fake in good order."""
        self._opened.close()

    def kill(self) -> None:
        """Leave the fake behind as it is, as kill -9 does: the next one starts on a copy of its files."""
        self._kills += 1
        copy = self._folder / f"killed-{self._kills}.state"
        for end in ("", "-wal"):
            shutil.copy(f"{self.path}{end}", f"{copy}{end}")
        self.stop()
        self.path = copy
