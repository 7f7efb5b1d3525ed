"""The agenda: what is to happen to tasks, and when."""

from fakie.core.ports import Work
from fakie.core.runtime import FakeState
from fakie.core.tasks.due import Due, EventKind
from fakie.core.tasks.task import Task


class Agenda:
    """Remembers events in the store, and sets the alarm for one that comes before the others."""

    def __init__(self, state: FakeState) -> None:
        self._alarm = state.alarm

    def plan(self, work: Work, task: Task, kind: EventKind, at: float, attempt: int = 1, stage: str = "") -> None:
        """Remember an event about a task for `at`, seconds on the account's clock; the account is to be saved."""
        work.account.planned += 1
        # By place, which takes half of the time that it takes by name.
        due = Due(at, work.account.planned, task.account, kind, task.id, attempt, False, stage)
        # Whoever waits for what is next need not hear of what comes later.
        if work.plan_event(due):
            self._alarm.set()
