"""Plans of tasks, and the results that were ordered for them, as data."""

import base64
from collections.abc import Mapping
from typing import Any

from fakie.core.tasks.plans import HeldPlan, Plan, PolledPlan, TimedPlan
from fakie.core.tasks.result_order import OwnFile, ResultOrder


def plan_data(plan: Plan) -> dict[str, Any]:
    """Return a plan as JSON data: its kind, and what that kind has."""
    if isinstance(plan, TimedPlan):
        return {"by": "time", "steps": [list(step) for step in plan.steps]}
    if isinstance(plan, PolledPlan):
        return {"by": "polls", "states": list(plan.states), "ends_after": plan.ends_after}
    if isinstance(plan, HeldPlan):
        return {"by": "hold", "held": plan.held, "ends_after": plan.ends_after}
    raise TypeError(f"a plan of no known kind: {plan!r}")


def read_plan(data: Mapping[str, Any]) -> Plan:
    """Return the plan of such data."""
    if data["by"] == "time":
        return TimedPlan(tuple((state, begins) for state, begins in data["steps"]))
    if data["by"] == "polls":
        return PolledPlan(tuple(data["states"]), data["ends_after"])
    return HeldPlan(data["held"], data["ends_after"])


def result_data(result: ResultOrder | None) -> dict[str, Any] | None:
    """Return an ordered result as JSON data, its files as Base64."""
    if result is None:
        return None
    files = [
        {"content": base64.b64encode(one.content).decode(), "content_type": one.content_type, "suffix": one.suffix}
        for one in result.files
    ]
    return {"files": files, "trouble": result.trouble}


def read_result(data: Mapping[str, Any] | None) -> ResultOrder | None:
    """Return the ordered result of such data."""
    if data is None:
        return None
    files = (
        OwnFile(base64.b64decode(one["content"], validate=True), one["content_type"], one["suffix"])
        for one in data["files"]
    )
    return ResultOrder(tuple(files), data["trouble"])
