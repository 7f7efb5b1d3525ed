"""A store that keeps records only: what is changed and not said is lost, and nobody holds anything of it.

It shows what any store beyond memory comes to; whoever mutates what he did not open, or does not say it, is found out.
"""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from math import inf
from typing import Any

from fakie.core.accounts import Account
from fakie.core.clock import ClockState
from fakie.core.health.figures import Counted
from fakie.core.held_files import HeldFiles
from fakie.core.journal import EntryLog, MemoryLog
from fakie.core.kept.accounts import account_data, read_account
from fakie.core.kept.orders import order_data, read_order
from fakie.core.kept.tasks import read_task, task_data
from fakie.core.orders import Order
from fakie.core.ports import AccountGoneError, Condition
from fakie.core.scenario.shelf import MemoryScenarios, ScenarioShelf
from fakie.core.tasks.due import Due, Turn
from fakie.core.tasks.task import Task


class RecordsWork:
    """A `Work` on copies, which are written back at its end; an error within it takes all of it back."""

    def __init__(self, store: "RecordsStore", handle: str) -> None:
        self._store = store
        self._handle = handle
        self._open: dict[str, Task] = {}
        self._said: list[Callable[[], None]] = []

    def __enter__(self) -> "RecordsWork":
        # Not one that may be entered again: work within work would hang, and must not be.
        assert self._store.lock.acquire(timeout=10), "work within work"
        account = self._store.account(self._handle)
        if account is None:
            self._store.lock.release()
            raise AccountGoneError(self._handle)
        self.account = account
        self._events = list(self._store.events[self._handle])
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        for say in self._said if kind is None else ():
            say()
        self._store.lock.release()

    def save_account(self) -> None:
        store, handle = self._store, self._handle
        written, key = json.dumps(account_data(self.account)), self.account.webhook_key
        self._said.append(lambda: store.records.update({handle: written}))
        self._said.append(lambda: store.keys.update({handle: key}))

    def save_clock(self) -> None:
        self.save_account()

    def save_files(self) -> None:
        files = HeldFiles(self.account.files)
        self._said.append(lambda: self._store.files.update({self._handle: files}))

    def task(self, task_id: str) -> Task | None:
        if task_id not in self._open:
            task = self._store.task(task_id)
            if task is None or task.account != self._handle:
                return None
            self._open[task_id] = task
        return self._open[task_id]

    def save_task(self, task: Task) -> None:
        self._open[task.id] = task
        written = json.dumps(task_data(task)), task.sent
        self._said.append(lambda: self._store.jobs.update({task.id: written}))

    def forget_task(self, task_id: str) -> None:
        self._said.append(lambda: self._store.jobs.pop(task_id, None) and None)

    def plan_event(self, due: Due) -> bool:
        self._plan([*self._events, due])
        return True

    def next_event(self) -> Due | None:
        return min(self._events, default=None)

    def take_event(self, due: Due) -> None:
        self._plan([one for one in self._events if one != due])

    def claim_event(self, due: Due) -> None:
        self.take_event(due)

    def finish_event(self, due: Due) -> None:
        pass

    def _plan(self, events: list[Due]) -> None:
        self._events = events
        self._said.append(lambda: self._store.events.update({self._handle: events}))


class RecordsOrders:
    """An `OrderWork` on copies."""

    def __init__(self, store: "RecordsStore") -> None:
        self._store = store
        self._lock = threading.RLock()
        self._last: dict[str, int] = {}

    def __enter__(self) -> "RecordsOrders":
        self._lock.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def orders(self, kind: str) -> Sequence[Order[Any]]:
        return self._store.orders(kind)

    def next_id(self, kind: str) -> int:
        self._last[kind] = self._last.get(kind, 0) + 1
        return self._last[kind]

    def save(self, kind: str, order: Order[Any]) -> None:
        self._store.wishes.setdefault(kind, {})[order.id] = json.dumps(order_data(order))

    def drop(self, kind: str, order: Order[Any]) -> None:
        self._store.wishes[kind].pop(order.id)


class RecordsStore:
    """A `Store` of JSON texts; its accounts' clocks hang on `parent`."""

    shared = False

    def __init__(self, parent: Callable[[], float]) -> None:
        self.lock = threading.Lock()
        self.log: EntryLog = MemoryLog()
        self.scenarios: ScenarioShelf = MemoryScenarios()
        self.records: dict[str, str] = {}
        self.files: dict[str, HeldFiles] = {}
        self.keys: dict[str, str | None] = {}
        self.jobs: dict[str, tuple[str, bytes]] = {}
        self.events: dict[str, list[Due]] = {}
        self.wishes: dict[str, dict[int, str]] = {}
        self._parent = parent
        self.new_clock = "[0.0, null]"
        self._order_work = RecordsOrders(self)

    def work(self, handle: str) -> RecordsWork:
        if handle not in self.records:
            raise AccountGoneError(handle)
        return RecordsWork(self, handle)

    def open(self, handle: str, make: Callable[[ClockState], Account]) -> Account:
        with self.lock:
            account = make(self.clock_of_new())
            self.records.setdefault(handle, json.dumps(account_data(account)))
            self.events.setdefault(handle, [])
            self.keys.setdefault(handle, account.webhook_key)
        opened = self.account(handle)
        assert opened is not None
        return opened

    def clock_of_new(self) -> ClockState:
        return ClockState(*json.loads(self.new_clock))

    def change_clock_of_new(self, change: Callable[[ClockState], ClockState]) -> Sequence[Account]:
        with self.lock:
            self.new_clock = json.dumps(change(self.clock_of_new()))
            return [account for handle in self.records if (account := self.account(handle))]

    def account(self, handle: str) -> Account | None:
        if handle not in self.records:
            return None
        account = read_account(json.loads(self.records[handle]), self._parent)
        account.webhook_key = self.keys[handle]
        account.files = HeldFiles(self.files.get(handle, ()))
        return account

    def accounts(self) -> Sequence[Account]:
        return [account for handle in list(self.records) if (account := self.account(handle))]

    def count_accounts(self) -> int:
        return len(self.records)

    def task(self, task_id: str) -> Task | None:
        found = self.jobs.get(task_id)
        return read_task(json.loads(found[0]), found[1]) if found else None

    def tasks(self) -> Sequence[Task]:
        return [task for task_id in list(self.jobs) if (task := self.task(task_id))]

    def each_task(self) -> Iterator[Task]:
        return iter(self.tasks())

    def count_tasks(self) -> int:
        return len(self.tasks())

    def newest_tasks(self, skip: int, most: int) -> list[Task]:
        return list(self.tasks())[::-1][skip : skip + most]

    def next_at(self, handle: str) -> float:
        return min((due.at for due in self.events.get(handle, [])), default=inf)

    def next_turn(self) -> Turn | None:
        turns = [
            Turn(account.clock.moment(at), account.handle)
            for account in self.accounts()
            if (at := self.next_at(account.handle)) < inf
        ]
        return min((turn for turn in turns if turn.moment != inf), default=None)

    def condition(self) -> Condition:
        return Condition(sum(map(len, self.events.values())))

    def orders(self, kind: str) -> Sequence[Order[Any]]:
        return [read_order(kind, json.loads(text)) for text in list(self.wishes.get(kind, {}).values())]

    def order_work(self) -> RecordsOrders:
        return self._order_work

    def together(self, counts: Counted) -> Counted:
        return counts

    def clear(self, handle: str | None = None) -> None:
        with self.lock:
            if handle is None:
                self.new_clock = json.dumps(ClockState())
            for gone in [handle] if handle is not None else list(self.records):
                for kept in (self.records, self.files, self.keys, self.events):
                    kept.pop(gone, None)
            self.jobs = {
                task_id: kept
                for task_id, kept in self.jobs.items()
                if handle is not None and json.loads(kept[0])["account"] != handle
            }
