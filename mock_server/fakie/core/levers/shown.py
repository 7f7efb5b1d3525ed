"""Tasks, accounts and orders as the JSON data that levers show."""

from dataclasses import asdict
from typing import Any

from fakie.core.accounts import Account
from fakie.core.orders import Fault, Order
from fakie.core.scenario.player import Playing
from fakie.core.tasks.plans import PlanOrder
from fakie.core.tasks.task import Task
from fakie_schemas.catalog.catalog import Catalog


def task(one: Task, state: str) -> dict[str, Any]:
    """Show a task in its present state."""
    return {
        "task_id": one.id,
        "account": one.account,
        "model": one.model,
        "state": state,
        "created_at": one.created_at,
        "ended_at": one.end.at if one.end else None,
        "polls": one.polls,
        "callback_url": one.callback_url,
    }


def account(one: Account) -> dict[str, Any]:
    """Show an account, without its keys."""
    return {"account": one.handle, "credits": one.credits, "signs_callbacks": one.webhook_key is not None}


def order(one: Order[Any]) -> dict[str, Any]:
    """Show an order that waits; `after` is how many requests are still let through."""
    where = asdict(one.where)
    return {"id": one.id, **_what(one.what), **where, "after": one.where.after - one.passed, "used": one.used}


def playing(one: Playing) -> dict[str, Any]:
    """Show a scenario that is played; `began` is in seconds since the epoch."""
    scenario = one.scenario
    steps = [step.id for step in scenario.steps]
    return {
        "scenario": scenario.name,
        "seed": scenario.seed,
        "account": one.account,
        "began": one.began,
        "steps": steps,
    }


def broken_files(catalog: Catalog) -> list[dict[str, str]]:
    """List the files that cannot be used."""
    return [{"file": str(broken.file), "reason": broken.reason} for broken in catalog.broken]


def _what(what: Any) -> dict[str, Any]:
    if isinstance(what, Fault):
        return {"what": what.situation, "msg": what.msg, "status": what.status}
    if isinstance(what, PlanOrder):
        # `race` is the name that `quirk` had before.
        return {"what": {**asdict(what), "race": what.quirk}}
    return {"what": asdict(what)}
