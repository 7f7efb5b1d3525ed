"""Tasks, accounts and orders as the JSON data that levers show."""

from typing import TYPE_CHECKING, Any

from msgspec.structs import asdict

from fakie.core.accounts import CAPS, Account
from fakie.core.control.errors import shown_when
from fakie.core.orders import Fault, Order
from fakie.core.scenario.player import Playing
from fakie.core.tasks.plans import PlanOrder
from fakie.core.tasks.result_order import ResultOrder
from fakie.core.tasks.task import Task
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.recordings.urls import without_openings

if TYPE_CHECKING:
    from fakie.core.control.files import Upload


def task(one: Task, state: str) -> dict[str, Any]:
    """Show a task in its present state."""
    return {
        "task_id": one.id,
        "account": one.account,
        "endpoint": one.endpoint,
        "model": one.model,
        "state": state,
        "created_at": one.created_at,
        "ended_at": one.end.at if one.end else None,
        "polls": one.polls,
        "callback_url": without_openings(one.without_key.callback_url or "") or None,
    }


def account(one: Account) -> dict[str, Any]:
    """Show an account, without its keys."""
    hour, day = one.spent_at(one.clock.now())
    caps = {name: getattr(one, name) for name in CAPS}
    return {
        "account": one.handle,
        "credits": float(one.credits),
        **{name: None if cap is None else float(cap) for name, cap in caps.items()},
        "spent": float(one.spent),
        "hour_spent": float(hour),
        "day_spent": float(day),
        "running": one.running,
        "signs_callbacks": one.webhook_key is not None,
    }


def upload(one: "Upload") -> dict[str, Any]:
    """Show an uploaded file without its content."""
    return {
        "account": one.account,
        "name": one.name,
        "path": one.path,
        "url": one.url,
        "media_type": one.media_type,
        "size": one.size,
        "at": one.at,
    }


def order(one: Order[Any]) -> dict[str, Any]:
    """Show an order that waits; `after` is how many requests are still let through."""
    where = asdict(one.where)
    if callable(one.where.when):
        where["when"] = shown_when(one.where.when)
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
        failure = what.failure and asdict(what.failure)
        shown = {**asdict(what), "failure": failure, "race": what.quirk, "result": _result(what.result)}
        return {"what": shown}
    return {"what": asdict(what)}


def _result(result: ResultOrder | None) -> Any:
    """Show the files of a result by their sizes."""
    if result is None or result.trouble:
        return result and result.trouble
    return [{"bytes": len(one.content), "type": one.content_type, "suffix": one.suffix} for one in result.files]
