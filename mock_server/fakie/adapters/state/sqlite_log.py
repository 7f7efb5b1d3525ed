"""The journal's entries: in memory, and each written down."""

import threading
from collections.abc import Iterator, Sequence

from fakie.adapters.rarely import Rarely
from fakie.adapters.state import rows
from fakie.adapters.state.sqlite_work import SavedState
from fakie.adapters.state.state_file import Statement
from fakie.core.journal import Entry, MemoryLog
from fakie.core.ports import StoreUnwritableError

_ENTRIES_BETWEEN = 500


class SqliteLog:
    """An `EntryLog` in memory that writes each entry down; what cannot be written is told in the log, and goes on."""

    def __init__(self, store: SavedState, entries: Iterator[Entry]) -> None:
        self._store = store
        # Held over memory and file, which are to have the same.
        self._lock = threading.Lock()
        self._lacking = Rarely("the state file lacks entries of the journal, %d more by now: %s")
        read = list(entries)
        self._memory = MemoryLog(first=read[-1].number + 1 if read else 1)
        for entry in read:
            self._memory.add(entry)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._memory)

    @property
    def last(self) -> int:
        """The number of the newest entry that is kept; 0 where there is none."""
        return self._memory.last

    def next_number(self) -> int:
        """Return the number of the next entry."""
        return self._memory.next_number()

    def add(self, entry: Entry) -> None:
        """Keep an entry; the oldest makes room for it."""
        with self._lock:
            self._memory.add(entry)
            statements = [rows.put_entry(entry)]
            if entry.number % _ENTRIES_BETWEEN == 0:
                statements.append(rows.drop_entries_before(self._memory.oldest))
            self._write(statements)

    def pass_over(self, entry: Entry) -> None:
        """Do not keep an entry, which has its number already."""

    def forget(self, account: str | None = None) -> None:
        """Drop one account's entries, or all; raises StoreUnwritableError, and has dropped none then."""
        with self._lock:
            self._store.write([rows.drop_entries(account)])
            self._memory.forget(account)

    def _write(self, statements: Sequence[Statement]) -> None:
        try:
            self._store.write(statements)
        except StoreUnwritableError as error:
            # Nobody reads the journal of a fake that has stopped.
            if not self._store.closed:
                self._lacking.say(error)
