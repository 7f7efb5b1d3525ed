"""Control of tasks: look, hold, finish, fail."""

from typing import Unpack

from fakie.core.control.accounts import AccountControl
from fakie.core.control.arguments import FAILURE, FailureArguments, check, check_failure_code
from fakie.core.control.errors import NotThereError, WrongOrderError, hint, shown
from fakie.core.running.runner import Runner
from fakie.core.runtime import FakeState
from fakie.core.tasks import told
from fakie.core.tasks.task import Task
from fakie_schemas.catalog.profile import Profile

_LISTED = 10


class TaskControl:
    """Tasks, by id; what has ended is not moved again."""

    def __init__(self, profile: Profile, state: FakeState, accounts: AccountControl, runner: Runner) -> None:
        self._profile = profile
        self._state = state
        self._store = state.store
        self._accounts = accounts
        self._runner = runner

    def all(self, account: str | None = None) -> list[Task]:
        """Return every task, or those of a key or handle, oldest first."""
        handle = self._accounts.handle(account)
        return [task for task in self._store.tasks() if handle in (None, task.account)]

    def get(self, task_id: str) -> Task:
        """Return one task; raises NotThereError with the ids that come near."""
        task = self._store.task(task_id) if isinstance(task_id, str) else None
        if task is None:
            raise NotThereError(self._unknown(task_id))
        return task

    def state_of(self, task: Task) -> str:
        """Return a task's state as of now, without counting as a poll."""
        return task.state(self._now(task))

    def hold(self, task_id: str) -> Task:
        """Keep a running task in its present state until it is finished or failed."""
        with self._store.transaction():
            task = self._running(task_id)
            task.hold(self._now(task))
        return task

    def finish(self, task_id: str) -> Task:
        """End a running task with success, and send its callback."""
        with self._store.transaction():
            task = self._running(task_id)
            task.finish(self._now(task))
            self._runner.settle(task)
        return self._ended(task)

    def fail(self, task_id: str, **words: Unpack[FailureArguments]) -> Task:
        """End a running task with a failure, in these words or the planned ones, and send its callback."""
        check(FAILURE, words)
        check_failure_code(words.get("code"))
        with self._store.transaction():
            task = self._running(task_id)
            asked = words.get("code"), words.get("msg")
            failure = told.failure(told.job_of(task), task.failure, asked, self._profile)
            task.fail(self._now(task), failure)
            self._runner.settle(task)
        return self._ended(task)

    def _running(self, task_id: str) -> Task:
        task = self.get(task_id)
        state = task.state(self._now(task))
        if task.end:
            raise WrongOrderError(f"the task has ended already, with {state}; only a running task can be moved")
        return task

    def _ended(self, task: Task) -> Task:
        account = self._store.account(task.account)
        if account is not None:
            # Outside the transaction: a receiver may ask the fake something before it answers.
            self._runner.run_due(account)
        return task

    def _now(self, task: Task) -> float:
        account = self._store.account(task.account)
        return (account.clock if account else self._state.clock).now()

    def _unknown(self, task_id: object) -> str:
        ids = [task.id for task in self._store.tasks()]
        known = ", ".join(ids[-_LISTED:]) or "none yet"
        return f"no task has the id {shown(task_id)}{hint(task_id, ids)} (the last ones: {known})"
