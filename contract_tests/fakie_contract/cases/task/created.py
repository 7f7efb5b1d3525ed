"""A task that a case made: what its record must hold, and the states and callbacks that it goes through."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from msgspec import Struct, field

from fakie_contract.cases.task.way import NEAR, Way, by_the_clock, in_future
from fakie_contract.checks.agreement import asked_model
from fakie_contract.checks.ids import other_task
from fakie_contract.checks.param import gives_back
from fakie_contract.checks.record import judge_record
from fakie_contract.http.callback_listener import Received
from fakie_contract.http.exchange import LiveExchange
from fakie_contract.subjects import name_of
from fakie_contract.trial import answers
from fakie_contract.trial.callbacks import judge_callback
from fakie_contract.trial.keys import TargetAccount
from fakie_contract.trial.money import BalanceAround, consumed_so_far
from fakie_contract.trial.trial import NotProvokable, Trial
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import ENDS
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach


class CreatedTask(Struct):
    """A task that a case made: what was sent; when, and when it was answered, by this machine's clock (ms).

    `ahead` is by how much (ms) the clock of its times is ahead of that, `cost` the balance around the create. `course`
    are the polls so far: when each was sent, by this machine's clock (s), and the state that it showed; `judged` the
    states in which what came of it was judged, by whatever case follows it. `way` is what may not go back on it.
    It tells of itself as the tasks of models do.
    """

    id: str
    account: TargetAccount
    sent: Mapping[str, Any]
    sent_at: int
    answered_at: int
    ahead: int
    revision: Revision
    cost: BalanceAround
    course: list[tuple[float, Any]] = field(default_factory=list)
    judged: list[object] = field(default_factory=list)
    way: Way = field(default_factory=Way)

    @property
    def maker(self) -> str:
        """The model or the endpoint that was asked for it."""
        return name_of(self.revision)

    def steps(self, trial: Trial) -> Sequence[str]:
        """Return the states that it goes through, its end left out."""
        return [state for state, _ in trial.env.profile.habits.steps(self.maker)[:-1]]

    def word(self, state: Any) -> Any:
        """Say a state as records say it."""
        return state

    def due(self, state: Any) -> Sequence[str]:
        """Return the callbacks that are due by a state, in their order."""
        return [state] if state in ENDS else []

    def judge(self, trial: Trial, exchange: LiveExchange) -> tuple[Any, Mapping[str, Any]]:
        """Judge the answer to a poll; returns the state and the data. Raises NotProvokable when it shows no task."""
        _settle_clock(self, exchange.answer.data)
        data = answers.answered(trial, exchange, "task_shown", "record-info", "recordInfo", partial(_of_task, self))
        if not isinstance(data, dict):
            raise NotProvokable("the target does not show the task")
        return data.get("state"), data

    def judge_callback(self, trial: Trial, _: str, came: Received, data: Any, exchange: LiveExchange) -> None:
        """Judge a callback of a stage, or of an end, by itself and by the data of a poll."""
        judge_callback(trial, came, data, exchange, self.account.key)

    def failure_in(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what the data of a poll tells of a failure."""
        return {name: data.get(name) for name in ("failCode", "failMsg")}

    def judge_times(self, trial: Trial, exchange: LiveExchange, moved: int | None) -> None:
        """Judge the times of the last poll, and what may not go back: by its clock, which was `moved` (s) by lever.

        None: nobody moves it.
        """
        data = exchange.answer.data
        trial.note(self.way.judge(data), exchange)
        if moved is None:
            trial.note(by_the_clock(self.course, self.ahead, data), exchange)
        else:
            trial.note(in_future(self.ahead + 1000 * moved, data), exchange)


def _settle_clock(task: CreatedTask, data: Any) -> None:
    """Take this machine's clock for that of a task whose createTime agrees with it, and not with the Date header.

    That may be of something else than what makes the tasks, such as a proxy, or just wrong.
    """
    created = data.get("createTime") if isinstance(data, Mapping) else None
    if isinstance(created, int) and [_is_of_request(task, created, by) for by in (task.ahead, 0)] == [False, True]:
        task.ahead = 0


def _is_of_request(task: CreatedTask, moment: int, ahead: int) -> bool:
    return task.sent_at - NEAR <= moment - ahead <= task.answered_at + NEAR


def _of_task(task: CreatedTask, data: Mapping[str, Any]) -> Iterator[Difference]:
    yield from _agrees_with_request(task, data)
    # The profile words records as the wire does, so what the pages alone say is no news on every poll.
    yield from (one for one in judge_record(data, "/body/data", documented=True) if not one.known)
    yield from consumed_so_far(task.cost, data)


def _agrees_with_request(task: CreatedTask, data: Mapping[str, Any]) -> Iterator[Difference]:
    if isinstance(data.get("taskId"), str) and data["taskId"] != task.id:
        yield other_task(task.id, data["taskId"])
    yield from asked_model(task.maker, data)
    created = data.get("createTime")
    if isinstance(created, int) and not _is_of_request(task, created, task.ahead):
        yield breach("record.created", created, sent_at=task.sent_at + task.ahead)
    yield from gives_back(task.sent, data.get("param"), [task.revision])
