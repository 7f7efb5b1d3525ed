"""Work on an account and on the orders: on copies, of which what was said is written in one piece at the end."""

import secrets
import threading
from collections.abc import Sequence
from typing import Any, Protocol

from fakie.adapters.redis import codec
from fakie.adapters.redis.files import ReadFiles
from fakie.adapters.redis.locks import ORDERS, Locks
from fakie.core.accounts import Account
from fakie.core.kept.accounts import account_data
from fakie.core.kept.seals import Seals
from fakie.core.kept.tasks import task_body
from fakie.core.kept.texts import written
from fakie.core.orders import Order
from fakie.core.ports import StoreUnwritableError
from fakie.core.tasks.due import Due
from fakie.core.tasks.task import Task

# What is said, in the words of the script that writes it.
Said = list[Any]


class WorkStore(Protocol):
    """The part of a store that a work needs; `open_work` has the work that each thread is in."""

    locks: Locks
    seals: Seals
    open_work: threading.local

    def read_account(self, handle: str, data: bytes) -> Account:
        """Return an account of its data."""

    def keep_key(self, account: Account) -> None:
        """Remember an account's own webhook key, and let the other processes know it."""

    def task(self, task_id: str) -> Task | None:
        """Return a task by its id."""

    def events(self, handle: str, count: int) -> list[Due]:
        """Return an account's first events."""

    def begin(self, events: set[str], finished: set[str]) -> None:
        """Know of the events that this process has begun, and of those that it has finished."""

    def commit(self, mark: str, handle: str, held: dict[str, str], said: Said) -> None:
        """Write all that was said, or nothing, and let the locks go; raises StoreUnwritableError."""

    def read_orders(self) -> dict[str, list[Order[Any]]]:
        """Return the orders of each kind as they are now."""

    def next_order_id(self, kind: str) -> int:
        """Return an id that no order of a kind has had."""


class RedisWork:
    """A `Work` on copies of an account and its tasks, behind the account's lock."""

    def __init__(self, store: WorkStore, handle: str) -> None:
        self._store = store
        self._handle = handle
        self._said: Said = []
        self._saved = False
        self._tasks: dict[str, Task | None] = {}
        self._new: dict[str, Task] = {}
        self._planned: list[Due] = []
        self._gone: set[Due] = set()
        self._begun: set[str] = set()
        self._finished: set[str] = set()
        self._held: dict[str, str] = {}
        self.orders: dict[str, list[Order[Any]]] | None = None

    def __enter__(self) -> "RedisWork":
        token, [data, text, at] = self._store.locks.take(self._handle, self._handle)
        self._held[self._handle] = token
        try:
            self.account = self._store.read_account(self._handle, data)
            self._first = codec.read_event(self._handle, text, at) if text else None
        except StoreUnwritableError:
            self._store.locks.leave(self._held)
            raise
        self._store.open_work.here = self
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        self._store.open_work.here = None
        said = self._all_said() if kind is None else []
        if said:
            self._store.commit(secrets.token_hex(8), self._handle, self._held, said)
            if self._begun or self._finished:
                self._store.begin(self._begun, self._finished)
        else:
            self._store.locks.leave(self._held)

    def join(self, name: str, token: str, orders: dict[str, list[Order[Any]]]) -> None:
        """Hold the lock on the orders, too, until the end; these are the orders meanwhile."""
        self._held[name] = token
        self.orders = orders

    def say(self, said: Said) -> None:
        """Write this, too, at the end."""
        self._said += said

    def save_account(self) -> None:
        """Say that the account was changed."""
        self._saved = True

    def save_clock(self) -> None:
        """Say that the account's clock was moved."""
        self._saved = True

    def save_files(self) -> None:
        """Say that the account's files were changed."""
        files = self.account.files
        if isinstance(files, ReadFiles):
            self._said += files.changes()

    def task(self, task_id: str) -> Task | None:
        """Return a task of this account by its id."""
        if task_id not in self._tasks:
            task = self._store.task(task_id)
            self._tasks[task_id] = task if task and task.account == self._handle else None
        return self._tasks[task_id]

    def save_task(self, task: Task) -> None:
        """Add a task, or say that it was changed."""
        # The body of a request never changes, and is not sent again.
        known = self._tasks.get(task.id) is not None and task.id not in self._new
        self._tasks[task.id] = task
        if not known:
            self._new[task.id] = task
        self._said += ["task", task.id, codec.task_bytes(task, self._store.seals), b"" if known else task_body(task)]

    def forget_task(self, task_id: str) -> None:
        """Drop a task."""
        self._tasks[task_id] = None
        self._said += ["forget", task_id]

    def plan_event(self, due: Due) -> bool:
        """Remember an event until it is due; the store wakes who waits again, once it is written."""
        self._planned.append(due)
        self._said += ["plan", repr(due.at), codec.event_text(due)]
        return self.next_event() == due

    def next_event(self) -> Due | None:
        """Return the account's earliest event, without removing it."""
        first = self._first
        if first in self._gone:
            stored = self._store.events(self._handle, len(self._gone) + 1)
            first = next((due for due in stored if due not in self._gone), None)
        own = [due for due in self._planned if due not in self._gone]
        return min([*own, *([first] if first else [])], default=None)

    def take_event(self, due: Due) -> None:
        """Remove an event that this work carries out."""
        self._gone.add(due)
        self._said += ["take", codec.event_text(due)]

    def claim_event(self, due: Due) -> None:
        """Remove an event that is carried out once this work has ended; another process does it should this one die."""
        self._gone.add(due)
        self._begun.add(self._name(due))
        self._said += ["claim", repr(due.at), codec.event_text(due)]

    def finish_event(self, due: Due) -> None:
        """Say that a claimed event has been carried out."""
        self._finished.add(self._name(due))
        self._said += ["finish", codec.event_text(due)]

    def _name(self, due: Due) -> str:
        return f"{self._handle} {codec.event_text(due)}"

    def _all_said(self) -> Said:
        if not self._saved:
            return self._said
        self._store.keep_key(self.account)
        account = written(account_data(self.account))
        return ["account", account, codec.clock_text(self.account.clock), *self._said]


class RedisOrders:
    """An `OrderWork` behind the lock on the orders; within work on an account it is written with that, or not at all.

    So an order is met exactly when the task that met it is there.
    """

    def __init__(self, store: WorkStore) -> None:
        self._store = store
        self._token = ""
        self._said: Said = []

    def __enter__(self) -> "RedisOrders":
        self._work: RedisWork | None = getattr(self._store.open_work, "here", None)
        if self._work and self._work.orders is not None:
            self._orders = self._work.orders
            return self
        self._token, _ = self._store.locks.take(ORDERS)
        try:
            self._orders = self._store.read_orders()
        except StoreUnwritableError:
            self._store.locks.leave({ORDERS: self._token})
            raise
        if self._work:
            self._work.join(ORDERS, self._token, self._orders)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if self._work:
            self._work.say(self._said if kind is None else [])
        elif kind is None and self._said:
            self._store.commit(secrets.token_hex(8), "", {ORDERS: self._token}, self._said)
        else:
            self._store.locks.leave({ORDERS: self._token})

    def orders(self, kind: str) -> Sequence[Order[Any]]:
        """Return the orders of a kind, first come first."""
        found: list[Order[Any]] = self._orders.get(kind, [])
        return found

    def next_id(self, kind: str) -> int:
        """Return an id that no order of a kind has had."""
        return self._store.next_order_id(kind)

    def save(self, kind: str, order: Order[Any]) -> None:
        """Add an order, or say that it was changed."""
        self._said += ["order", codec.order_name(kind, order), codec.order_bytes(order)]
        if all(one is not order for one in self.orders(kind)):
            self._orders[kind] = [*self.orders(kind), order]

    def drop(self, kind: str, order: Order[Any]) -> None:
        """Take an order away."""
        self._said += ["unorder", codec.order_name(kind, order)]
        self._orders[kind] = [one for one in self.orders(kind) if one is not order]
