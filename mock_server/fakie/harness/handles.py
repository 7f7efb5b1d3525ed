"""What a test holds of a task and of an account."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fakie.core.accounts import Account
from fakie.core.ports import Outgoing
from fakie.core.running.runner import Runner
from fakie.core.tasks.task import Task
from fakie_schemas.catalog.profile import Failure


@dataclass(frozen=True)
class Callback:
    """One callback as it was sent: where to, with which headers and body, and how often so far."""

    url: str
    headers: Mapping[str, str]
    content: bytes

    @classmethod
    def of(cls, outgoing: Outgoing) -> "Callback":
        """Make it from what goes out."""
        return cls(outgoing.url, dict(outgoing.headers), outgoing.body)

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.content)

    @property
    def task_id(self) -> str:
        """The task it tells of."""
        task_id: str = self.json["data"]["taskId"]
        return task_id


@dataclass(frozen=True)
class AccountHandle:
    """An account that a test named: its key, and its credits as they are now."""

    key: str
    _account: Account

    @property
    def credits(self) -> float:
        """The balance."""
        return self._account.credits


class TaskHandle:
    """One task, to be looked at and moved by hand."""

    def __init__(self, task: Task, account: Account, runner: Runner) -> None:
        self._task = task
        self._account = account
        self._runner = runner

    @property
    def id(self) -> str:
        """The task id."""
        return self._task.id

    @property
    def state(self) -> str:
        """The state as of now, without counting as a poll."""
        return self._task.state(self._account.clock.now())

    @property
    def body(self) -> Mapping[str, Any]:
        """The createTask body."""
        return self._task.body

    @property
    def polls(self) -> int:
        """How often recordInfo was asked while it ran."""
        return self._task.polls

    def hold(self) -> "TaskHandle":
        """Keep it in its present state until it is finished or failed."""
        self._task.hold(self._account.clock.now())
        return self

    def finish(self) -> "TaskHandle":
        """End it with success, and send its callback."""
        self._task.finish(self._account.clock.now())
        return self._ended()

    def fail(self, code: str | None = None, msg: str | None = None) -> "TaskHandle":
        """End it with a failure in these words, and send its callback."""
        usual = self._task.failure
        failure = Failure(code or usual.code, msg or usual.msg)
        self._task.fail(self._account.clock.now(), failure)
        return self._ended()

    def _ended(self) -> "TaskHandle":
        self._runner.settle(self._task)
        self._runner.run_due(self._account)
        return self
