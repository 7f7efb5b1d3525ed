"""Cases of the callbacks of an endpoint's tasks: each stage once, in order, signed, saying what the record says."""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from fakie_contract.cases.case import Case
from fakie_contract.cases.endpoint import asked
from fakie_contract.cases.endpoint.asked import Followed
from fakie_contract.cases.endpoint.life import without_fallback
from fakie_contract.cases.task import tasks
from fakie_contract.cases.task.callbacks import expect_none
from fakie_contract.checks.family_way import result_of_failure
from fakie_contract.checks.told_twice import callback_agrees
from fakie_contract.http.callback_listener import CallbackInbox, Received
from fakie_contract.http.exchange import LiveExchange, shown
from fakie_contract.trial import answers
from fakie_contract.trial.callbacks import (
    HOOK_KEY,
    expect_count,
    inbox_for,
    judge_request,
    judge_signature,
    judge_unsigned,
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
        ("unsigned", "no signature for an account without a webhook key", _unsigned),
        ("refused", "none for a refused request", _refused),
        ("retried", "sent again when the receiver answers 500", _retried),
    ):
        case = Case(f"{endpoint.name}::callback::{name}", what, run, "may_cost", endpoint.name, sends=sends)
        yield replace(case, needs_levers=run is not _success)


def _success(trial: Trial) -> None:
    inbox = inbox_for(trial)
    account = tasks.own_clock(trial, webhook_key=HOOK_KEY)
    if account is not None:
        _by_levers(trial, account, inbox, {})
        return
    one = asked.start(trial, trial.account(), inbox)
    *_, (state, data, exchange) = asked.waits(trial, one)
    if state in ENDS:
        wanted = [*(stage.name for stage in one.task.endpoint.makes.stages if state == "success"), state]
        came = inbox.wait(len(wanted), trial.env.patience)
        if len(came) == len(wanted):
            came = inbox.wait(len(wanted) + 1, trial.env.linger(_AGAIN))
        expect_count(trial, came, len(wanted), "once the task has ended", exchange)
        for stage, received in zip(wanted, came, strict=False):
            _judge(trial, one, stage, received, data, exchange)


def _failure(trial: Trial) -> None:
    code, words = next(iter(trial.endpoint.makes.failures.items()))
    ordered = {"outcome": "fail", "code": code, "msg": words.msg}
    _by_levers(trial, tasks.moved(trial, webhook_key=HOOK_KEY), inbox_for(trial), ordered)


def _by_levers(trial: Trial, account: TargetAccount, inbox: CallbackInbox, ordered: dict[str, Any]) -> None:
    """Follow a task second by second: at each no more and no fewer callbacks than its states have come to."""
    plan = {"by": "time", "seconds": tasks.SECONDS, **ordered}
    one = asked.start(trial, account, inbox, plan, without_fallback(trial.endpoint) if ordered else None)
    if ordered:
        one = asked.with_failure(one, ordered["code"], ordered["msg"])
    judged: tuple[Received, ...] = ()
    for state, data, exchange in asked.moves(trial, one):
        wanted = _due(one, state)
        has_more = len(wanted) > len(judged)
        came = inbox.wait(len(wanted), trial.env.patience if has_more else trial.env.moment("an early callback"))
        for stage, received in zip(wanted[len(judged) :], came[len(judged) :], strict=False):
            _judge(trial, one, stage, received, data, exchange, HOOK_KEY)
        if len(came) != len(wanted):
            expect_count(trial, came, len(wanted), f"while the record shows {one.task.telling.word(state)}", exchange)
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


def _due(one: Followed, state: str) -> list[str]:
    """Return the callbacks that are due by a state, in their order: of the stages that were come to, and of the end."""
    stages, order = one.task.endpoint.makes.stages, one.task.telling.states
    if state == "success":
        return [*(stage.name for stage in stages), state]
    passed = [seen for seen, _ in one.polls if seen in order]
    reached = max((order.index(seen) for seen in passed), default=-1)
    due = [stage.name for stage in stages if order.index(stage.state) <= reached]
    return [*due, state] if state in ENDS else due


def _judge(
    trial: Trial, one: Followed, stage: str, came: Received, data: Any, exchange: LiveExchange, key: str | None = None
) -> None:
    judge_request(trial, came, one.account.key, exchange)
    if not isinstance(came.json, dict):
        trial.find("callback.body", came.shown(), exchange)
        return
    found = list(one.task.judge_callback(stage, came.json))
    telling = one.task.telling
    found += result_of_failure(telling, stage, came.json)
    if stage == one.polls[-1][0]:
        found += callback_agrees(telling.record(stage, data), telling.callback(stage, came.json))
    trial.note(found, exchange)
    judge_signature(trial, came, one.id, key, exchange, one.ahead)


def _unsigned(trial: Trial) -> None:
    _, came, exchange = _first(trial, inbox_for(trial), tasks.moved(trial, webhook_key=None))
    for one in came[:1]:
        judge_unsigned(trial, one, exchange)


def _first(
    trial: Trial, inbox: CallbackInbox, account: TargetAccount
) -> tuple[Followed, tuple[Received, ...], LiveExchange]:
    one = asked.start(trial, account, inbox, {"by": "time", "seconds": tasks.SECONDS})
    tasks.advance(trial, account, tasks.SECONDS)
    # Before any poll: whoever waits for the callback asks for nothing.
    came = inbox.wait(1, trial.env.patience)
    _, _, exchange = asked.poll(trial, one)
    expect_count(trial, came[:1], 1, "once the task has ended, before anybody asked for it", exchange)
    return one, came, exchange


def _refused(trial: Trial) -> None:
    inbox, account = inbox_for(trial), tasks.moved(trial)
    good = {**asked.good_body(trial, trial.endpoint, account), trial.endpoint.callback: inbox.url}
    exchange = trial.create(asked.refused_body(trial, trial.endpoint, good), account)
    tasks.advance(trial, account, 3600)
    if answers.expect_refused(trial, [("field_missing", exchange)]):
        expect_none(trial, inbox, exchange)


def _retried(trial: Trial) -> None:
    inbox, account = inbox_for(trial, 500), tasks.moved(trial, webhook_key=HOOK_KEY)
    one, came, exchange = _first(trial, inbox, account)
    # Nobody knows the gaps between the tries, so time goes on until there is another.
    known = came
    for _ in range(40):
        again = next((late for at, late in enumerate(known) if late.body in [been.body for been in known[:at]]), None)
        if again is not None:
            judge_request(trial, again, account.key, exchange)
            judge_signature(trial, again, one.id, HOOK_KEY, exchange)
            return
        tasks.advance(trial, account, 5)
        known = inbox.wait(len(known) + 1, 0.05)
    if came:
        trial.find("callback.sent_again", shown(came[0].json), exchange)
