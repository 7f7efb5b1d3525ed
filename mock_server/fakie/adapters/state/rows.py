"""The rows of a state file: what a store remembers, written and read."""

from collections.abc import Iterable, Iterator
from math import isfinite
from typing import Any, NamedTuple

from fakie.adapters.state.state_file import StateFile, Statement, unusable
from fakie.adapters.state.tables import VERSION
from fakie.core.accounts import Account
from fakie.core.clock import Now
from fakie.core.held_files import HeldFiles, UploadedFile
from fakie.core.journal import Entry
from fakie.core.kept.accounts import account_data, read_account
from fakie.core.kept.entries import entry_data, masked_body, read_entry
from fakie.core.kept.orders import order_data, read_order
from fakie.core.kept.seals import NO_SEALS, Seals
from fakie.core.kept.tasks import read_task, task_body, task_data
from fakie.core.kept.texts import written
from fakie.core.kept.typed import Reading, Whole, read_data, typed
from fakie.core.orders import Order
from fakie.core.tasks.due import Due
from fakie.core.tasks.task import Task

# Beside the kinds of orders: how far the numbers of the journal have come.
JOURNAL = "journal"


def try_out() -> list[Statement]:
    """Write what the file has already, as much of it as a request writes, to see whether it can be written."""
    # There and back, for SQLite writes no page that stays as it was. One alone may fit where a request does not.
    newest = "(SELECT number FROM {} ORDER BY number DESC LIMIT 16)"
    changes = ("data || ' '", "substr(data, 1, length(data) - 1)")
    return [
        (f"PRAGMA user_version = {VERSION}", ()),
        *(
            (f"UPDATE {table} SET data = {change} WHERE number IN {newest.format(table)}", ())  # noqa: S608
            for table in ("tasks", "journal")
            for change in changes
        ),
    ]


def put_account(account: Account) -> Statement:
    """Write an account."""
    sql = "INSERT INTO accounts (handle, data) VALUES (?, ?) ON CONFLICT (handle) DO UPDATE SET data = excluded.data"
    return sql, (account.handle, _text(account_data(account)))


def put_task(task: Task, seals: Seals = NO_SEALS) -> Statement:
    """Write a task; the body of its request once."""
    sql = (
        "INSERT INTO tasks (id, account, data, sent) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET data = excluded.data"
    )
    return sql, (task.id, task.account, _text(task_data(task, seals)), task_body(task))


def drop_task(task_id: str) -> Statement:
    """Take a task away."""
    return "DELETE FROM tasks WHERE id = ?", (task_id,)


def drop_dropped(task: Task) -> list[Statement]:
    """Take a task away with its events."""
    return [
        drop_task(task.id),
        ("DELETE FROM events WHERE account = ? AND task_id = ?", (task.account, task.id)),
    ]


def put_event(due: Due, *, begun: bool) -> Statement:
    """Write an event; one that has begun is given out again, should nobody live to say how it went."""
    sql = (
        "INSERT OR REPLACE INTO events (account, number, at, kind, task_id, attempt, begun, stage)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    )
    return sql, (due.account, due.order, due.at, due.kind, due.task_id, due.attempt, int(begun or due.again), due.stage)


def drop_event(due: Due) -> Statement:
    """Take an event away; after a reset the account may have another of its number."""
    sql = "DELETE FROM events WHERE account = ? AND number = ? AND task_id = ?"
    return sql, (due.account, due.order, due.task_id)


def put_files(account: Account, before: Iterable[UploadedFile]) -> list[Statement]:
    """Write an account's files, of which those `before` are written already."""
    written, now = {id(file) for file in before}, {file.path for file in account.files}
    gone = "DELETE FROM uploads WHERE account = ? AND path = ?"
    sql = "INSERT OR REPLACE INTO uploads (account, path, media_type, at, content) VALUES (?, ?, ?, ?, ?)"
    new = [file for file in account.files if id(file) not in written]
    return [
        *((gone, (account.handle, file.path)) for file in before if file.path not in now),
        *((sql, (account.handle, file.path, file.media_type, file.at, file.content)) for file in new),
    ]


def put_order(kind: str, order: Order[Any]) -> Statement:
    """Write an order."""
    return "INSERT OR REPLACE INTO orders (kind, id, data) VALUES (?, ?, ?)", (kind, order.id, _text(order_data(order)))


def drop_order(kind: str, order: Order[Any]) -> Statement:
    """Take an order away."""
    return "DELETE FROM orders WHERE kind = ? AND id = ?", (kind, order.id)


def put_order_id(kind: str, last: int) -> Statement:
    """Write the last id that an order of a kind has had."""
    return "INSERT OR REPLACE INTO order_ids (kind, last) VALUES (?, ?)", (kind, last)


def put_entry(entry: Entry) -> Statement:
    """Write an entry of the journal."""
    sql = "INSERT OR REPLACE INTO journal (number, account, data, sent, answered) VALUES (?, ?, ?, ?, ?)"
    bodies = masked_body(entry.sent), masked_body(entry.answered)
    return sql, (entry.number, entry.account, _text(entry_data(entry)), *bodies)


def drop_entries(account: str | None) -> Statement:
    """Take one account's entries away, or all."""
    return ("DELETE FROM journal", ()) if account is None else ("DELETE FROM journal WHERE account = ?", (account,))


def drop_entries_before(number: int) -> Statement:
    """Take the entries away that are older than that of a number."""
    return "DELETE FROM journal WHERE number < ?", (number,)


def drop_account(handle: str) -> list[Statement]:
    """Take one account away with all that is its."""
    statements = (
        "DELETE FROM accounts WHERE handle = ?",
        "DELETE FROM tasks WHERE account = ?",
        "DELETE FROM events WHERE account = ?",
        "DELETE FROM uploads WHERE account = ?",
    )
    return [(sql, (handle,)) for sql in statements]


def drop_accounts() -> list[Statement]:
    """Take everything away that belongs to accounts."""
    statements = ("DELETE FROM accounts", "DELETE FROM tasks", "DELETE FROM events", "DELETE FROM uploads")
    return [(sql, ()) for sql in statements]


class _AccountRow(NamedTuple):
    handle: str
    data: str


class _UploadRow(NamedTuple):
    path: str
    content: bytes
    media_type: str
    at: float


class _TaskRow(NamedTuple):
    id: str
    account: str
    data: str
    sent: bytes


class _OrderRow(NamedTuple):
    kind: str
    id: int
    data: str


class _EntryRow(NamedTuple):
    number: int
    account: str | None
    data: str
    sent: bytes
    answered: bytes


class Rows:
    """The rows of a state file as objects; raises ConfigurationError for a row that cannot be read."""

    def __init__(self, file: StateFile, parent: Now, seals: Seals = NO_SEALS) -> None:
        self._file = file
        self._seals = seals
        self._parent = parent

    def accounts(self, handle: str | None = None) -> Iterator[Account]:
        """Return every account with its files, or the one of a handle."""
        sql = "SELECT handle, data FROM accounts WHERE ? IN (handle, '') ORDER BY number"
        for row in self._file.rows(sql, (handle or "",)):
            with self._reading("accounts"):
                read = typed(row, _AccountRow)
                account = read_account(read_data(read.data), self._parent)
                _same(read.handle, account.handle)
            account.files = HeldFiles(self._files(account.handle))
            yield account

    def _files(self, handle: str) -> list[UploadedFile]:
        sql = "SELECT path, content, media_type, at FROM uploads WHERE account = ? ORDER BY rowid"
        with self._reading("uploads"):
            return [UploadedFile(*typed(row, _UploadRow)) for row in self._file.rows(sql, (handle,))]

    def tasks(self) -> Iterator[Task]:
        """Return every task, oldest first."""
        return map(self._task, self._file.rows("SELECT id, account, data, sent FROM tasks ORDER BY number"))

    def task(self, task_id: str) -> Task | None:
        """Return a task."""
        found = self._file.rows("SELECT id, account, data, sent FROM tasks WHERE id = ?", (task_id,))
        return next(map(self._task, found), None)

    def _task(self, row: Any) -> Task:
        with self._reading("tasks"):
            read = typed(row, _TaskRow)
            task = read_task(read_data(read.data), read.sent, self._seals)
            _same((read.id, read.account), (task.id, task.account))
        return task

    def events(self, handle: str) -> list[Due]:
        """Return an account's events, as they were planned; those that had begun come again."""
        sql = (
            "SELECT at, number, account, kind, task_id, attempt, begun, stage FROM events"
            " WHERE account = ? ORDER BY number"
        )
        with self._reading("events"):
            return [_event(row) for row in self._file.rows(sql, (handle,))]

    def orders(self) -> Iterator[tuple[str, Order[Any]]]:
        """Return every order with its kind."""
        for row in self._file.rows("SELECT kind, id, data FROM orders ORDER BY kind, id"):
            with self._reading("orders"):
                read = typed(row, _OrderRow)
                order = read_order(read.kind, read_data(read.data))
                _same(read.id, order.id)
            yield read.kind, order

    def order_ids(self) -> dict[str, int]:
        """Return the last id of each kind of orders."""
        with self._reading("order_ids"):
            return typed(dict(self._file.rows("SELECT kind, last FROM order_ids")), dict[str, Whole])

    def entries(self) -> Iterator[Entry]:
        """Return the journal's entries, oldest first."""
        for row in self._file.rows("SELECT number, account, data, sent, answered FROM journal ORDER BY number"):
            with self._reading("journal"):
                read = typed(row, _EntryRow)
                entry = read_entry(read_data(read.data), read.sent, read.answered)
                _same((read.number, read.account), (entry.number, entry.account))
            yield entry

    def _reading(self, table: str) -> Reading:
        return Reading(lambda why: unusable(self._file.path, f"it is damaged: a row of {table} cannot be read ({why})"))


def _same(named: object, told: object) -> None:
    """Raise ValueError for a row whose data is of another than the one that the row is named by."""
    if named != told:
        raise ValueError(f"named {named}, and its data is of {told}")


def _event(row: tuple[Any, ...]) -> Due:
    *others, begun, stage = row
    due = typed((*others, begun == 1, stage), Due)
    if not isfinite(due.at):
        raise ValueError("a moment that never comes")
    return due


def _text(data: Any) -> str:
    return written(data).decode()
