"""Orders as data; one that goes by a function is of Python alone, and is not kept."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from msgspec import to_builtins

from fakie.core.kept.typed import fields_of, plain, typed
from fakie.core.orders import Fault, Order, OrderScope
from fakie.core.tasks.plans import PlanOrder
from fakie.core.transport_faults import TransportFault

_KINDS: Mapping[str, type[Fault | TransportFault | PlanOrder]] = {
    "faults": Fault,
    "transport_faults": TransportFault,
    "plans": PlanOrder,
}
_KEPT = fields_of(Order, {"what", "where"}, asked=dict[str, int])
_WHERE = fields_of(OrderScope, (), when=str | dict[str, Any] | None)


def order_data(order: Order[Any]) -> dict[str, Any]:
    """Return an order as JSON data; raises TypeError for one that goes by a function."""
    if callable(order.where.when):
        raise TypeError("an order that goes by a function of Python cannot be written down")
    data: dict[str, Any] = to_builtins(order)
    return data


def read_order(kind: str, data: Mapping[str, Any]) -> Order[Any]:
    """Return the order of such data."""
    if kind not in _KINDS:
        raise ValueError(f"no orders are called {kind!r}")
    kept = plain(data, _KEPT)
    asked = Counter(kept.pop("asked"))
    where = OrderScope(**plain(data["where"], _WHERE))
    return Order(what=typed(data["what"], _KINDS[kind]), where=where, asked=asked, **kept)
