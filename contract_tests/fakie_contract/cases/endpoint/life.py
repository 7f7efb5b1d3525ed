"""Cases of the tasks that an endpoint makes: through the states of its family to each end, told by records."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from msgspec.structs import replace

from fakie_contract.cases.case import Case
from fakie_contract.cases.endpoint import asked
from fakie_contract.cases.endpoint.made import EndpointTask
from fakie_contract.cases.task import tasks
from fakie_contract.cases.task.accounts import private
from fakie_contract.cases.task.ending import judge_end, judge_money
from fakie_contract.cases.task.files import download_again, downloaded_from, judge_urls, made_files
from fakie_contract.cases.task.life import expect_states, held, polled
from fakie_contract.checks.agreement import changed_values
from fakie_contract.http.exchange import shown
from fakie_contract.trial.trial import Trial
from fakie_schemas.families.family import FamilyEndpoint

# What moves on once a task has ended (s).
_LATER = 3600


def life_cases(endpoint: FamilyEndpoint, sends: Any) -> Iterator[Case]:
    """Return the cases of an endpoint's tasks; `sends` are the requests that one of them makes."""
    for name, what, run in (
        ("success", "by time, through every state to success; the results can be downloaded, and stay", _success),
        ("polled", "poll by poll, no state skipped", partial(polled, asked.start)),
        ("held", "a task that is held stays as it is", partial(held, asked.start)),
        ("private", "another account does not see the task", partial(private, asked.start)),
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


def _success(trial: Trial) -> None:
    account = tasks.own_clock(trial)
    is_moved = account is not None
    task = asked.start(trial, account or trial.account(), course=tasks.BY_TIME if is_moved else None)
    state, data, exchange = tasks.last_poll(trial, task, moved=is_moved)
    if is_moved:
        expect_states(trial, task, "success", exchange)
    judge_end(trial, task, state, data, exchange)
    if state == "fail":
        return
    files = made_files(task.told.telling.record("success", data))
    judge_urls(trial, task.id, files, exchange)
    came = downloaded_from(trial, files, task.maker)
    _stays(trial, task, data, is_moved=is_moved)
    download_again(trial, came)


def _stays(trial: Trial, task: EndpointTask, data: Any, *, is_moved: bool) -> None:
    if is_moved:
        tasks.advance(trial, task.account, _LATER)
    _, again, exchange = tasks.poll(trial, task)
    trial.note(changed_values(data, again), exchange)


def _failing(trial: Trial, code: str, other: Mapping[str, Any]) -> EndpointTask:
    course = {**tasks.BY_TIME, "outcome": "fail", "code": code}
    return asked.start(trial, tasks.moved(trial), course=course, other=other)


def _failure(code: str, msg: str, trial: Trial) -> None:
    task = _failing(trial, code, without_fallback(trial.endpoint))
    task.is_to_fail(code, msg)
    state, data, exchange = tasks.last_poll(trial, task, moved=True)
    if state != "fail":
        trial.find("task.not_failed", shown(data), exchange, code=code)
        return
    expect_states(trial, task, "fail", exchange)
    judge_money(trial, task, state, data, exchange)


def _fallback(code: str, trial: Trial) -> None:
    task = _failing(trial, code, trial.endpoint.makes.fallback["when"])
    state, data, exchange = tasks.last_poll(trial, task, moved=True)
    told = {told.fact: told.value for told in task.told.telling.record(state, data)}
    if state != "success" or told.get("fallback", True) is not True:
        trial.find("task.fallback", shown(data), exchange, code=code)
