"""The agenda: what is to happen to tasks, and when."""

import itertools

from fakie.core.runtime import FakeState
from fakie.core.tasks.due import Due, EventKind
from fakie.core.tasks.task import Task


class Agenda:
    """Remembers events in the store, and sets the alarm for one that comes before the others."""

    def __init__(self, state: FakeState) -> None:
        self._store = state.store
        self._alarm = state.alarm
        self._order = itertools.count()

    def plan(self, task: Task, kind: EventKind, at: float, attempt: int = 1, stage: str = "") -> None:
        """Remember an event about a task for `at`, seconds on the account's clock."""
        due = Due(at, next(self._order), task.account, kind, task.id, attempt, stage)
        # Whoever waits for what is next need not hear of what comes later.
        if self._store.plan_event(due):
            self._alarm.set()
