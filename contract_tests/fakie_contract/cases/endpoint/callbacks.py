"""Cases of the callbacks of an endpoint's tasks: each stage once, in order, signed, saying what the record says."""

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from fakie_contract.cases.case import Case
from fakie_contract.cases.endpoint import asked
from fakie_contract.cases.endpoint.asked import SECONDS, Followed
from fakie_contract.cases.endpoint.life import moved, without_fallback
from fakie_contract.cases.task import tasks
from fakie_contract.checks.told import callback_agrees
from fakie_contract.http.callback_listener import CallbackInbox, Received
from fakie_contract.http.exchange import LiveExchange, shown
from fakie_contract.trial import answers
from fakie_contract.trial.callbacks import judge_request, judge_signature
from fakie_contract.trial.keys import TargetAccount
from fakie_contract.trial.trial import OutsideScope, Trial
from fakie_schemas.families.family import FamilyEndpoint
from fakie_schemas.families.telling import ENDS

_HOOK_KEY = "fakie-contract-webhook-key"
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
    inbox = _inbox(trial)
    account = tasks.own_clock(trial, webhook_key=_HOOK_KEY)
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
        _expect(trial, came, len(wanted), "once the task has ended", exchange)
        for stage, received in zip(wanted, came, strict=False):
            _judge(trial, one, stage, received, data, exchange)


def _failure(trial: Trial) -> None:
    code, words = next(iter(trial.endpoint.makes.failures.items()))
    ordered = {"outcome": "fail", "code": code, "msg": words.msg}
    _by_levers(trial, moved(trial, webhook_key=_HOOK_KEY), _inbox(trial), ordered)


def _by_levers(trial: Trial, account: TargetAccount, inbox: CallbackInbox, ordered: dict[str, Any]) -> None:
    """Follow a task second by second: at each no more and no fewer callbacks than its states have come to."""
    plan = {"by": "time", "seconds": SECONDS, **ordered}
    one = asked.start(trial, account, inbox, plan, without_fallback(trial.endpoint) if ordered else None)
    if ordered:
        one = asked.with_failure(one, ordered["code"], ordered["msg"])
    judged: tuple[Received, ...] = ()
    for state, data, exchange in asked.moves(trial, one):
        wanted = _due(one, state)
        has_more = len(wanted) > len(judged)
        came = inbox.wait(len(wanted), trial.env.patience if has_more else trial.env.moment("an early callback"))
        for stage, received in zip(wanted[len(judged) :], came[len(judged) :], strict=False):
            _judge(trial, one, stage, received, data, exchange, _HOOK_KEY)
        if len(came) != len(wanted):
            _expect(trial, came, len(wanted), f"while the record shows {one.task.telling.word(state)}", exchange)
            return
        judged = came
    tasks.advance(trial, account, 3600)
    _expect(
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
    trial: Trial, one: Followed, stage: str, came: Received, data: Any, exchange: LiveExchange, key: str = ""
) -> None:
    judge_request(trial, came, one.account.key, exchange)
    if not isinstance(came.json, dict):
        trial.find("callback.body", came.body[:300].decode("utf-8", "replace"), exchange)
        return
    found = list(one.task.judge_callback(stage, came.json))
    telling = one.task.telling
    if stage == one.polls[-1][0]:
        found += callback_agrees(telling.record(stage, data), telling.callback(stage, came.json))
    trial.note(found, exchange)
    if key:
        judge_signature(trial, came, one.id, key, exchange)


def _unsigned(trial: Trial) -> None:
    _, came, exchange = _first(trial, _inbox(trial), moved(trial, webhook_key=None))
    for name in ("x-webhook-timestamp", "x-webhook-signature"):
        if came and name in came[0].headers:
            trial.find("callback.signed", came[0].headers[name], exchange, f"/callback/headers/{name}")


def _first(
    trial: Trial, inbox: CallbackInbox, account: TargetAccount
) -> tuple[Followed, tuple[Received, ...], LiveExchange]:
    one = asked.start(trial, account, inbox, {"by": "time", "seconds": SECONDS})
    tasks.advance(trial, account, SECONDS)
    # Before any poll: whoever waits for the callback asks for nothing.
    came = inbox.wait(1, trial.env.patience)
    _, _, exchange = asked.poll(trial, one)
    _expect(trial, came[:1], 1, "once the task has ended, before anybody asked for it", exchange)
    return one, came, exchange


def _refused(trial: Trial) -> None:
    inbox, account = _inbox(trial), moved(trial)
    good = {**asked.good_body(trial, trial.endpoint, account), trial.endpoint.callback: inbox.url}
    exchange = trial.create(asked.refused_body(trial, trial.endpoint, good), account)
    tasks.advance(trial, account, 3600)
    if not answers.expect_refused(trial, [("field_missing", exchange)]):
        return
    _expect(trial, inbox.wait(1, trial.env.linger("a callback of a refusal")), 0, "for a refused request", exchange)


def _retried(trial: Trial) -> None:
    inbox, account = _inbox(trial, 500), moved(trial, webhook_key=_HOOK_KEY)
    one, came, exchange = _first(trial, inbox, account)
    # Nobody knows the gaps between the tries, so time goes on until there is another.
    known = came
    for _ in range(40):
        again = next((late for at, late in enumerate(known) if late.body in [been.body for been in known[:at]]), None)
        if again is not None:
            judge_request(trial, again, account.key, exchange)
            judge_signature(trial, again, one.id, _HOOK_KEY, exchange)
            return
        tasks.advance(trial, account, 5)
        known = inbox.wait(len(known) + 1, 0.05)
    if came:
        trial.find("callback.sent_again", shown(came[0].json), exchange)


def _inbox(trial: Trial, *statuses: int) -> CallbackInbox:
    if trial.env.target.live and trial.env.callbacks is None:
        raise OutsideScope("the suite listens on loopback, which the target cannot reach; --callback-url names a way")
    return trial.env.listener().inbox(statuses)


def _expect(trial: Trial, came: tuple[Received, ...], count: int, when: str, exchange: LiveExchange) -> None:
    if len(came) != count:
        got = f"{len(came)}: " + ", ".join(shown(one.json) for one in came[-2:]) if came else "none"
        words = {0: "no callback", 1: "one callback"}.get(count, f"{count} callbacks")
        trial.find("callback.count", got, exchange, count=words, when=when)
