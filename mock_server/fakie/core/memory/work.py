"""Work on one account in memory."""

from collections.abc import Sequence
from threading import RLock
from typing import Protocol

from fakie.core.accounts import Account
from fakie.core.memory.events import Events
from fakie.core.ports import AccountGoneError
from fakie.core.tasks.due import Due
from fakie.core.tasks.task import Task


class TaskMemory(Protocol):
    """The memory that work is on: its tasks, the turns of its accounts, and the lock of all work."""

    lock: RLock

    def task(self, task_id: str) -> Task | None:
        """Return a task by its id."""

    def keep_task(self, task: Task) -> None:
        """Add or replace a task."""

    def drop_task(self, task_id: str) -> bool:
        """Drop a task; tells whether it was there."""

    def set_turn(self, work: "MemoryWork") -> bool:
        """Look when an account's earliest event is due; tells whether that may be before all others."""


class MemoryWork:
    """A `Work` on the account itself, behind the store's lock: there is one for each account, entered again and again.

    What is said counts at once, and an error takes none of it back.
    """

    __slots__ = ("_lock", "_store", "account", "events", "gone", "idle")

    def __init__(self, store: TaskMemory, account: Account) -> None:
        self._lock = store.lock
        self._store = store
        self.account = account
        self.events = Events()
        self.gone = False
        # How many events there may be of tasks that have made room; they are passed over when they come up.
        self.idle = 0

    def __enter__(self) -> "MemoryWork":
        self._lock.acquire()
        if self.gone:
            self._lock.release()
            raise AccountGoneError(self.account.handle)
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def save_account(self) -> None:
        """Say that the account was changed."""

    def save_clock(self) -> None:
        """Say that the account's clock was moved, which decides when its turn is."""
        self._store.set_turn(self)

    def save_files(self) -> None:
        """Say that the account's files were changed."""

    def task(self, task_id: str) -> Task | None:
        """Return a task of this account by its id."""
        task = self._store.task(task_id)
        return task if task and task.account == self.account.handle else None

    def save_task(self, task: Task) -> None:
        """Add a task, or say that it was changed."""
        self._store.keep_task(task)

    def forget_task(self, task_id: str) -> None:
        """Drop a task."""
        self._store.drop_task(task_id)

    def plan_event(self, due: Due) -> bool:
        """Remember an event until it is due; tells whether it may be the next of all."""
        return self.events.add(due) and self._store.set_turn(self)

    def next_event(self) -> Due | None:
        """Return the account's earliest event, without removing it."""
        due = self.events.first()
        while self.idle and due and self._store.task(due.task_id) is None:
            self.events.take(due)
            self.idle -= 1
            due = self.events.first()
        return due

    def make_room(self, tasks: Sequence[Task], most_idle: int) -> None:
        """Drop tasks of this account, those that are still there; what is planned for them does not happen."""
        for task in tasks:
            if self._store.drop_task(task.id):
                self.account.running -= not task.settled
                self.idle += not task.settled or task.callback_url is not None
        if self.idle > most_idle:
            self.forget_idle()

    def forget_idle(self) -> None:
        """Remove the events of tasks that have made room."""
        if self.idle:
            self.events.keep(lambda due: self._store.task(due.task_id))
            self.idle = 0

    def take_event(self, due: Due) -> None:
        """Remove an event that this work carries out."""
        # The turn of what is next then need not be set: it is not before this one's.
        self.events.take(due)

    def claim_event(self, due: Due) -> None:
        """Remove an event that is carried out once this work has ended."""
        self.take_event(due)

    def finish_event(self, due: Due) -> None:
        """Say that a claimed event has been carried out."""
