"""The levers of orders: faults, transport faults, plans and scenarios."""

from collections.abc import Callable
from typing import Any

from fakie.core.control.arguments import FAULT, PLAN, SCENARIO, TRANSPORT_FAULT
from fakie.core.control.control import Control
from fakie.core.control.errors import nothing_waits
from fakie.core.levers import shown
from fakie.core.levers.lever import ACCOUNT_QUERY, Call, Lever
from fakie_schemas.decimals import whole_number
from fakie_schemas.scenario_files import scenario_names


def order_levers(control: Control) -> tuple[Lever, ...]:
    """Return every lever on the orders of one fake."""
    return (
        *_waiting(control, "/faults", "fault", "faults"),
        Lever(
            "fault",
            "POST",
            "/faults",
            "orders a situation or a code for coming requests",
            lambda call: shown.order(control.orders.add_fault(**call.body)),
            FAULT,
            done="The fault waits for its requests.",
        ),
        *_waiting(control, "/spoils", "transport_fault", "transport faults"),
        Lever(
            "transport_fault",
            "POST",
            "/spoils",
            "orders a transport fault for the answers to coming requests",
            lambda call: shown.order(control.orders.add_transport_fault(**call.body)),
            TRANSPORT_FAULT,
            done="The transport fault waits for its answers.",
        ),
        *_waiting(control, "/plans", "plan", "orders for coming tasks"),
        Lever(
            "plan",
            "POST",
            "/plans",
            "orders how coming tasks will go",
            lambda call: shown.order(control.orders.add_plan(**call.body)),
            PLAN,
            done="The plan waits for its tasks.",
        ),
        *_scenarios(control),
    )


def _waiting(control: Control, path: str, one: str, what: str) -> tuple[Lever, ...]:
    """Return the levers that list the orders of a kind and take them back."""
    orders, kind = control.orders, f"{one}s"

    def remove_one(call: Call) -> None:
        name = call.names[0]
        number = whole_number(name)
        if number is None:
            raise nothing_waits(name)
        orders.remove(kind, number)

    listed: Callable[[Call], Any] = lambda _: [shown.order(order) for order in orders.books[kind]]  # noqa: E731
    return (
        Lever(kind, "GET", path, f"the {what} that wait", listed),
        Lever(f"drop_{kind}", "DELETE", path, f"takes all {what} back", lambda _: {"removed": orders.remove(kind)}),
        Lever(f"drop_{one}", "DELETE", f"{path}/{{id}}", f"takes one of the {what} back", remove_one),
    )


def _scenarios(control: Control) -> tuple[Lever, ...]:
    scenarios = control.scenarios

    def play(call: Call) -> Any:
        scenarios.play(**call.body)
        return [shown.playing(one) for one in scenarios.playing]

    return (
        Lever(
            "scenarios",
            "GET",
            "/scenarios",
            "the scenarios that are played, and the names of the ready ones",
            lambda _: {"playing": [shown.playing(one) for one in scenarios.playing], "ready": list(scenario_names())},
        ),
        Lever(
            "play",
            "POST",
            "/scenarios",
            "plays a scenario, for one account or for all",
            play,
            SCENARIO,
            done="The scenario is played.",
        ),
        Lever(
            "drop_scenarios",
            "DELETE",
            "/scenarios",
            "ends all scenarios; ?account= ends that of one",
            lambda call: {"removed": scenarios.stop(call.request.argument("account"))},
            query=ACCOUNT_QUERY,
        ),
    )
