"""Control of tasks: look, hold, finish, fail."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Unpack

from fakie.core.clock import Clock
from fakie.core.control.accounts import AccountControl
from fakie.core.control.arguments import FAILURE, FailureArguments, check, check_failure_code
from fakie.core.control.errors import NotThereError, WrongOrderError, shown
from fakie.core.control.last_of import last_of
from fakie.core.ports import AccountGoneError, Work
from fakie.core.running.runner import Runner
from fakie.core.runtime import FakeState
from fakie.core.tasks import rendering
from fakie.core.tasks.task import Task
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.families.family import ENDS
from fakie_schemas.nearest import did_you_mean

_LISTED = 10
_COMPARED = 100


class TaskControl:
    """Tasks, by id; what has ended is not moved again."""

    def __init__(self, profile: Profile, state: FakeState, accounts: AccountControl, runner: Runner) -> None:
        self._profile = profile
        self._state = state
        self._store = state.store
        self._accounts = accounts
        self._runner = runner

    def all(self, account: str | None = None, limit: int | None = None) -> list[Task]:
        """Return every task, or those of a key or handle, oldest first; the last `limit` of them."""
        return list(self.each(account, limit))

    def each(self, account: str | None = None, limit: int | None = None) -> Iterator[Task]:
        """Return them one by one, as they are when their turn comes."""
        handle = self._accounts.handle(account)
        every = self._store.each_task
        return last_of(lambda: (task for task in every() if handle in (None, task.account)), limit)

    def get(self, task_id: str) -> Task:
        """Return one task; raises NotThereError with the ids that come near."""
        task = self._store.task(task_id) if isinstance(task_id, str) else None
        if task is None:
            raise NotThereError(self._unknown(task_id))
        return task

    def state_of(self, task: Task) -> str:
        """Return a task's state as of now, without counting as a poll."""
        return task.state(self._now(task))

    def outlook(self, task: Task) -> str:
        """Return a task's state as of now and, while it runs, when it ends: for who waits for it in vain."""
        clock, after = self._clock(task), task.plan.ends_after
        now = clock.now()
        state = task.state(now)
        if state in ENDS:
            return state
        if after is None:
            return f"{state}, no time ends it"
        frozen = ", but its account's clock is frozen" if clock.frozen else ""
        return f"{state}, ends in {round(task.created_at + after - now, 1):.15g} s{frozen}"

    def seen(self, task: Task) -> Task:
        """Return a task as it is now."""
        return task.seen(self._now(task))

    def hold(self, task_id: str) -> Task:
        """Keep a running task in its present state until it is finished or failed."""
        with self._running(task_id) as (work, task):
            task.hold(work.account.clock.now())
            work.save_task(task)
        return task

    def finish(self, task_id: str) -> Task:
        """End a running task with success, and send its callback."""
        with self._running(task_id) as (work, task):
            task.finish(work.account.clock.now())
            self._runner.settle(work, task)
        return self._ended(task)

    def fail(self, task_id: str, **words: Unpack[FailureArguments]) -> Task:
        """End a running task with a failure, in these words or the planned ones, and send its callback."""
        check(FAILURE, words)
        check_failure_code(words.get("code"))
        with self._running(task_id) as (work, task):
            asked = words.get("code"), words.get("msg")
            failure = rendering.failure(rendering.job_of(task), task.failure, asked, self._profile)
            task.fail(work.account.clock.now(), failure)
            self._runner.settle(work, task)
        return self._ended(task)

    def call_back(self, task_id: str) -> Task:
        """Send the callback of a task that has ended once more, at once, whatever was odd about the first."""
        with self._open(task_id) as (work, task):
            now = work.account.clock.now()
            state = task.state(now)
            if not task.callback_url:
                raise WrongOrderError("the task was created without callBackUrl, so nobody is called back")
            if state not in ENDS:
                raise WrongOrderError(f"the task is still {state}; only one that has ended calls back")
            task.move(now)
            self._runner.settle(work, task)
            self._runner.call_back_again(work, task)
        return self._ended(task)

    @contextmanager
    def _running(self, task_id: str) -> Iterator[tuple[Work, Task]]:
        """Open work on the account of a task that still runs; raises WrongOrderError for one that has ended."""
        with self._open(task_id) as (work, task):
            state = task.state(work.account.clock.now())
            if state in ENDS:
                raise WrongOrderError(f"the task has ended already, with {state}; only a running task can be moved")
            yield work, task

    @contextmanager
    def _open(self, task_id: str) -> Iterator[tuple[Work, Task]]:
        """Open work on the account of a task."""
        handle = self.get(task_id).account
        with ExitStack() as opened:
            try:
                work = opened.enter_context(self._store.work(handle))
            except AccountGoneError:
                raise NotThereError(self._unknown(task_id)) from None
            task = work.task(task_id)
            if task is None:
                raise NotThereError(self._unknown(task_id))
            yield work, task

    def _ended(self, task: Task) -> Task:
        account = self._store.account(task.account)
        if account is not None:
            # Outside the work: a receiver may ask the fake something before it answers.
            self._runner.run_due(account)
        return task

    def _now(self, task: Task) -> float:
        return self._clock(task).now()

    def _clock(self, task: Task) -> Clock:
        account = self._store.account(task.account)
        return account.clock if account else self._state.clock

    def _unknown(self, task_id: object) -> str:
        # The newest alone: to compare with each costs more than the answer is worth.
        ids = [task.id for task in self._store.newest_tasks(0, _COMPARED)][::-1]
        known = ", ".join(ids[-_LISTED:]) or "none yet"
        return f"no task has the id {shown(task_id)}{did_you_mean(task_id, ids)} (the last ones: {known})"
