"""A task that an endpoint of a family has made: what its record must hold, by its page and its job."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from fakie_contract.cases.endpoint.clock import by_either_clock
from fakie_contract.cases.task.created import CreatedTask
from fakie_contract.cases.task.tasks import now
from fakie_contract.cases.task.way import seen_running
from fakie_contract.checks.by_page import by_page
from fakie_contract.checks.family_way import advance_of, in_turn, result_of_failure, times_in_order, told_in_time
from fakie_contract.checks.told import FamilyTask
from fakie_contract.checks.told_twice import callback_agrees
from fakie_contract.http.callback_listener import Received
from fakie_contract.http.exchange import LiveExchange, shown
from fakie_contract.trial import answers
from fakie_contract.trial.callbacks import judge_request
from fakie_contract.trial.trial import NotProvokable, Trial
from fakie_schemas.families.family import ENDS
from fakie_schemas.families.reading import MISSING
from fakie_schemas.families.shown import ShownTask
from fakie_schemas.rules.difference import Difference


class EndpointTask(CreatedTask, kw_only=True):
    """A task that an endpoint has made; `told` is how it tells of itself, `reached` its furthest state so far."""

    told: FamilyTask
    reached: str = ""

    def is_to_fail(self, code: str, msg: str) -> None:
        """Expect the failure that was ordered for it."""
        self.told = replace(self.told, failure=(code, msg))

    def steps(self, _: Trial) -> Sequence[str]:
        """Return the states that it goes through, its end left out."""
        return self.told.telling.states

    def word(self, state: Any) -> str:
        """Say a state as records say it."""
        return self.told.telling.word(state)

    def due(self, state: Any) -> Sequence[str]:
        """Return the callbacks that are due by a state: of the stages that were come to, and of the end."""
        stages, order = self.told.endpoint.makes.stages, self.told.telling.states
        if state == "success":
            return [*(stage.name for stage in stages), state]
        passed = [seen for _, seen in self.course if seen in order]
        reached = max((order.index(seen) for seen in passed), default=-1)
        due = [stage.name for stage in stages if order.index(stage.state) <= reached]
        return [*due, state] if state in ENDS else due

    def judge(self, trial: Trial, exchange: LiveExchange) -> tuple[str, Any]:
        """Judge the answer to a poll; returns the state and the data. Raises NotProvokable when it shows no task."""
        row = trial.env.profile.row("task_shown", trial.recording)
        answers.outside(trial, exchange, row)
        data = exchange.answer.data
        shows = answers.has_code(trial, exchange, row)
        if shows and not isinstance(data, dict):
            trial.find("shape.type", data, exchange, "/body/data", wanted="object")
        if not shows or not isinstance(data, dict):
            raise NotProvokable("the target does not show the task")
        telling = self.told.telling
        state = telling.state(data)
        if state is None:
            trial.find("task.state_word", shown(data), exchange, words=telling.words_known())
            state = "success" if self.course and self.course[-1][1] == "success" else telling.states[0]
        page, words = trial.page(exchange), self.told.words_at(state, data)
        of_page = (found for found in by_page(page, exchange.answer.json) if found.place not in words) if page else ()
        on_its_way = self._on_its_way(self._shown(state, data))
        trial.note([*self.told.judge_record(state, data), *of_page, *on_its_way], exchange)
        return state, data

    def judge_callback(self, trial: Trial, stage: str, came: Received, data: Any, exchange: LiveExchange) -> None:
        """Judge a callback of a stage, or of an end, by itself; one of the state of a poll, by the data of that."""
        judge_request(trial, came, self.account.key, exchange)
        if not isinstance(came.json, dict):
            trial.find("callback.body", came.shown(), exchange)
            return
        telling = self.told.telling
        found = [*self.told.judge_callback(stage, came.json), *result_of_failure(telling, stage, came.json)]
        if stage == self.course[-1][1]:
            found += callback_agrees(telling.record(stage, data), telling.callback(stage, came.json))
        trial.note(found, exchange)

    def failure_in(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what the data of a poll tells of a failure."""
        told = self.told.telling.record("fail", data)
        failure = (one for one in told if one.fact.startswith("failure.") and one.value is not MISSING)
        return {str(one.steps[-1]): one.value for one in failure}

    def judge_times(self, trial: Trial, exchange: LiveExchange, moved: int | None) -> None:
        """Judge the times of the last poll, where nobody moves its clock."""
        if moved is None:
            asked_at = self.sent_at, self.answered_at
            seen = self._shown(self.course[-1][1], exchange.answer.data)
            trial.note(by_either_clock(seen, asked_at, seen_running(self.course), now(), self.ahead), exchange)

    def _on_its_way(self, shown: ShownTask) -> Iterator[Difference]:
        """Judge what may not go back, or move, from poll to poll."""
        yield from times_in_order(shown)
        yield from told_in_time(shown)
        yield from self.way.judge(advance_of(shown))
        found = list(in_turn(self.reached, shown)) if self.reached else []
        self.reached = self.reached if found else shown.state
        yield from found

    def _shown(self, state: str, data: Mapping[str, Any]) -> ShownTask:
        return ShownTask(self.told.telling, state, self.told.telling.record(state, data))
