"""Excerpts of the journal and of the tasks, newest first: what one look can take in, by work that is bounded."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from msgspec import Struct

from fakie.core.control.accounts import AccountControl
from fakie.core.control.tasks import TaskControl
from fakie.core.journal import Entry
from fakie.core.runtime import FakeState
from fakie.core.tasks.task import Task

T = TypeVar("T")
# How many tasks one excerpt looks at for those that are wanted.
_LOOKED_AT = 5_000
_CHUNK = 1_000


class ListFilter(Struct, frozen=True):
    """The filter of a list; `account` is a key or a handle, None is any. `model` is a part of its name."""

    account: str | None = None
    model: str | None = None
    situation: str | None = None
    state: str | None = None
    kind: str | None = None


class Excerpt(Struct, Generic[T], frozen=True):
    """Some of them; `older` is the `before` of the next excerpt, None when there is none."""

    rows: tuple[T, ...]
    older: int | None


class Excerpts:
    """The journal and the tasks, excerpt by excerpt."""

    def __init__(self, state: FakeState, accounts: AccountControl, tasks: TaskControl) -> None:
        self._state = state
        self._store = state.store
        self._accounts = accounts
        self._tasks = tasks

    @property
    def task_count(self) -> int:
        """How many tasks there are."""
        return self._store.count_tasks()

    def entries(self, wanted: ListFilter, size: int, before: int | None = None) -> Excerpt[Entry]:
        """Return requests and deliveries, newest first, of a number below `before`."""
        handle = self._accounts.handle(wanted.account)
        rows: list[Entry] = []
        for entry in reversed(list(self._state.journal)):
            if (before is None or entry.number < before) and _fits(entry, wanted, handle):
                if len(rows) == size:
                    return Excerpt(tuple(rows), rows[-1].number)
                rows.append(entry)
        return Excerpt(tuple(rows), None)

    def entry(self, number: int) -> Entry | None:
        """Return one entry by its number, None when it is not kept any more."""
        return next((entry for entry in self._state.journal if entry.number == number), None)

    def about(self, task_id: str) -> list[Entry]:
        """Return what the journal still has about one task, oldest first."""
        return [entry for entry in self._state.journal if entry.task_id == task_id or task_id in entry.path]

    def tasks(self, wanted: ListFilter, size: int, before: int | None = None) -> Excerpt[Task]:
        """Return tasks as they are now, newest first, made before the one at `before`, counted from the oldest.

        One excerpt looks at so many tasks and no more: it may be short, or empty, though older ones are not.
        """
        handle = self._accounts.handle(wanted.account)
        total = self._store.count_tasks()
        start = total if before is None else max(0, min(before - 1, total))
        rows: list[Task] = []
        reached = start + 1
        for task in self._before(start, total):
            reached -= 1
            if _is_wanted(task, wanted, handle) and wanted.state in (None, self._tasks.state_of(task)):
                rows.append(self._tasks.seen(task))
            if len(rows) == size:
                break
        return Excerpt(tuple(rows), reached if reached > 1 else None)

    def _before(self, start: int, total: int) -> Iterator[Task]:
        for done in range(0, min(start, _LOOKED_AT), _CHUNK):
            yield from self._store.newest_tasks(total - start + done, min(_CHUNK, start - done))


def _fits(entry: Entry, wanted: ListFilter, handle: str | None) -> bool:
    return (
        handle in (None, entry.account)
        and wanted.situation in (None, entry.situation)
        and wanted.kind in (None, entry.kind)
        and (wanted.model is None or wanted.model in (entry.model or ""))
    )


def _is_wanted(task: Task, wanted: ListFilter, handle: str | None) -> bool:
    return handle in (None, task.account) and (wanted.model is None or wanted.model in task.model)
