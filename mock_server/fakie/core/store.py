"""The store in memory: what the fake remembers while it runs."""

import threading
from collections.abc import Iterable
from contextlib import AbstractContextManager
from heapq import heapify, heappop, heappush
from itertools import islice
from math import inf

from fakie.core.accounts import Account
from fakie.core.tasks.due import Due, Turn
from fakie.core.tasks.task import Task


class MemoryStore:
    """A `Store` in plain dictionaries behind one lock.

    Each account has a heap of events, by its own clock. One heap over all accounts holds whose event is next, so that
    none has to be looked at before its turn; a turn that no longer counts stays in it until it comes to the top.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._accounts: dict[str, Account] = {}
        self._tasks: dict[str, Task] = {}
        self._events: dict[str, list[Due]] = {}
        self._turns: list[Turn] = []
        self._moments: dict[str, float] = {}

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
        """Add or replace an account, or take note that its clock was moved."""
        self._accounts[account.handle] = account
        self._set_turn(account.handle)

    def task(self, task_id: str) -> Task | None:
        """Return a task by its id."""
        return self._tasks.get(task_id)

    def tasks(self) -> Iterable[Task]:
        """Return every task, oldest first."""
        return list(self._tasks.values())

    def count_tasks(self) -> int:
        """Return how many tasks there are."""
        return len(self._tasks)

    def newest_tasks(self, skip: int, most: int) -> list[Task]:
        """Return at most so many tasks, newest first, after the `skip` newest ones."""
        with self._lock:
            return list(islice(reversed(self._tasks.values()), skip, skip + most))

    def save_task(self, task: Task) -> None:
        """Add or replace a task."""
        self._tasks[task.id] = task

    def forget_task(self, task_id: str) -> None:
        """Drop a task."""
        self._tasks.pop(task_id, None)

    def plan_event(self, due: Due) -> bool:
        """Remember an event until it is due; tells whether it may be the next of all."""
        events = self._events.get(due.account)
        if events is None:
            events = self._events[due.account] = []
        heappush(events, due)
        return events[0] is due and self._set_turn(due.account)

    def next_event(self, account: str) -> Due | None:
        """Return an account's earliest event, without removing it."""
        events = self._events.get(account)
        return events[0] if events else None

    def take_event(self, due: Due) -> None:
        """Remove an event that is being carried out."""
        events = self._events[due.account]
        if events[0] == due:
            heappop(events)
        else:
            events.remove(due)
            heapify(events)
        self._set_turn(due.account)

    def next_turn(self) -> Turn | None:
        """Return whose event is next, of all accounts; None while nothing is to come."""
        while self._turns:
            turn = self._turns[0]
            if self._moments.get(turn.account) == turn.moment:
                return turn
            heappop(self._turns)
        return None

    def clear(self, account: str | None) -> None:
        """Forget one account with its tasks and events, or everything."""
        if account is None:
            for everything in (self._accounts, self._tasks, self._events, self._turns, self._moments):
                everything.clear()
            return
        for by_account in (self._accounts, self._events, self._moments):
            by_account.pop(account, None)
        self._tasks = {task.id: task for task in self._tasks.values() if task.account != account}

    def _set_turn(self, handle: str) -> bool:
        """Look when an account's earliest event is due; tells whether that may be before all others."""
        account, events = self._accounts.get(handle), self._events.get(handle)
        moment = account.clock.moment(events[0].at) if account and events else inf
        if moment == inf:
            self._moments.pop(handle, None)
            return False
        if self._moments.get(handle) == moment:
            return False
        turn = Turn(moment, handle)
        self._moments[handle] = moment
        heappush(self._turns, turn)
        return self._turns[0] is turn
