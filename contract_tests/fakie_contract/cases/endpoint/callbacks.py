"""Cases of the callbacks of an endpoint's tasks: each stage once, in order, signed, saying what the record says."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from msgspec.structs import replace

from fakie_contract.cases.case import Case
from fakie_contract.cases.endpoint import asked
from fakie_contract.cases.endpoint.life import without_fallback
from fakie_contract.cases.task import tasks
from fakie_contract.cases.task.callbacks import expect_none, once_ended, retried, steadily, unsigned
from fakie_contract.trial import answers
from fakie_contract.trial.callbacks import HOOK_KEY, inbox_for
from fakie_contract.trial.trial import Trial
from fakie_schemas.families.family import FamilyEndpoint


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
    if account is None:
        once_ended(trial, asked.start(trial, trial.account(), inbox), inbox)
    else:
        task = asked.start(trial, account, inbox, tasks.BY_TIME)
        steadily(trial, task, inbox, tasks.polls(trial, task, moved=True))


def _failure(trial: Trial) -> None:
    inbox, account = inbox_for(trial), tasks.moved(trial, webhook_key=HOOK_KEY)
    code, words = next(iter(trial.endpoint.makes.failures.items()))
    course = {**tasks.BY_TIME, "outcome": "fail", "code": code, "msg": words.msg}
    task = asked.start(trial, account, inbox, course, without_fallback(trial.endpoint))
    task.is_to_fail(code, words.msg)
    steadily(trial, task, inbox, tasks.polls(trial, task, moved=True))


def _refused(trial: Trial) -> None:
    inbox, account = inbox_for(trial), tasks.moved(trial)
    good = {**asked.good_body(trial, trial.endpoint, account), trial.endpoint.callback: inbox.url}
    exchange = trial.create(asked.refused_body(trial, trial.endpoint, good), account)
    tasks.advance(trial, account, 3600)
    if answers.expect_refused(trial, [("field_missing", exchange)]):
        expect_none(trial, inbox, exchange)
