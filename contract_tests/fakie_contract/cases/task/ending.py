"""The end of a task of which nothing was ordered: that it came, in its time, and what became of the balance."""

import json
import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

from fakie_contract.cases.task.created import CreatedTask
from fakie_contract.http.exchange import LiveExchange, shown
from fakie_contract.purse.amounts import plain
from fakie_contract.trial.money import ROUNDING, now_left
from fakie_contract.trial.trial import NotProvokable, Trial
from fakie_schemas.families.family import ENDS

# How long (s) the pages advise to wait at most.
_GIVE_UP = 900


def judge_end(trial: Trial, task: CreatedTask, state: Any, data: Mapping[str, Any], exchange: LiveExchange) -> None:
    """Judge the end of a task of which nothing was ordered; raises NotProvokable when it had none.

    A task that fails, or takes longer than usual, is a finding, and so is a balance that has moved since its creation.
    Of a task that several cases follow, the first tells.
    """
    is_news = state not in task.judged
    task.judged.append(state)
    if state not in ENDS:
        _judge_unfinished(trial, task, state, exchange if is_news else None)
    if not is_news:
        return
    if state == "fail":
        # Nobody knows whether the media that it names could be read.
        media = {name: value for name, value in task.sent.items() if name != trial.endpoint.callback}
        mark = "inf" if trial.env.target.live and "://" in json.dumps(media) else ""
        trial.find("task.failed", f"fail: {shown(task.failure_in(data))}", exchange, evidence=mark)
    judge_money(trial, task, state, data, exchange)


def _judge_unfinished(trial: Trial, task: CreatedTask, shows: Any, exchange: LiveExchange | None) -> NoReturn:
    """Judge that a task has not ended; `exchange` is what told so first.

    Raises NotProvokable, as there is no end to judge.
    """
    env, state = trial.env, task.word(shows)
    if time.monotonic() > env.deadline:
        raise NotProvokable(f"the task was still {state} when the run reached its time limit")
    waited, usual = env.patience_for(task.maker), env.usual_seconds(task.maker)
    env.is_stuck = True
    if waited >= usual and exchange is not None:
        # Longer than the pages advise to wait.
        mark = "doc" if waited >= _GIVE_UP else ""
        facts = {"usual": f"{usual:g}", "waited": f"{waited:g}"}
        trial.find("task.unfinished", shown(state), exchange, evidence=mark, **facts)
    raise NotProvokable(f"the task was still {state} after {waited:g} s; its kind usually takes {usual:g} s")


def judge_money(trial: Trial, task: CreatedTask, state: Any, data: Mapping[str, Any], exchange: LiveExchange) -> None:
    """Judge what the task says that it has cost, and the balance after its end."""
    cost, consumed = task.cost, data.get("creditsConsumed")
    if cost.before is None or cost.after is None or cost.fall is None:
        return
    failed = state == "fail"
    if not failed and isinstance(consumed, int | float) and abs(Decimal(str(consumed)) - cost.fall) > ROUNDING:
        trial.find("account.consumed", shown(consumed), exchange, credits=plain(cost.fall))
    now, expected = now_left(trial, task.account), cost.before if failed else cost.after
    # What another task of a shared account was given back meanwhile may raise the balance.
    if now is not None and (now < expected - ROUNDING or (task.account.own and now > expected + ROUNDING)):
        why = "the failed task's price is given back" if failed else "it succeeded, at the price taken before"
        trial.find("account.balance", plain(now), exchange, "", credits=plain(expected), why=why)
