"""Cases of the callbacks of an endpoint's tasks: each stage once, in order, signed, saying what the record says."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from msgspec.structs import replace

from fakie_contract.cases.case import Case
from fakie_contract.cases.endpoint import asked
from fakie_contract.cases.endpoint.life import without_fallback
from fakie_contract.cases.endpoint.made import EndpointTask
from fakie_contract.cases.task import tasks
from fakie_contract.cases.task.callbacks import expect_none, retried, unsigned
from fakie_contract.checks.family_way import result_of_failure
from fakie_contract.checks.told_twice import callback_agrees
from fakie_contract.http.callback_listener import CallbackInbox, Received
from fakie_contract.http.exchange import LiveExchange
from fakie_contract.trial import answers
from fakie_contract.trial.callbacks import (
    HOOK_KEY,
    expect_count,
    inbox_for,
    judge_request,
    judge_signature,
)
from fakie_contract.trial.keys import TargetAccount
from fakie_contract.trial.trial import Trial
from fakie_schemas.families.family import ENDS, FamilyEndpoint

_AGAIN = "a second callback"


def callback_cases(endpoint: FamilyEndpoint, sends: Any) -> Iterator[Case]:
    """Return the cases of the callbacks of an endpoint's tasks; `sends` are the requests that one of them makes."""
    stages = ", ".join((*(stage.name for stage in endpoint.makes.stages), "the end"))
    for name, what, run in (
        ("success", f"once for each of {stages}; signed, as the record says", _success),
        ("failure", "one that tells of the failure, signed, as the record says", _failure),
        ("unsigned", "no signature for an account without a webhook key", partial(unsigned, asked.start)),
        ("refused", "none for a refused request", _refused),
        ("retried", "sent again when the receiver answers 500", partial(retried, asked.start)),
    ):
        case = Case(f"{endpoint.name}::callback::{name}", what, run, "may_cost", endpoint.name, sends=sends)
        yield replace(case, needs_levers=run is not _success)


def _success(trial: Trial) -> None:
    inbox = inbox_for(trial)
    account = tasks.own_clock(trial, webhook_key=HOOK_KEY)
    if account is not None:
        _by_levers(trial, account, inbox, {})
        return
    task = asked.start(trial, trial.account(), inbox)
    state, data, exchange = tasks.last_poll(trial, task, moved=False)
    if state in ENDS:
        wanted = task.due(state)
        came = inbox.wait(len(wanted), trial.env.patience)
        if len(came) == len(wanted):
            came = inbox.wait(len(wanted) + 1, trial.env.linger(_AGAIN))
        expect_count(trial, came, len(wanted), "once the task has ended", exchange)
        for stage, received in zip(wanted, came, strict=False):
            _judge(trial, task, stage, received, data, exchange)


def _failure(trial: Trial) -> None:
    code, words = next(iter(trial.endpoint.makes.failures.items()))
    ordered = {"outcome": "fail", "code": code, "msg": words.msg}
    _by_levers(trial, tasks.moved(trial, webhook_key=HOOK_KEY), inbox_for(trial), ordered)


def _by_levers(trial: Trial, account: TargetAccount, inbox: CallbackInbox, ordered: dict[str, Any]) -> None:
    """Follow a task second by second: at each no more and no fewer callbacks than its states have come to."""
    other = without_fallback(trial.endpoint) if ordered else None
    task = asked.start(trial, account, inbox, {**tasks.BY_TIME, **ordered}, other)
    if ordered:
        task.is_to_fail(ordered["code"], ordered["msg"])
    judged: tuple[Received, ...] = ()
    for state, data, exchange in tasks.polls(trial, task, moved=True):
        wanted = task.due(state)
        has_more = len(wanted) > len(judged)
        came = inbox.wait(len(wanted), trial.env.patience if has_more else trial.env.moment("an early callback"))
        for stage, received in zip(wanted[len(judged) :], came[len(judged) :], strict=False):
            _judge(trial, task, stage, received, data, exchange, HOOK_KEY)
        if len(came) != len(wanted):
            expect_count(trial, came, len(wanted), f"while the record shows {task.word(state)}", exchange)
            return
        judged = came
    tasks.advance(trial, account, 3600)
    expect_count(
        trial,
        inbox.wait(len(judged) + 1, trial.env.linger(_AGAIN)),
        len(judged),
        "once all were answered",
        exchange,
    )


def _judge(
    trial: Trial,
    task: EndpointTask,
    stage: str,
    came: Received,
    data: Any,
    exchange: LiveExchange,
    key: str | None = None,
) -> None:
    judge_request(trial, came, task.account.key, exchange)
    if not isinstance(came.json, dict):
        trial.find("callback.body", came.shown(), exchange)
        return
    found, telling = list(task.told.judge_callback(stage, came.json)), task.told.telling
    found += result_of_failure(telling, stage, came.json)
    if stage == task.course[-1][1]:
        found += callback_agrees(telling.record(stage, data), telling.callback(stage, came.json))
    trial.note(found, exchange)
    judge_signature(trial, came, task.id, key, exchange, task.ahead)


def _refused(trial: Trial) -> None:
    inbox, account = inbox_for(trial), tasks.moved(trial)
    good = {**asked.good_body(trial, trial.endpoint, account), trial.endpoint.callback: inbox.url}
    exchange = trial.create(asked.refused_body(trial, trial.endpoint, good), account)
    tasks.advance(trial, account, 3600)
    if answers.expect_refused(trial, [("field_missing", exchange)]):
        expect_none(trial, inbox, exchange)
