"""The store in a state file: memory that writes down what was said before anybody is answered."""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any

from fakie.adapters.state import rows
from fakie.adapters.state.rows import Rows
from fakie.adapters.state.sqlite_log import SqliteLog
from fakie.adapters.state.sqlite_work import Begun, SqliteOrders, SqliteWork, begun
from fakie.adapters.state.state_file import StateFile, Statement, described
from fakie.core.accounts import Account
from fakie.core.clock import ClockState, Now
from fakie.core.health.figures import Counted
from fakie.core.held_files import UploadedFile
from fakie.core.journal import EntryLog
from fakie.core.kept.accounts import put_back
from fakie.core.kept.seals import NO_SEALS, Seals
from fakie.core.memory.events import Events
from fakie.core.memory.store import MemoryStore
from fakie.core.memory.work import MemoryWork
from fakie.core.orders import Order
from fakie.core.ports import Condition, StoreUnwritableError
from fakie.core.retention import Retention
from fakie.core.scenario.shelf import MemoryScenarios, ScenarioShelf
from fakie.core.tasks.due import Due, Turn
from fakie.core.tasks.task import Task
from fakie_schemas.errors import ConfigurationError

_log = logging.getLogger("fakie")
_USUAL = Retention()


class _Memory(MemoryStore):
    """The memory of a state file, which takes what has made room out of the file too."""

    def __init__(self, store: "SqliteStore", now: Now, retention: Retention) -> None:
        super().__init__(now, retention)
        self._store = store

    def dropped(self, tasks: Sequence[Task]) -> None:
        """Take an account's tasks out of the file, with their events."""
        statements = [statement for task in tasks for statement in rows.drop_dropped(task)]
        # Of tasks that have not ended an account keeps count.
        accounts = {task.account: self.account(task.account) for task in tasks if not task.settled}
        statements += [rows.put_account(account) for account in accounts.values() if account]
        try:
            self._store.write(statements)
        except StoreUnwritableError as error:
            _log.warning("tasks that have made room are still in the state file: %s", error)


class SqliteStore:
    """A `Store` in memory, read from a state file when it is made, and written to it piece by piece."""

    shared = False

    def __init__(self, file: StateFile, parent: Now, retention: Retention = _USUAL, seals: Seals = NO_SEALS) -> None:
        self._file = file
        self.seals = seals
        self._failures = threading.Lock()
        self._errors = 0
        self._trouble: str | None = None
        self._memory = _Memory(self, parent, retention)
        # The events that this process has begun.
        self.under_way: set[Begun] = set()
        # The files of each account that are written down.
        self.files: dict[str, list[UploadedFile]] = {}
        self.rows = Rows(file, parent, seals)
        self._read()
        self._orders = SqliteOrders(self, self._memory.order_work())
        self.log: EntryLog = SqliteLog(self, self.rows.entries(), self.rows.order_ids().get(rows.JOURNAL, 0))
        # Those begin anew with each start.
        self.scenarios: ScenarioShelf = MemoryScenarios()

    def work(self, handle: str) -> SqliteWork:
        """Return exclusive work on one account, for a `with` block; raises AccountGoneError when there is none."""
        return SqliteWork(self, self._memory.work(handle))

    def open(self, handle: str, make: Callable[[ClockState], Account]) -> Account:
        """Add the account that is made with the clock of new ones, or return the one of its handle that is there."""

        def written(stands: ClockState) -> Account:
            account = make(stands)
            self.write([rows.put_account(account)])
            return account

        return self._memory.open(handle, written)

    def account(self, handle: str) -> Account | None:
        """Return an account by its handle."""
        return self._memory.account(handle)

    def accounts(self) -> Sequence[Account]:
        """Return every account, in the order of their first use."""
        return self._memory.accounts()

    def count_accounts(self) -> int:
        """Return how many accounts there are."""
        return self._memory.count_accounts()

    def clock_of_new(self) -> ClockState:
        """Return how the clock stands with which new accounts start; that does not outlive this process."""
        return self._memory.clock_of_new()

    def change_clock_of_new(self, change: Callable[[ClockState], ClockState]) -> Sequence[Account]:
        """Let new accounts start with the clock that this makes of theirs; return all others."""
        return self._memory.change_clock_of_new(change)

    def task(self, task_id: str) -> Task | None:
        """Return a task by its id."""
        return self._memory.task(task_id)

    def tasks(self) -> Sequence[Task]:
        """Return every task, oldest first."""
        return self._memory.tasks()

    def each_task(self) -> Iterator[Task]:
        """Return every task, oldest first, read as it goes."""
        return self._memory.each_task()

    def count_tasks(self) -> int:
        """Return how many tasks there are."""
        return self._memory.count_tasks()

    def newest_tasks(self, skip: int, most: int) -> list[Task]:
        """Return at most so many tasks, newest first, after the `skip` newest ones."""
        return self._memory.newest_tasks(skip, most)

    def next_at(self, handle: str) -> float:
        """Return when an account's earliest event is due, in seconds on its clock; inf for none."""
        return self._memory.next_at(handle)

    def next_turn(self) -> Turn | None:
        """Return whose event is next, of all accounts; None while nothing is to come."""
        return self._memory.next_turn()

    def condition(self) -> Condition:
        """Return how the store is; after a failure it is written to once more, to see whether it is over.

        So is one whose file was taken away, or cut, which is a failure that nobody has met yet.
        """
        if self._trouble is not None or not self._file.is_in_place():
            with suppress(StoreUnwritableError):
                self.write(rows.try_out())
        return self._memory.condition()._replace(errors=self._errors, trouble=self._trouble)

    def orders(self, kind: str) -> Sequence[Order[Any]]:
        """Return the orders of a kind that wait, first come first."""
        return self._memory.orders(kind)

    def order_work(self) -> SqliteOrders:
        """Return exclusive work on the orders, for a `with` block."""
        return self._orders

    def together(self, counts: Counted) -> Counted:
        """Return the counts of this process, which is the only one."""
        return counts

    def clear(self, handle: str | None = None) -> None:
        """Forget one account with its tasks and events, or all, and how the clock of new ones was moved."""
        with self._memory.lock:
            # Whoever works on one of them has written, or their tasks would be there again after a restart.
            left = self._memory.leave(handle)
            try:
                self.write(rows.drop_accounts() if handle is None else rows.drop_account(handle))
            except StoreUnwritableError:
                for work in left:
                    work.gone = False
                raise
            self._memory.forget(left)
            if handle is None:
                self._memory.change_clock_of_new(lambda _: ClockState())
            for gone in [handle] if handle is not None else list(self.files):
                self.files.pop(gone, None)
            self.under_way -= {one for one in list(self.under_way) if handle in (None, one[0])}
        self.wipe()

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    @property
    def closed(self) -> bool:
        """Whether the file has been let go; what a thread in work has to say then is begun again by the next start."""
        return self._file.closed

    def write(self, statements: Sequence[Statement]) -> None:
        """Write all of these down, or none; raises StoreUnwritableError."""
        try:
            self._file.commit(statements)
        except sqlite3.Error as error:
            with self._failures:
                self._errors += 1
                self._trouble = described(error)
            raise StoreUnwritableError(described(error)) from None
        self._trouble = None

    def wipe(self) -> None:
        """Leave nothing in the file of what has been written over."""
        with suppress(sqlite3.Error):
            self._file.wipe()

    def restore(self, work: MemoryWork, tasks: Iterable[str]) -> None:
        """Put an account, its events and these tasks back to what the file has."""
        if self.closed:
            return
        handle = work.account.handle
        try:
            [read] = self.rows.accounts(handle)
            events = self.rows.events(handle)
            found = {task_id: self.rows.task(task_id) for task_id in tasks}
        except (ConfigurationError, ValueError) as error:
            _log.warning("what could not be written could not be taken back either: %s", error)
            return
        self._put_back(work, read, events, found)

    def _put_back(self, work: MemoryWork, read: Account, events: list[Due], tasks: dict[str, Task | None]) -> None:
        put_back(work.account, read)
        self.files[work.account.handle] = list(read.files)
        for task_id, task in tasks.items():
            if task is None:
                self._memory.drop_task(task_id)
            else:
                self._memory.keep_task(task)
        work.events = Events(due for due in events if begun(due) not in self.under_way)
        self._memory.set_turn(work)

    def _read(self) -> None:
        for account in self.rows.accounts():
            self._memory.open(account.handle, _as_read(account))
            self.files[account.handle] = list(account.files)
        for task in self.rows.tasks():
            self._memory.keep_task(task)
        for account in self._memory.accounts():
            with self._memory.work(account.handle) as work:
                for due in self.rows.events(account.handle):
                    work.plan_event(due)
        with self._memory.order_work() as work:
            for kind, order in self.rows.orders():
                work.save(kind, order)
            for kind, last in self.rows.order_ids().items():
                work.go_on_after(kind, last)


def _as_read(account: Account) -> Callable[[ClockState], Account]:
    return lambda _: account
