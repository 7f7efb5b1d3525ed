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
    """An `EntryLog` in memory that writes each entry down; what cannot be written is told in the log, and goes on.

    `given` is the last number that was given when entries were forgotten.
    """

    def __init__(self, store: SavedState, entries: Iterator[Entry], given: int) -> None:
        self._store = store
        # Held over memory and file, which are to have the same.
        self._lock = threading.Lock()
        self._lacking = Rarely("the state file lacks entries of the journal, %d more by now: %s")
        # An entry gets the number after that of the one before: here those that it has.
        self._memory = MemoryLog()
        for entry in entries:
            self._memory.given = entry.number - 1
            self._memory.add(entry)
        self._memory.given = max(self._memory.given, given)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._memory)

    @property
    def last(self) -> int:
        """The number of the newest entry that is kept; 0 where there is none."""
        return self._memory.last

    @property
    def given(self) -> int:
        """The last number that an entry was given, kept or not; 0 where there was none."""
        return self._memory.given

    def add(self, entry: Entry) -> None:
        """Keep an entry under the next number; the oldest makes room for it."""
        with self._lock:
            self._memory.add(entry)
            statements = [rows.put_entry(entry)]
            if entry.number % _ENTRIES_BETWEEN == 0:
                statements.append(rows.drop_entries_before(self._memory.oldest))
            self._write(statements)

    def pass_over(self, entry: Entry) -> None:
        """Let an entry have the next number, and do not keep it."""
        self._memory.pass_over(entry)

    def forget(self, account: str | None = None) -> None:
        """Drop one account's entries, or all; raises StoreUnwritableError, and has dropped none then."""
        with self._lock:
            # What is forgotten no longer tells how far the numbers have come.
            self._store.write([rows.drop_entries(account), rows.put_order_id(rows.JOURNAL, self._memory.given)])
            self._memory.forget(account)

    def _write(self, statements: Sequence[Statement]) -> None:
        try:
            self._store.write(statements)
        except StoreUnwritableError as error:
            # Nobody reads the journal of a fake that has stopped.
            if not self._store.closed:
                self._lacking.say(error)
