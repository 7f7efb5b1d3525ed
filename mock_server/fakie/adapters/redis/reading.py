"""Reading Redis as objects: looked at outside of any work, and what a work begins with."""

from collections.abc import Iterator, Sequence
from math import inf
from typing import Any

from fakie.adapters.redis import codec, scripts
from fakie.adapters.redis.connection import RedisConnection
from fakie.adapters.redis.files import ReadFiles
from fakie.adapters.redis.glances import Glances
from fakie.adapters.redis.key_ring import KeyRing
from fakie.core.accounts import Account
from fakie.core.clock import Now
from fakie.core.held_files import UploadedFile
from fakie.core.kept.accounts import read_account
from fakie.core.kept.seals import Seals
from fakie.core.kept.typed import read_data
from fakie.core.orders import Order
from fakie.core.ports import Condition, StoreUnwritableError
from fakie.core.tasks.due import Due
from fakie.core.tasks.task import Task

_AT_ONCE = 100


class RedisReading:
    """The part of a `Store` that only looks; `keys` are the webhook keys that accounts have of their own."""

    def __init__(self, connection: RedisConnection, parent: Now, webhook_key: str | None, seals: Seals) -> None:
        self._connection = connection
        self._parent = parent
        self._webhook_key = webhook_key
        self.seals = seals
        self.keys = KeyRing(connection)
        self.glances = Glances(connection)
        self._events = connection.script(scripts.EVENTS)
        self._files: dict[str, dict[bytes, UploadedFile]] = {}
        self._seen_orders: tuple[bytes, dict[str, list[Order[Any]]]] = (b"", {})

    def account(self, handle: str) -> Account | None:
        """Return an account by its handle."""
        data = self.glances.account(handle)
        return None if data is None else self.read_account(handle, data)

    def accounts(self) -> Sequence[Account]:
        """Return every account, in the order of their first use."""
        handles = self._connection.command("ZRANGE", "account_order", 0, -1)
        found = self._connection.command("HMGET", "accounts", *handles) if handles else []
        pairs = zip(handles, found, strict=True)
        return [self.read_account(handle.decode(), data) for handle, data in pairs if data is not None]

    def count_accounts(self) -> int:
        """Return how many accounts there are."""
        return int(self._connection.command("ZCARD", "account_order"))

    def task(self, task_id: str) -> Task | None:
        """Return a task by its id."""
        data, sent = self._connection.together(("HGET", "tasks", task_id), ("HGET", "sent", task_id))
        return codec.task_from(data, sent, self.seals)

    def tasks(self) -> Sequence[Task]:
        """Return every task, oldest first."""
        return list(self.each_task())

    def each_task(self) -> Iterator[Task]:
        """Return every task, oldest first, read as it goes: one that is dropped meanwhile is left out."""
        after = b"-inf"
        while True:
            # By their places in the order, which stay as they are whatever is dropped.
            page = ("ZRANGEBYSCORE", "task_order", after, "+inf", "WITHSCORES", "LIMIT", 0, _AT_ONCE)
            found = self._connection.command(*page)
            if not found:
                return
            after = b"(" + found[-1]
            yield from self._tasks_of(found[::2])

    def count_tasks(self) -> int:
        """Return how many tasks there are."""
        return int(self._connection.command("ZCARD", "task_order"))

    def newest_tasks(self, skip: int, most: int) -> list[Task]:
        """Return at most so many tasks, newest first, after the `skip` newest ones."""
        if most < 1:
            return []
        return list(self._tasks_of(self._connection.command("ZREVRANGE", "task_order", skip, skip + most - 1)))

    def all_but_newest(self, kept: int) -> list[Task]:
        """Return every task but so many of the newest, oldest first."""
        return list(self._tasks_of(self._connection.command("ZRANGE", "task_order", 0, -kept - 1)))

    def condition(self) -> Condition:
        """Return how many events wait, and why nothing can be kept."""
        errors = self._connection.errors
        try:
            # A Redis that is full, or a replica, still tells what it has.
            self._connection.probe()
            handles = [account.handle for account in self.accounts()]
            waiting = self._connection.together(*(("ZCARD", f"events:{handle}") for handle in handles))
        except StoreUnwritableError as error:
            return Condition(0, errors, str(error))
        return Condition(sum(map(int, waiting)), errors)

    def next_at(self, handle: str) -> float:
        """Return when an account's earliest event is due, in seconds on its clock; inf for none."""
        due = self.glances.first_event(handle)
        return due.at if due else inf

    def events(self, handle: str, count: int = 0) -> list[Due]:
        """Return an account's first events; all of them with 0."""
        return list(codec.read_events(handle, self._events(handle, count - 1)))

    def orders(self, kind: str) -> Sequence[Order[Any]]:
        """Return the orders of a kind that wait, first come first."""
        version = self.glances.orders_version()
        known, orders = self._seen_orders
        if version != known:
            orders = self.read_orders()
            self._seen_orders = version, orders
        return orders.get(kind, [])

    def read_orders(self) -> dict[str, list[Order[Any]]]:
        """Return the orders of each kind as they are now."""
        orders: dict[str, list[Order[Any]]] = {}
        found = self._connection.command("HGETALL", "orders")
        for name, data in found.items():
            kind, order = codec.order_from(name, data)
            orders.setdefault(kind, []).append(order)
        for some in orders.values():
            some.sort(key=lambda order: order.id)
        return orders

    def next_order_id(self, kind: str) -> int:
        """Return an id that no order of a kind has had."""
        return int(self._connection.command("HINCRBY", "order_ids", kind, 1))

    def read_account(self, handle: str, data: bytes) -> Account:
        """Return an account of its data, with the webhook key that this process knows."""
        with codec.reading("an account"):
            account = read_account(read_data(data), self._parent)
        if account.signing:
            account.webhook_key = self._webhook_key if account.signing == "fake" else self.keys.get(handle)
        account.files = ReadFiles(lambda: self._read_files(handle))
        return account

    def keep_key(self, account: Account) -> None:
        """Remember an account's own webhook key, and let the other processes know it."""
        if account.signing == "account" and account.webhook_key:
            self.keys.keep(account.handle, account.webhook_key)

    def _tasks_of(self, ids: Sequence[bytes]) -> Iterator[Task]:
        if not ids:
            return
        datas, bodies = self._connection.together(("HMGET", "tasks", *ids), ("HMGET", "sent", *ids))
        for data, sent in zip(datas, bodies, strict=True):
            task = codec.task_from(data, sent, self.seals)
            if task is not None:
                yield task

    def _read_files(self, handle: str) -> dict[str, UploadedFile]:
        """Return an account's files by path, oldest first; only what this process has not seen is fetched."""
        told = self._connection.command("HGETALL", f"files:{handle}")
        seen = self._files.get(handle, {})
        new = [path for path, facts in told.items() if facts not in seen]
        found = self._connection.command("HMGET", f"contents:{handle}", *new) if new else []
        contents = dict(zip(new, found, strict=True))
        files: dict[bytes, UploadedFile] = {}
        with codec.reading("a file"):
            for path, facts in sorted(told.items(), key=lambda one: int(one[1].split(b" ")[0])):
                if facts in seen:
                    files[facts] = seen[facts]
                elif contents[path] is not None:
                    _, at, media_type = facts.decode().split(" ", 2)
                    files[facts] = UploadedFile(path.decode(), contents[path], media_type, float(at))
        self._files[handle] = files
        return {file.path: file for file in files.values()}
