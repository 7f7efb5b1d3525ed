"""Plans of tasks, and the results that were ordered for them, as data."""

import base64
from collections.abc import Mapping
from typing import Any

from fakie.core.kept.typed import typed
from fakie.core.tasks.plans import HeldPlan, Plan, PolledPlan, TimedPlan
from fakie.core.tasks.result_order import ResultOrder

_KINDS: Mapping[str, type[TimedPlan | PolledPlan | HeldPlan]] = {
    "time": TimedPlan,
    "polls": PolledPlan,
    "hold": HeldPlan,
}


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
    plan = typed(data, _KINDS[data["by"]])
    if not (plan.held if isinstance(plan, HeldPlan) else plan.steps if isinstance(plan, TimedPlan) else plan.states):
        raise ValueError("a plan without a state")
    return plan


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
    # Base64 is how bytes are read.
    return None if data is None else typed(data, ResultOrder)
