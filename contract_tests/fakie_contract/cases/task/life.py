"""Cases of a task's life: by time to its end, poll by poll, and to failure."""

import time
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby
from typing import Any

from msgspec.structs import replace

import fakie_schemas
from fakie_contract.cases.body.samples import with_value
from fakie_contract.cases.case import Case
from fakie_contract.cases.task import at_once, ending, files, tasks
from fakie_contract.cases.task.created import CreatedTask
from fakie_contract.cases.task.links import judge_links
from fakie_contract.cases.task.way import NEAR
from fakie_contract.checks.agreement import changed_in_any
from fakie_contract.checks.result import judge_count, result_of
from fakie_contract.http.exchange import LiveExchange, shown
from fakie_contract.trial.accounts import PLENTY
from fakie_contract.trial.money import judge_sum, watched
from fakie_contract.trial.trial import OutsideScope, Trial
from fakie_schemas.catalog.observed import Observed
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import ENDS

_FAILURE = {"code": "422", "msg": "the audio could not be read"}


# What moves on once a task has ended (s): a result is kept for about a day.
_LATER = (1, 60, 3600, 40_000)
# How long (s) before its last moment something must still be there.
_NEARLY = 3600


def life_cases(revision: Revision) -> Iterator[Case]:
    """Return the cases of one model's tasks."""
    model: str = revision.facts["model"]
    for name, what, run, count in (
        ("success", "by time, through every state to success; the result can be downloaded, and stays", _success, 1),
        ("at-once", "two creates at the same moment: two tasks, each with its own record and result", _at_once, 2),
        ("polled", "poll by poll, no state skipped", partial(polled, tasks.start), 1),
        ("failure", "to failure: still code 200, and why it failed", _failure, 1),
        ("held", "a task that is held stays as it is", partial(held, tasks.start), 1),
        ("two-tasks", "two tasks of one account go their own ways", _two, 2),
        ("kept", "the result lies there, and the record is shown, for nearly as long as the pages say", _kept, 1),
    ):
        sends = partial(tasks.bodies, revision, count)
        case = Case(f"{model}::life::{name}", what, run, "may_cost", model, sends=sends)
        shares = f"{model}::followed" if run is _success else ""
        yield replace(case, needs_levers=run not in (_success, _at_once), shares=shares)
    several = several_asked(revision)
    if several is not None:
        what, run = "as many results as were asked for", partial(_number, several)
        yield Case(f"{model}::life::number", what, run, "may_cost", model, sends=lambda: [several])


def several_asked(revision: Revision) -> dict[str, Any] | None:
    """Return a body that asks for several results; None where the model has no field for that."""
    schema = revision.plain_schema
    fields = schema.get("properties", {}).get("input", {}).get("properties", {})
    for name in fakie_schemas.results()["asking"]["fields"]["count"]:
        for value in (3, "3", 2, "2") if name in fields else ():
            made: dict[str, Any] = with_value(schema, ("input", name), value)
            if revision.holds(made):
                return made
    return None


def _success(trial: Trial) -> None:
    account = tasks.own_clock(trial)
    if trial.env.target.live:
        task, _ = tasks.followed(trial)
    else:
        task = tasks.start(trial, account or trial.account(), course=tasks.BY_TIME if account else None)
    state, data, exchange = tasks.last_poll(trial, task, moved=account is not None)
    if account is not None:
        expect_states(trial, task, "success", exchange)
        _lasted(trial, data, tasks.SECONDS, exchange)
    ending.judge_end(trial, task, state, data, exchange)
    _times_agree(trial, data, exchange)
    files.judge_urls(trial, task.id, files.result_urls(data), exchange)
    came = files.download(trial, task, data) if state == "success" else None
    if came is not None:
        judge_links(trial, task.account, came)
    _stays(trial, task, data)
    if came is not None:
        files.download_again(trial, came)


def _stays(trial: Trial, task: CreatedTask, data: Mapping[str, Any]) -> None:
    """Ask for a task again that has ended: at once, after a while, and much later where time can be moved."""
    steps = _LATER if tasks.has_own_clock(trial) else ()
    for seconds in (None, *steps, 0):
        if seconds:
            tasks.advance(trial, task.account, seconds)
        elif seconds == 0:
            time.sleep(trial.env.linger("another record"))
        _, now, exchange = tasks.poll(trial, task)
        if trial.note(changed_in_any(data, now), exchange):
            return


def _kept(trial: Trial) -> None:
    account, facts = tasks.moved(trial), trial.env.profile.facts
    task = tasks.start(trial, account, course=tasks.BY_TIME)
    tasks.advance(trial, account, facts.result_seconds - _NEARLY)
    _, data, _ = tasks.poll(trial, task)
    files.download(trial, task, data)
    tasks.advance(trial, account, facts.record_seconds - facts.result_seconds)
    tasks.poll(trial, task)


def _at_once(trial: Trial) -> None:
    if trial.env.target.live:
        raise OutsideScope("two creates at the same moment are not sent to a live target")
    account = tasks.own_clock(trial)
    if account is not None:
        tasks.plan(trial, account, **tasks.BY_TIME, times=2)
    account_of_both = account or trial.account()
    with watched(trial, account_of_both) as cost:
        both = at_once.start_at_once(trial, account_of_both)
    if both[0].id == both[1].id:
        return
    consumed = []
    for task, other in (both, both[::-1]):
        state, data, exchange = tasks.last_poll(trial, task, moved=account is not None)
        if at_once.is_of(data, other):
            trial.find("task.mixed_up", shown(data.get("param")), exchange)
        files.judge_urls(trial, task.id, files.result_urls(data), exchange)
        ending.judge_end(trial, task, state, data, exchange)
        consumed.append(data.get("creditsConsumed"))
    judge_sum(trial, cost, consumed, exchange)


def _number(several: dict[str, Any], trial: Trial) -> None:
    account = tasks.own_clock(trial)
    task = tasks.start_of(trial, account or trial.account(), several, tasks.BY_TIME if account else None)
    state, data, exchange = tasks.last_poll(trial, task, moved=account is not None)
    ending.judge_end(trial, task, state, data, exchange)
    if state == "success":
        trial.note(judge_count(result_of(data), several["input"], "/body/data/resultJson/resultUrls"), exchange)


def polled(start: tasks.Start, trial: Trial) -> None:
    """Follow a task that goes on with each poll."""
    account = trial.own_account(credits=PLENTY)
    task = start(trial, account, None, {"by": "polls"})
    _, _, exchange = tasks.last_poll(trial, task, moved=True)
    expect_states(trial, task, "success", exchange)


def _failure(trial: Trial) -> None:
    account = tasks.moved(trial)
    task = tasks.start(trial, account, course={**tasks.BY_TIME, "outcome": "fail", **_FAILURE})
    _, data, exchange = tasks.last_poll(trial, task, moved=True)
    expect_states(trial, task, "fail", exchange)
    for name, expected in (("failCode", _FAILURE["code"]), ("failMsg", _FAILURE["msg"])):
        if data.get(name) != expected:
            got, place = shown(data.get(name)), f"/body/data/{name}"
            trial.find("task.failure_words", got, exchange, place, wanted=shown(expected))
    _times_agree(trial, data, exchange)


def held(start: tasks.Start, trial: Trial) -> None:
    """Follow a task that is held until it is told to end."""
    account = tasks.moved(trial)
    task = start(trial, account, None, {"by": "hold"})
    tasks.advance(trial, account, 3600)
    state, _, exchange = tasks.poll(trial, task)
    if state in ENDS:
        trial.find("task.held", shown(state), exchange, why="it is held")
    trial.pull("POST", f"/tasks/{task.id}/finish", {}, lever="/tasks/{task_id}/finish")
    state, _, exchange = tasks.poll(trial, task)
    if state != "success":
        trial.find("task.finished", shown(state), exchange)


def _two(trial: Trial) -> None:
    account = tasks.moved(trial)
    tasks.plan(trial, account, by="hold", times=2)
    first, second = (tasks.start(trial, account) for _ in range(2))
    trial.pull("POST", f"/tasks/{first.id}/finish", {}, lever="/tasks/{task_id}/finish")
    for task, ended in ((second, False), (first, True)):
        state, _, exchange = tasks.poll(trial, task)
        has_ended = state in ENDS
        if ended and not has_ended:
            trial.find("task.finished", shown(state), exchange)
        elif has_ended and not ended:
            trial.find("task.held", shown(state), exchange, why="the other task was finished")


def expect_states(trial: Trial, task: CreatedTask, end: str, exchange: LiveExchange) -> None:
    """Judge that a task came through all of its states to an end, one after the other, as its records say them."""
    expected = _in_a_row([*task.steps(trial), end], task)
    states = _in_a_row([state for _, state in task.course], task)
    if states != expected:
        known = Observed.load().course(task.maker, states, end)
        trial.find("task.states", shown(states), exchange, known=known, states=", ".join(expected))


def _in_a_row(states: Iterable[Any], task: CreatedTask) -> list[Any]:
    return [word for word, _ in groupby(map(task.word, states))]


def _lasted(trial: Trial, data: Mapping[str, Any], seconds: int, exchange: LiveExchange) -> None:
    # Another unit is told of by itself, on each poll.
    if data.get("costTime") not in (seconds, seconds * 1000):
        trial.find("task.lasted", shown(data.get("costTime")), exchange, seconds=seconds)


def _times_agree(trial: Trial, data: Mapping[str, Any], exchange: LiveExchange) -> None:
    created, completed, cost = (data.get(name) for name in ("createTime", "completeTime", "costTime"))
    if not (isinstance(created, int) and isinstance(completed, int) and isinstance(cost, int)):
        return
    seconds = (completed - created) // 1000
    # One that has not come yet is told of on the poll, and no measure of costTime.
    is_to_come = completed > tasks.now() + NEAR + 3000 * tasks.SECONDS
    if seconds >= 0 and cost < seconds - 1 and not is_to_come:
        trial.find("record.cost_time", shown(cost), exchange, seconds=seconds)
