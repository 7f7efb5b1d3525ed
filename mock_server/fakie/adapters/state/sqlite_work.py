"""Work on an account and on the orders: in memory, and written down in one piece before it counts."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from fakie.adapters.state import rows
from fakie.adapters.state.rows import Rows
from fakie.adapters.state.state_file import Statement
from fakie.core.accounts import Account
from fakie.core.held_files import UploadedFile
from fakie.core.kept.seals import Seals
from fakie.core.memory.orders import MemoryOrders
from fakie.core.memory.work import MemoryWork
from fakie.core.orders import Order
from fakie.core.ports import StoreUnwritableError
from fakie.core.tasks.due import Due
from fakie.core.tasks.task import Task

# An event by its account, number and task: an account that is opened anew counts its events from the beginning.
Begun = tuple[str, int, str]


def begun(due: Due) -> Begun:
    """Return what an event is known by once it has begun."""
    return due.account, due.order, due.task_id


class SavedState(Protocol):
    """The content of the file; `under_way` has the events that this process has begun, `files` those of each account.

    `seals` seal what is not to be read in the file.
    """

    rows: Rows
    under_way: set[Begun]
    files: dict[str, list[UploadedFile]]
    seals: Seals

    @property
    def closed(self) -> bool:
        """Whether the file has been let go."""

    def wipe(self) -> None:
        """Leave nothing in the file of what has been written over."""

    def write(self, statements: Sequence[Statement]) -> None:
        """Write all of these down, or none; raises StoreUnwritableError."""

    def restore(self, work: MemoryWork, tasks: Iterable[str]) -> None:
        """Put an account, its events and these tasks back to what the file has."""


class SqliteWork:
    """A `Work` in memory that writes down what was said in one piece; what cannot be written is taken back."""

    def __init__(self, store: SavedState, memory: MemoryWork) -> None:
        self._store = store
        self._memory = memory
        self._saved = self._files = False
        self._tasks: dict[str, Task | None] = {}
        self._events: list[Statement] = []
        self._begun: list[Begun] = []
        self._finished: list[Begun] = []

    def __enter__(self) -> "SqliteWork":
        self._memory.__enter__()
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if not (self._saved or self._files or self._tasks or self._events):
                return
            if kind is not None:
                self._store.restore(self._memory, self._tasks)
            else:
                self._commit()
        finally:
            self._memory.__exit__()

    @property
    def account(self) -> Account:
        """The account."""
        return self._memory.account

    def save_account(self) -> None:
        """Say that the account was changed."""
        self._saved = True

    def save_clock(self) -> None:
        """Say that the account's clock was moved."""
        self._saved = True
        self._memory.save_clock()

    def save_files(self) -> None:
        """Say that the account's files were changed."""
        self._files = True

    def task(self, task_id: str) -> Task | None:
        """Return a task of this account by its id."""
        return self._memory.task(task_id)

    def save_task(self, task: Task) -> None:
        """Add a task, or say that it was changed."""
        self._tasks[task.id] = task
        self._memory.save_task(task)

    def forget_task(self, task_id: str) -> None:
        """Drop a task."""
        self._tasks[task_id] = None
        self._memory.forget_task(task_id)

    def plan_event(self, due: Due) -> bool:
        """Remember an event until it is due; tells whether it may be the next of all."""
        self._events.append(rows.put_event(due, begun=False))
        return self._memory.plan_event(due)

    def next_event(self) -> Due | None:
        """Return the account's earliest event, without removing it."""
        return self._memory.next_event()

    def take_event(self, due: Due) -> None:
        """Remove an event that this work carries out."""
        self._events.append(rows.drop_event(due))
        self._memory.take_event(due)

    def claim_event(self, due: Due) -> None:
        """Remove an event that is carried out once this work has ended; the file has it until it is finished."""
        self._events.append(rows.put_event(due, begun=True))
        self._begun.append(begun(due))
        self._memory.claim_event(due)

    def finish_event(self, due: Due) -> None:
        """Say that a claimed event has been carried out."""
        self._events.append(rows.drop_event(due))
        self._finished.append(begun(due))

    def _commit(self) -> None:
        statements = [rows.put_account(self.account)] if self._saved else []
        for task_id, task in self._tasks.items():
            statements.append(rows.drop_task(task_id) if task is None else rows.put_task(task, self._store.seals))
        statements += self._events
        if self._files:
            statements += rows.put_files(self.account, self._store.files.get(self.account.handle, ()))
        try:
            self._store.write(statements)
        except StoreUnwritableError:
            self._store.restore(self._memory, self._tasks)
            raise
        if self._files:
            self._store.files[self.account.handle] = list(self.account.files)
        if any(task.called_back and task.has_secret_url for task in filter(None, self._tasks.values())):
            self._store.wipe()
        self._store.under_way.update(self._begun)
        self._store.under_way.difference_update(self._finished)


class SqliteOrders:
    """An `OrderWork` in memory that writes each change down before it counts."""

    def __init__(self, store: SavedState, memory: MemoryOrders) -> None:
        self._store = store
        self._memory = memory

    def __enter__(self) -> "SqliteOrders":
        self._memory.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._memory.__exit__()

    def orders(self, kind: str) -> Sequence[Order[Any]]:
        """Return the orders of a kind, first come first."""
        return self._memory.orders(kind)

    def next_id(self, kind: str) -> int:
        """Return an id that no order of a kind has had."""
        number = self._memory.next_id(kind)
        self._store.write([rows.put_order_id(kind, number)])
        return number

    def save(self, kind: str, order: Order[Any]) -> None:
        """Add an order, or say that it was changed; one that goes by a function is of this process alone."""
        if not callable(order.where.when):
            self._write(kind, order, rows.put_order(kind, order))
        self._memory.save(kind, order)

    def drop(self, kind: str, order: Order[Any]) -> None:
        """Take an order away."""
        self._write(kind, order, rows.drop_order(kind, order))
        self._memory.drop(kind, order)

    def _write(self, kind: str, order: Order[Any], statement: Statement) -> None:
        try:
            self._store.write([statement])
        except StoreUnwritableError:
            for known, written in self._store.rows.orders():
                if (known, written.id) == (kind, order.id):
                    order.set_back(written)
            raise
