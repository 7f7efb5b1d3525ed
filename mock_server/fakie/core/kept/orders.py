"""Orders as data; one that goes by a function is of Python alone, and is not kept."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any

from msgspec import Struct, to_builtins

from fakie.core.kept.typed import fields_of, plain
from fakie.core.orders import Fault, Order, OrderScope
from fakie.core.tasks.plans import PlanOrder
from fakie.core.transport_faults import TransportFault

# The first fakies with state did not write these yet.
_LATER = {"asked", "standing", "words"}


def _whole(kind: type[Struct], but: Collection[str] = (), **types: Any) -> type[Struct]:
    """Return the form in which a kind is written: where a field lacked, its default would make another order of it."""
    return fields_of(kind, but, {*kind.__struct_fields__} - _LATER, **types)


_KINDS: Mapping[str, tuple[type[Struct], type[Struct]]] = {
    "faults": (Fault, _whole(Fault)),
    "transport_faults": (TransportFault, _whole(TransportFault)),
    "plans": (PlanOrder, _whole(PlanOrder)),
}
_KEPT = _whole(Order, {"what", "where"}, asked=dict[str, int])
_WHERE = _whole(OrderScope, when=str | dict[str, Any] | None)


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
    wanted, form = _KINDS[kind]
    what, where = wanted(**plain(data["what"], form)), OrderScope(**plain(data["where"], _WHERE))
    kept = plain(data, _KEPT)
    asked = Counter(kept.pop("asked"))
    return Order(what=what, where=where, asked=asked, **kept)
