"""Cases of a task's life: by time to its end, poll by poll, and to failure."""

import mimetypes
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from fakie_contract.cases.case import Case
from fakie_contract.cases.task import tasks
from fakie_contract.checks.agreement import changed_in_any
from fakie_contract.http.client import NoAnswer
from fakie_contract.http.exchange import LiveExchange, SentRequest, curl_line, shown
from fakie_contract.trial.trial import NotProvokable, Trial
from fakie_schemas.catalog.observed import Observed
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.validator import is_absolute_http_url

_FAILURE = {"code": "422", "msg": "the audio could not be read"}


def life_cases(revision: Revision) -> Iterator[Case]:
    """Return the cases of one model's tasks."""
    model: str = revision.facts["model"]
    for name, what, run, count in (
        ("success", "by time, through every state to success; the result can be downloaded", _success, 1),
        ("polled", "poll by poll, no state skipped", _polled, 1),
        ("failure", "to failure: still code 200, and why it failed", _failure, 1),
        ("held", "a task that is held stays as it is", _held, 1),
        ("two-tasks", "two tasks of one account go their own ways", _two, 2),
    ):
        sends = partial(tasks.bodies, revision, count)
        case = Case(f"{model}::life::{name}", what, partial(run, revision), "may_cost", model, sends=sends)
        is_shared = run is _success
        yield replace(case, needs_levers=not is_shared, shares=f"{model}::followed" if is_shared else "")


def _success(revision: Revision, trial: Trial) -> None:
    account = tasks.own_clock(trial)
    moved = account is not None
    if account is not None:
        tasks.plan(trial, account, by="time", seconds=tasks.SECONDS)
    if trial.bench.target.live:
        task, _ = tasks.followed(trial, revision)
    else:
        task = tasks.start(trial, account or trial.account(), revision)
    states, data, exchange = _followed(trial, task, moved)
    if not moved and data.get("state") not in tasks.ENDS:
        raise tasks.unfinished(trial, data.get("state"))
    if moved:
        _expect_states(trial, states, trial.bench.profile, "success", exchange)
        _lasted(trial, data, tasks.SECONDS, exchange)
    _times_agree(trial, data, exchange)
    if data.get("state") == "success":
        _results(trial, data)
    if account is not None:
        tasks.advance(trial, account, 3600)
    again, other = tasks.poll(trial, task)
    if data.get("state") in tasks.ENDS:
        trial.note(changed_in_any(data, again), other)


def _polled(revision: Revision, trial: Trial) -> None:
    account = trial.own_account(credits=100)
    tasks.plan(trial, account, by="polls")
    task = tasks.start(trial, account, revision)
    states, _, exchange = _followed(trial, task, moved=True)
    _expect_states(trial, states, trial.bench.profile, "success", exchange)


def _failure(revision: Revision, trial: Trial) -> None:
    account = tasks.own_clock(trial)
    if account is None:
        raise NotProvokable("the target has no levers to make a task fail")
    tasks.plan(trial, account, by="time", seconds=tasks.SECONDS, outcome="fail", **_FAILURE)
    task = tasks.start(trial, account, revision)
    states, data, exchange = _followed(trial, task, moved=True)
    _expect_states(trial, states, trial.bench.profile, "fail", exchange)
    for name, expected in (("failCode", _FAILURE["code"]), ("failMsg", _FAILURE["msg"])):
        if data.get(name) != expected:
            trial.find("task.failure_words", shown(data.get(name)), exchange, f"/body/data/{name}", wanted=expected)
    _times_agree(trial, data, exchange)


def _held(revision: Revision, trial: Trial) -> None:
    account = tasks.own_clock(trial)
    if account is None:
        raise NotProvokable("the target has no levers to hold a task")
    tasks.plan(trial, account, by="hold")
    task = tasks.start(trial, account, revision)
    tasks.advance(trial, account, 3600)
    data, exchange = tasks.poll(trial, task)
    if data.get("state") in tasks.ENDS:
        trial.find("task.held", shown(data.get("state")), exchange, why="it is held")
    trial.pull("POST", f"/tasks/{task.id}/finish", {}, lever="/tasks/{task_id}/finish")
    data, exchange = tasks.poll(trial, task)
    if data.get("state") != "success":
        trial.find("task.finished", shown(data.get("state")), exchange)


def _two(revision: Revision, trial: Trial) -> None:
    account = tasks.own_clock(trial)
    if account is None:
        raise NotProvokable("the target has no levers to hold and finish tasks")
    tasks.plan(trial, account, by="hold", times=2)
    first, second = (tasks.start(trial, account, revision) for _ in range(2))
    trial.pull("POST", f"/tasks/{first.id}/finish", {}, lever="/tasks/{task_id}/finish")
    for task, ended in ((second, False), (first, True)):
        data, exchange = tasks.poll(trial, task)
        has_ended = data.get("state") in tasks.ENDS
        if ended and not has_ended:
            trial.find("task.finished", shown(data.get("state")), exchange)
        elif has_ended and not ended:
            trial.find("task.held", shown(data.get("state")), exchange, why="the other task was finished")


def _followed(trial: Trial, task: tasks.CreatedTask, moved: bool) -> tuple[list[Any], Mapping[str, Any], LiveExchange]:
    seen = list(tasks.polls(trial, task, moved))
    shown_states = [data.get("state") for data, _ in seen]
    states = [state for number, state in enumerate(shown_states) if number == 0 or state != shown_states[number - 1]]
    return states, *tasks.last_poll(iter(seen))


def _expect_states(trial: Trial, states: list[Any], profile: Profile, end: str, exchange: LiveExchange) -> None:
    steps = profile.habits.steps(trial.model or "")
    expected = [*(str(state) for state, _ in steps[:-1]), end]
    if states != expected:
        known = Observed.load().course(trial.model or "", states, end)
        trial.find("task.states", shown(states), exchange, known=known, states=", ".join(expected))


def _lasted(trial: Trial, data: Mapping[str, Any], seconds: int, exchange: LiveExchange) -> None:
    # Another unit is told of by itself, on each poll.
    if data.get("costTime") not in (seconds, seconds * 1000):
        trial.find("task.lasted", shown(data.get("costTime")), exchange, seconds=seconds)


def _times_agree(trial: Trial, data: Mapping[str, Any], exchange: LiveExchange) -> None:
    created, completed, cost = (data.get(name) for name in ("createTime", "completeTime", "costTime"))
    if not (isinstance(created, int) and isinstance(completed, int) and isinstance(cost, int)):
        return
    seconds = (completed - created) // 1000
    if seconds >= 0 and cost < seconds - 1:
        trial.find("record.cost_time", shown(cost), exchange, seconds=seconds)


def _results(trial: Trial, data: Mapping[str, Any]) -> None:
    """Download the files of a result; what else is wrong with it is told of on each poll."""
    result = tasks.decoded(data.get("resultJson"))
    urls = result.get("resultUrls") if isinstance(result, dict) else None
    for url in urls if isinstance(urls, list) else ():
        if isinstance(url, str) and is_absolute_http_url(url):
            _downloads(trial, url)


def _downloads(trial: Trial, url: str) -> None:
    line = curl_line(url, SentRequest("GET", ""))
    try:
        answer = trial.bench.client.download(url)
    except NoAnswer as error:
        trial.find("result.unreachable", str(error), line, url=url)
        return
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    expected = mimetypes.guess_type(urlsplit(url).path)[0]
    # Not answer.shown(): what came may be a file of any size and kind.
    got = f"HTTP {answer.status}, {kind or 'no content type'}, {len(answer.body)} bytes"
    if answer.status != 200 or not answer.body:
        trial.find("result.file", got, line, url=url)
    elif expected and kind != expected:
        trial.find("result.file_type", got, line, wanted=expected)
    elif not expected and kind.partition("/")[0] not in {"audio", "image", "video"}:
        trial.find("result.media_type", got, line)
