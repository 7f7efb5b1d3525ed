"""Cases of the tasks that an endpoint makes: through the states of its family to each end, told by records."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import groupby
from typing import Any, NoReturn

from msgspec.structs import replace

from fakie_contract.cases.case import Case
from fakie_contract.cases.endpoint import asked
from fakie_contract.cases.endpoint.asked import Followed
from fakie_contract.cases.task import tasks
from fakie_contract.cases.task.accounts import expect_balance
from fakie_contract.cases.task.ending import judge_unfinished
from fakie_contract.cases.task.files import download_again, downloaded_from, judge_urls, made_files
from fakie_contract.http.exchange import LiveExchange, shown
from fakie_contract.trial import answers
from fakie_contract.trial.accounts import PLENTY
from fakie_contract.trial.trial import NotProvokable, Trial
from fakie_schemas.families.family import ENDS, FamilyEndpoint

# What moves on once a task has ended (s).
_LATER = 3600


def life_cases(endpoint: FamilyEndpoint, sends: Any) -> Iterator[Case]:
    """Return the cases of an endpoint's tasks; `sends` are the requests that one of them makes."""
    for name, what, run in (
        ("success", "by time, through every state to success; the results can be downloaded, and stay", _success),
        ("polled", "poll by poll, no state skipped", _polled),
        ("held", "a task that is held stays as it is", _held),
        ("private", "another account does not see the task", _private),
    ):
        case = Case(f"{endpoint.name}::life::{name}", what, run, "may_cost", endpoint.name, sends=sends)
        yield replace(case, needs_levers=run is not _success)
    for code in endpoint.makes.fallback.get("codes", ()):
        what = f"where the request wishes for it, a second model does what fails with code {code}"
        name, run = f"{endpoint.name}::life::fallback-{code}", partial(_fallback, code)
        yield Case(name, what, run, "may_cost", endpoint.name, sends=sends, needs_levers=True)
    for code, words in endpoint.makes.failures.items():
        what = f"to failure with code {code}, in the words of the family; the credits come back"
        run = partial(_failure, code, words.msg)
        name = f"{endpoint.name}::life::failure-{code}"
        yield Case(name, what, run, "may_cost", endpoint.name, sends=sends, needs_levers=True)


def without_fallback(endpoint: FamilyEndpoint) -> dict[str, None]:
    """Return the fields that let a second model do what the first one failed at, to be left out."""
    return dict.fromkeys(endpoint.makes.fallback.get("when", ()))


def _expect_states(trial: Trial, one: Followed, exchange: LiveExchange) -> None:
    """Judge that a task came through all states of its family to success, one after the other, as records say them."""
    telling, end = one.task.telling, "success"
    wanted = _in_a_row([*(telling.word(state) for state in telling.states), end])
    seen = _in_a_row(end if state == end else telling.word(state) for state, _ in one.polls)
    if seen != wanted:
        trial.find("task.states", ", ".join(seen), exchange, states=", ".join(wanted))


def _success(trial: Trial) -> None:
    account = tasks.own_clock(trial)
    is_moved = account is not None
    plan = {"by": "time", "seconds": tasks.SECONDS} if is_moved else None
    one = asked.start(trial, account or trial.account(), plan=plan)
    state, data, exchange = list((asked.moves if is_moved else asked.waits)(trial, one))[-1]
    if is_moved:
        _expect_states(trial, one, exchange)
    if state == "fail":
        trial.find("task.failed", f"fail: {shown(data)}", exchange)
        return
    if state != "success":
        _without_end(trial, one, state, exchange, is_moved=is_moved)
    files = made_files(one.task.telling.record("success", data))
    judge_urls(trial, one.id, files, exchange)
    came = downloaded_from(trial, files, trial.endpoint.name)
    _stays(trial, one, data, is_moved=is_moved)
    download_again(trial, came)


def _without_end(trial: Trial, one: Followed, state: str, exchange: LiveExchange, *, is_moved: bool) -> NoReturn:
    """Judge a task without an end, but where the states that it came through, by time that was moved, tell already."""
    word = one.task.telling.word(state)
    if is_moved:
        raise NotProvokable(f"the task was still {word} when the case was given up")
    judge_unfinished(trial, trial.endpoint.name, word, exchange)


def _stays(trial: Trial, one: Followed, data: Any, *, is_moved: bool) -> None:
    if is_moved:
        tasks.advance(trial, one.account, _LATER)
    _, again, exchange = asked.poll(trial, one)
    for name in dict.fromkeys((*data, *again)):
        if data.get(name) != again.get(name):
            before = shown(data.get(name))
            trial.find("task.changed_after_end", shown(again.get(name)), exchange, f"/body/data/{name}", before=before)


def _polled(trial: Trial) -> None:
    account = trial.own_account(credits=PLENTY)
    one = asked.start(trial, account, plan={"by": "polls"})
    for _ in range(3 * tasks.SECONDS):
        state, _, exchange = asked.poll(trial, one)
        if state in ENDS:
            break
    _expect_states(trial, one, exchange)


def _failure(code: str, msg: str, trial: Trial) -> None:
    account = tasks.moved(trial)
    plan = {"by": "time", "seconds": tasks.SECONDS, "outcome": "fail", "code": code}
    one = asked.with_failure(asked.start(trial, account, plan=plan, other=without_fallback(trial.endpoint)), code, msg)
    *_, (state, data, exchange) = asked.moves(trial, one)
    if state != "fail":
        trial.find("task.not_failed", shown(data), exchange, code=code)
        return
    if one.before is not None:
        expect_balance(trial, account, float(one.before), "the failed task's price is given back")


def _fallback(code: str, trial: Trial) -> None:
    account = tasks.moved(trial)
    plan = {"by": "time", "seconds": tasks.SECONDS, "outcome": "fail", "code": code}
    one = asked.start(trial, account, plan=plan, other=trial.endpoint.makes.fallback["when"])
    *_, (state, data, exchange) = asked.moves(trial, one)
    told = {told.fact: told.value for told in one.task.telling.record(state, data)}
    if state != "success" or told.get("fallback", True) is not True:
        trial.find("task.fallback", shown(data), exchange, code=code)


def _held(trial: Trial) -> None:
    account = tasks.moved(trial)
    one = asked.start(trial, account, plan={"by": "hold"})
    tasks.advance(trial, account, _LATER)
    state, _, exchange = asked.poll(trial, one)
    if state in ENDS:
        trial.find("task.held", state, exchange, why="it is held")
    trial.pull("POST", f"/tasks/{one.id}/finish", {}, lever="/tasks/{task_id}/finish")
    state, _, exchange = asked.poll(trial, one)
    if state != "success":
        trial.find("task.finished", state, exchange)


def _private(trial: Trial) -> None:
    owner, other = trial.own_account(), trial.own_account()
    one = asked.start(trial, owner)
    answers.refused(trial, trial.record(one.id, other), "task_unknown", trial.recording)
    asked.poll(trial, one)


def _in_a_row(states: Iterable[str]) -> list[str]:
    return [state for state, _ in groupby(states)]
