"""The store in memory: what the fake remembers while it runs."""

import bisect
import threading
from collections.abc import Iterable
from contextlib import AbstractContextManager

from fakie.core.accounts import Account
from fakie.core.tasks.due import Due
from fakie.core.tasks.task import Task


class MemoryStore:
    """A `Store` in plain dictionaries behind one lock."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._accounts: dict[str, Account] = {}
        self._tasks: dict[str, Task] = {}
        self._events: dict[str, list[Due]] = {}

    def transaction(self) -> AbstractContextManager[object]:
        """Keep everybody else out for the length of a `with` block; the same thread may enter again."""
        return self._lock

    def account(self, handle: str) -> Account | None:
        """Return an account by its handle."""
        return self._accounts.get(handle)

    def accounts(self) -> Iterable[Account]:
        """Return every account, in the order of their first use."""
        return list(self._accounts.values())

    def save_account(self, account: Account) -> None:
        """Add or replace an account."""
        self._accounts[account.handle] = account

    def task(self, task_id: str) -> Task | None:
        """Return a task by its id."""
        return self._tasks.get(task_id)

    def tasks(self) -> Iterable[Task]:
        """Return every task, oldest first."""
        return list(self._tasks.values())

    def save_task(self, task: Task) -> None:
        """Add or replace a task."""
        self._tasks[task.id] = task

    def forget_task(self, task_id: str) -> None:
        """Drop a task."""
        self._tasks.pop(task_id, None)

    def plan_event(self, due: Due) -> None:
        """Remember an event until it is due."""
        bisect.insort(self._events.setdefault(due.account, []), due)

    def next_event(self, account: str) -> Due | None:
        """Return an account's earliest event, without removing it."""
        events = self._events.get(account)
        return events[0] if events else None

    def take_event(self, due: Due) -> None:
        """Remove an event that is being carried out."""
        self._events[due.account].remove(due)

    def clear(self, account: str | None) -> None:
        """Forget one account with its tasks and events, or everything."""
        if account is None:
            for everything in (self._accounts, self._tasks, self._events):
                everything.clear()
            return
        self._accounts.pop(account, None)
        self._events.pop(account, None)
        self._tasks = {task.id: task for task in self._tasks.values() if task.account != account}
