"""Levers on tasks: look, hold, finish, fail."""

from dataclasses import asdict
from typing import Any

from fakie.core.levers.lever import TEXT, Call, Lever, account_handle, takes
from fakie.core.parts import Parts
from fakie.core.running.runner import Runner
from fakie.core.situations import Refused
from fakie.core.tasks.task import Task
from fakie_schemas.catalog.profile import Failure


class TaskLevers:
    """Move one task by hand."""

    def __init__(self, parts: Parts, runner: Runner) -> None:
        self._parts = parts
        self._runner = runner

    def table(self) -> tuple[Lever, ...]:
        """Give the levers."""
        one = "/tasks/{task_id}"
        return (
            Lever("GET", "/tasks", "every task, oldest first; ?account=", self._list),
            Lever("GET", one, "one task", lambda call: self._shown(self._task(call))),
            Lever("POST", f"{one}/hold", "keeps a running task in its present state", self._hold),
            Lever("POST", f"{one}/finish", "ends a running task with success", self._finish),
            Lever("POST", f"{one}/fail", "ends a running task with a failure", self._fail, takes(code=TEXT, msg=TEXT)),
        )

    def _list(self, call: Call) -> Any:
        account = account_handle(self._parts, call.request.argument("account"))
        return [self._shown(task) for task in self._parts.store.tasks() if account in (None, task.account)]

    def _hold(self, call: Call) -> Any:
        with self._parts.store.transaction():
            task = self._running(call)
            task.hold(self._now(task))
            return self._shown(task)

    def _finish(self, call: Call) -> Any:
        with self._parts.store.transaction():
            task = self._running(call)
            task.finish(self._now(task))
            return self._ended(task)

    def _fail(self, call: Call) -> Any:
        with self._parts.store.transaction():
            task = self._running(call)
            words = {name: text for name, text in call.body.items() if text is not None}
            task.fail(self._now(task), Failure(**{**asdict(task.failure), **words}))
            return self._ended(task)

    def _task(self, call: Call) -> Task:
        task = self._parts.store.task(call.names[0])
        if task is None:
            raise Refused("lever_unknown", reason=f"no task has the id {call.names[0][:40]!r}")
        return task

    def _running(self, call: Call) -> Task:
        task = self._task(call)
        state = task.state(self._now(task))
        if task.end:
            raise Refused("lever_misused", reason=f"the task has ended already, with {state}")
        return task

    def _now(self, task: Task) -> float:
        account = self._parts.store.account(task.account)
        return (account.clock if account else self._parts.clock).now()

    def _ended(self, task: Task) -> Any:
        self._runner.settle(task)
        return self._shown(task)

    def _shown(self, task: Task) -> Any:
        return {
            "task_id": task.id,
            "account": task.account,
            "model": task.model,
            "state": task.state(self._now(task)),
            "created_at": task.created_at,
            "ended_at": task.end.at if task.end else None,
            "polls": task.polls,
            "callback_url": task.callback_url,
        }
