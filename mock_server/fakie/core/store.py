"""The store in memory: what the fake remembers while it runs."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from heapq import heapify, heappop, heappush
from math import inf
from typing import Any

from fakie.core.accounts import Account
from fakie.core.clock import KeptClock, Now
from fakie.core.health.figures import Counted
from fakie.core.journal import EntryLog, MemoryLog
from fakie.core.orders import Order
from fakie.core.ports import AccountGoneError, Condition
from fakie.core.retention import Retention
from fakie.core.tasks.due import Due, Turn
from fakie.core.tasks.task import Task

_USUAL = Retention()


class MemoryWork:
    """A `Work` on the account itself, behind its lock: there is one for each account, entered again and again.

    What is said counts at once, and an error takes none of it back.
    """

    __slots__ = ("_lock", "_store", "account", "events", "gone")

    def __init__(self, store: "MemoryStore", account: Account) -> None:
        self._lock = threading.RLock()
        self._store = store
        self.account = account
        self.events: list[Due] = []
        self.gone = False

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
        heappush(self.events, due)
        return self.events[0] is due and self._store.set_turn(self)

    def next_event(self) -> Due | None:
        """Return the account's earliest event, without removing it."""
        return self.events[0] if self.events else None

    def take_event(self, due: Due) -> None:
        """Remove an event that this work carries out."""
        if self.events and self.events[0] == due:
            heappop(self.events)
        else:
            self.events.remove(due)
            heapify(self.events)
        self._store.set_turn(self)

    def claim_event(self, due: Due) -> None:
        """Remove an event that is carried out once this work has ended."""
        self.take_event(due)

    def finish_event(self, due: Due) -> None:
        """Say that a claimed event has been carried out."""


class MemoryOrders:
    """An `OrderWork` on the orders themselves, behind one lock."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        # Asked by every request, in one step: an unknown kind has no orders.
        self.kept: defaultdict[str, Sequence[Order[Any]]] = defaultdict(tuple)
        self._last: dict[str, int] = {}

    def __enter__(self) -> "MemoryOrders":
        self._lock.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def orders(self, kind: str) -> Sequence[Order[Any]]:
        """Return the orders of a kind, first come first."""
        return self.kept[kind]

    def next_id(self, kind: str) -> int:
        """Return an id that no order of a kind has had."""
        self._last[kind] = number = self._last.get(kind, 0) + 1
        return number

    def go_on_after(self, kind: str, last: int) -> None:
        """Make the next id of a kind the one after `last`."""
        self._last[kind] = last

    def save(self, kind: str, order: Order[Any]) -> None:
        """Add an order, or say that it was changed."""
        # Whoever looks on without the lock sees one list or the other.
        if all(one is not order for one in self.orders(kind)):
            self.kept[kind] = [*self.orders(kind), order]

    def drop(self, kind: str, order: Order[Any]) -> None:
        """Take an order away."""
        self.kept[kind] = [one for one in self.orders(kind) if one is not order]


class MemoryStore(KeptClock):
    """A `Store` in plain dictionaries, with a lock for each account.

    Each account has a heap of events, by its own clock. One heap over all accounts holds whose event is next, so that
    none has to be looked at before its turn; a turn that no longer counts stays in it until it comes to the top.
    Steps of dictionaries and heaps that are one call cannot be interrupted, and need no lock.
    """

    shared = False

    def __init__(self, now: Now = time.time, retention: Retention = _USUAL) -> None:
        self._now = now
        self._retention = retention
        self._most = retention.most
        self._next_look = inf if retention.seconds == inf else 0.0
        self._works: dict[str, MemoryWork] = {}
        self._tasks: dict[str, Task] = {}
        self._turns: list[Turn] = []
        self._moments: dict[str, float] = {}
        self._looking = threading.Lock()
        self._orders = MemoryOrders()
        # Return the orders of a kind that wait, first come first.
        self.orders: Callable[[str], Sequence[Order[Any]]] = self._orders.kept.__getitem__
        self.log: EntryLog = MemoryLog()

    def work(self, handle: str) -> MemoryWork:
        """Return exclusive work on one account, for a `with` block; raises AccountGoneError when there is none."""
        if len(self._tasks) > self._most:
            self._drop(list(self._tasks.values())[: len(self._tasks) - self._retention.tasks])
        work = self._works.get(handle)
        if work is None:
            raise AccountGoneError(handle)
        return work

    def open(self, account: Account) -> Account:
        """Add an account, and return it, or the one of its handle that was there before."""
        return self._works.setdefault(account.handle, MemoryWork(self, account)).account

    def account(self, handle: str) -> Account | None:
        """Return an account by its handle."""
        work = self._works.get(handle)
        return work.account if work else None

    def accounts(self) -> Sequence[Account]:
        """Return every account, in the order of their first use."""
        return [work.account for work in list(self._works.values())]

    def task(self, task_id: str) -> Task | None:
        """Return a task by its id."""
        return self._tasks.get(task_id)

    def tasks(self) -> Sequence[Task]:
        """Return every task, oldest first."""
        return list(self._tasks.values())

    def count_tasks(self) -> int:
        """Return how many tasks there are."""
        return len(self._tasks)

    def newest_tasks(self, skip: int, most: int) -> list[Task]:
        """Return at most so many tasks, newest first, after the `skip` newest ones."""
        tasks = list(self._tasks.values())
        end = max(0, len(tasks) - skip)
        return tasks[max(0, end - most) : end][::-1]

    def next_event(self, handle: str) -> Due | None:
        """Return an account's earliest event."""
        work = self._works.get(handle)
        return work.events[0] if work and work.events else None

    def next_turn(self) -> Turn | None:
        """Return whose event is next, of all accounts; None while nothing is to come."""
        now = self._now()
        if now >= self._next_look:
            self._next_look = now + self._retention.pause
            self._drop([task for task in self.tasks() if self._is_too_old(task)])
        with self._looking:
            while self._turns:
                turn = self._turns[0]
                if self._moments.get(turn.account) == turn.moment:
                    return turn
                gone = heappop(self._turns)
                if gone is not turn:
                    # Somebody has planned an earlier one just now.
                    heappush(self._turns, gone)
        return None

    def condition(self) -> Condition:
        """Return how many events wait; memory is never in trouble."""
        return Condition(sum(len(work.events) for work in list(self._works.values())))

    def order_work(self) -> MemoryOrders:
        """Return exclusive work on the orders, for a `with` block."""
        return self._orders

    def together(self, counts: Counted) -> Counted:
        """Return the counts of this process, which is the only one."""
        return counts

    def clear(self, handle: str | None = None) -> None:
        """Forget one account with its tasks and events, or all."""
        for gone in [handle] if handle is not None else list(self._works):
            work = self._works.get(gone)
            if work is not None:
                with work:
                    work.gone = True
                    self._works.pop(gone, None)
                    self._moments.pop(gone, None)
        for task in self.tasks():
            if handle in (None, task.account):
                self.drop_task(task.id)

    def dropped(self, tasks: Sequence[Task]) -> None:
        """Be told of the tasks that have made room, with their events."""

    def _drop(self, tasks: Sequence[Task]) -> None:
        """Drop tasks, of any accounts, with their events; outside of any work."""
        gone = {task.id for task in tasks}
        for handle in {task.account for task in tasks}:
            known = self._works.get(handle)
            with suppress(AccountGoneError), known or nullcontext() as work:
                if work:
                    work.account.running -= sum(one.account == handle and not one.settled for one in tasks)
                if work and any(due.task_id in gone for due in work.events):
                    work.events[:] = [due for due in work.events if due.task_id not in gone]
                    heapify(work.events)
                    self.set_turn(work)
        for task_id in gone:
            self.drop_task(task_id)
        if tasks:
            self.dropped(tasks)

    def _is_too_old(self, task: Task) -> bool:
        account = self.account(task.account)
        return account is None or account.clock.now() - task.created_at > self._retention.seconds

    def keep_task(self, task: Task) -> None:
        """Add or replace a task, for its account's work."""
        self._tasks[task.id] = task

    def drop_task(self, task_id: str) -> None:
        """Drop a task, for its account's work."""
        self._tasks.pop(task_id, None)

    def set_turn(self, work: MemoryWork) -> bool:
        """Look when an account's earliest event is due; tells whether that may be before all others."""
        handle = work.account.handle
        moment = work.account.clock.moment(work.events[0].at) if work.events else inf
        if moment == inf:
            self._moments.pop(handle, None)
            return False
        if self._moments.get(handle) == moment:
            return False
        turn = Turn(moment, handle)
        self._moments[handle] = moment
        heappush(self._turns, turn)
        return self._turns[0] is turn
