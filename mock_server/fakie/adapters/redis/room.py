"""Room for new tasks: the oldest go when there are too many, or when they are too old."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from math import inf
from typing import Protocol

from fakie.adapters.redis.redis_work import RedisWork, WorkStore
from fakie.core.accounts import Account
from fakie.core.clock import Now
from fakie.core.ports import AccountGoneError
from fakie.core.retention import Retention
from fakie.core.tasks.task import Task


class StoredTasks(WorkStore, Protocol):
    """The tasks of a store."""

    def account(self, handle: str) -> Account | None:
        """Return an account by its handle."""

    def tasks(self) -> Sequence[Task]:
        """Return every task, oldest first."""

    def all_but_newest(self, kept: int) -> list[Task]:
        """Return every task but so many of the newest, oldest first."""


class Room:
    """Drops the oldest tasks; `count` is how many there were when this process last wrote."""

    def __init__(self, store: StoredTasks, now: Now, retention: Retention) -> None:
        self._store = store
        self._now = now
        self._retention = retention
        self._next_look = inf if retention.seconds == inf else 0.0
        self.count = 0

    def make(self) -> None:
        """Drop the oldest of too many; outside of any work."""
        if self.count > self._retention.most():
            self.count = 0
            # Others may have made room meanwhile.
            self._drop(self._store.all_but_newest(self._retention.tasks))

    def look(self) -> None:
        """Drop those that are too old, now and then; outside of any work."""
        now = self._now()
        if now >= self._next_look:
            self._next_look = now + self._retention.pause
            is_over, account = self._retention.is_over, self._store.account
            self._drop(task for task in self._store.tasks() if is_over(task, account(task.account)))

    def _drop(self, tasks: Iterable[Task]) -> None:
        by_account: defaultdict[str, list[str]] = defaultdict(list)
        for task in tasks:
            by_account[task.account].append(task.id)
        for handle, ids in by_account.items():
            try:
                with RedisWork(self._store, handle) as work:
                    self._drop_within(work, ids)
            except AccountGoneError:
                continue

    def _drop_within(self, work: RedisWork, ids: Sequence[str]) -> None:
        # Another process may have dropped some meanwhile.
        there = [task for task_id in ids if (task := work.task(task_id))]
        gone = {task.id for task in there}
        work.account.running -= sum(not task.settled for task in there)
        work.save_account()
        for due in self._store.events(work.account.handle, 0):
            if due.task_id in gone:
                work.take_event(due)
        for task_id in gone:
            work.forget_task(task_id)
