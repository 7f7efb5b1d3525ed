"""The store in memory: what the fake remembers while it runs."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext, suppress
from math import inf
from typing import Any

from fakie.core.accounts import Account
from fakie.core.clock import ClockState, Now
from fakie.core.health.figures import Counted
from fakie.core.journal import EntryLog, MemoryLog
from fakie.core.memory.arrivals import Arrivals
from fakie.core.memory.large_bodies import LargeBodies
from fakie.core.memory.orders import MemoryOrders
from fakie.core.memory.turns import Turns
from fakie.core.memory.work import MemoryWork
from fakie.core.orders import Order
from fakie.core.ports import AccountGoneError, Condition
from fakie.core.retention import Retention
from fakie.core.scenario.shelf import MemoryScenarios, ScenarioShelf
from fakie.core.tasks.due import Turn
from fakie.core.tasks.task import Task

_USUAL = Retention()
# Tasks make room in so small parts that nobody who waits for an answer notices.
_PARTS = 1024


class MemoryStore:
    """A `Store` in plain dictionaries, whose single steps need no lock.

    One lock is for all work, which is short and goes on beside no other anyway: it is of Python alone, and writes to
    the one file if there is one. A lock for each account would be one more place in memory that no cache holds.
    """

    shared = False

    def __init__(self, now: Now = time.time, retention: Retention = _USUAL) -> None:
        self._now = now
        self._retention = retention
        self._most = retention.most(_PARTS)
        self._next_look = inf if retention.seconds == inf else 0.0
        self._works: dict[str, MemoryWork] = {}
        # Held by whoever works on an account, opens one or forgets one, which comes anew once it has gone.
        self.lock = threading.RLock()
        self._tasks: dict[str, Task] = {}
        self._arrivals = Arrivals(self._tasks)
        self._large = LargeBodies(retention.large_bytes)
        self._turns = Turns()
        self._clock_of_new = ClockState()
        self._orders = MemoryOrders()
        # Return the orders of a kind that wait, first come first.
        self.orders: Callable[[str], Sequence[Order[Any]]] = self._orders.kept.__getitem__
        self.log: EntryLog = MemoryLog()
        self.scenarios: ScenarioShelf = MemoryScenarios()

    def work(self, handle: str) -> MemoryWork:
        """Return exclusive work on one account, for a `with` block; raises AccountGoneError when there is none."""
        if len(self._tasks) > self._most:
            self._drop(self._arrivals.oldest(len(self._tasks) - self._retention.tasks))
        if self._large.too_many:
            self._drop([task for task_id in self._large.oldest() if (task := self.task(task_id))])
        if work := self._works.get(handle):
            return work
        raise AccountGoneError(handle)

    def open(self, handle: str, make: Callable[[ClockState], Account]) -> Account:
        """Add the account that is made with the clock of new ones, or return the one of its handle that is there."""
        with self.lock:
            work = self._works.get(handle) or MemoryWork(self, make(self._clock_of_new))
            return self._works.setdefault(handle, work).account

    def account(self, handle: str) -> Account | None:
        """Return an account by its handle."""
        return work.account if (work := self._works.get(handle)) and not work.gone else None

    def accounts(self) -> Sequence[Account]:
        """Return every account, in the order of their first use."""
        return [work.account for work in list(self._works.values())]

    def count_accounts(self) -> int:
        """Return how many accounts there are."""
        return len(self._works)

    def task(self, task_id: str) -> Task | None:
        """Return a task by its id."""
        return self._tasks.get(task_id)

    def tasks(self) -> Sequence[Task]:
        """Return every task, oldest first."""
        return list(self._tasks.values())

    def each_task(self) -> Iterator[Task]:
        """Return every task, oldest first, read as it goes: one that is dropped meanwhile is left out."""
        return filter(None, map(self._tasks.get, list(self._tasks)))

    def count_tasks(self) -> int:
        """Return how many tasks there are."""
        return len(self._tasks)

    def newest_tasks(self, skip: int, most: int) -> list[Task]:
        """Return at most so many tasks, newest first, after the `skip` newest ones."""
        return list(reversed(self._tasks.values()))[skip : skip + most]

    def next_at(self, handle: str) -> float:
        """Return when an account's earliest event is due, in seconds on its clock; inf for none."""
        work = self._works.get(handle)
        if work and work.idle:
            with suppress(AccountGoneError), work:
                # Those of tasks that have made room are removed on the way.
                work.next_event()
        return work.events.first_at if work else inf

    def next_turn(self) -> Turn | None:
        """Return whose event is next, of all accounts; None while nothing is to come."""
        now = self._now()
        if now >= self._next_look:
            self._next_look = now + self._retention.pause
            self._drop([task for task in self.tasks() if self._retention.is_over(task, self.account(task.account))])
        return self._turns.next(self._moment, self._set_anew)

    def _moment(self, handle: str) -> float:
        """Return the moment of an account's earliest event; inf for never."""
        at, work = self.next_at(handle), self._works.get(handle)
        return work.account.clock.moment(at) if work and at < inf else inf

    def _set_anew(self, handle: str) -> None:
        with suppress(AccountGoneError), self._works.get(handle) or nullcontext() as work:
            self._turns.forget(handle)
            if work:
                self.set_turn(work)

    def condition(self) -> Condition:
        """Return how many events wait; memory is never in trouble."""
        for work in list(self._works.values()):
            with suppress(AccountGoneError), work:
                work.forget_idle()
        return Condition(sum(len(work.events) for work in list(self._works.values())))

    def clock_of_new(self) -> ClockState:
        """Return how the clock stands with which accounts start that are opened from now on."""
        return self._clock_of_new

    def change_clock_of_new(self, change: Callable[[ClockState], ClockState]) -> Sequence[Account]:
        """Let accounts that are opened from now on start with this clock; return all others."""
        with self.lock:
            self._clock_of_new = change(self._clock_of_new)
            return self.accounts()

    def order_work(self) -> MemoryOrders:
        """Return exclusive work on the orders, for a `with` block."""
        return self._orders

    def together(self, counts: Counted) -> Counted:
        """Return the counts of this process, which is the only one."""
        return counts

    def clear(self, handle: str | None = None) -> None:
        """Forget one account with its tasks and events, or all, and how the clock of new ones was moved."""
        with self.lock:
            self.forget(self.leave(handle))
            if handle is None:
                self._clock_of_new = ClockState()

    def leave(self, handle: str | None) -> list[MemoryWork]:
        """Let nobody work any more on one account, or on all that there are, behind the lock; return them."""
        found = [work for name, work in self._works.items() if handle in (None, name) and not work.gone]
        for work in found:
            work.gone = True
        return found

    def forget(self, works: Sequence[MemoryWork]) -> None:
        """Forget accounts that nobody works on any more, with their tasks and events."""
        gone = {work.account.handle for work in works}
        for task in [task for task in self.tasks() if task.account in gone]:
            self.drop_task(task.id)
        for handle in gone:
            del self._works[handle]
            self._turns.forget(handle)

    def dropped(self, tasks: Sequence[Task]) -> None:
        """Be told of the tasks of an account that have made room, with their events, while nobody else works on it."""

    def _drop(self, tasks: Sequence[Task]) -> None:
        """Drop tasks, of any accounts, with their events; outside of any work."""
        by_account: defaultdict[str, list[Task]] = defaultdict(list)
        for task in tasks:
            by_account[task.account].append(task)
        for handle, theirs in by_account.items():
            with suppress(AccountGoneError), self._works.get(handle) or nullcontext() as work:
                if work:
                    work.make_room(theirs, most_idle=self._retention.tasks)
                self.dropped(theirs)
        for task in tasks:
            self.drop_task(task.id)

    def keep_task(self, task: Task) -> None:
        """Add or replace a task, for its account's work."""
        if task.id not in self._tasks:
            self._arrivals.add(task.id)
        self._tasks[task.id] = task
        self._large.add(task)

    def drop_task(self, task_id: str) -> bool:
        """Drop a task, for its account's work; tells whether it was there."""
        self._large.remove(task_id)
        return self._tasks.pop(task_id, None) is not None

    def set_turn(self, work: MemoryWork) -> bool:
        """Look when an account's earliest event is due; tells whether that may be before all others."""
        due = work.next_event()
        return self._turns.set(work.account.handle, work.account.clock.moment(due.at) if due else inf)
