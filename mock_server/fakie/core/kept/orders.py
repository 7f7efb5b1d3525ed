"""Orders as data; one that goes by a function is of Python alone, and is not kept."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from msgspec.structs import asdict

from fakie.core.kept.plans import read_result, result_data
from fakie.core.kept.tasks import failure_data, read_failure
from fakie.core.kept.typed import fields_of, plain, typed
from fakie.core.orders import Fault, Order, OrderScope
from fakie.core.tasks.plans import PlanOrder
from fakie.core.transport_faults import TransportFault

KINDS = ("faults", "transport_faults", "plans")
_KEPT = fields_of(Order, {"what", "where"}, asked=dict[str, int])
_WHERE = fields_of(OrderScope, (), when=str | dict[str, Any] | None)
_TRANSPORT_FAULT = fields_of(TransportFault, ())
_PLAN = fields_of(PlanOrder, {"failure", "result"})


def order_data(order: Order[Any]) -> dict[str, Any]:
    """Return an order as JSON data; raises TypeError for one that goes by a function."""
    if callable(order.where.when):
        raise TypeError("an order that goes by a function of Python cannot be written down")
    where = {name: getattr(order.where, name) for name in OrderScope.__struct_fields__}
    counts = {"passed": order.passed, "used": order.used, "asked": dict(order.asked), "standing": order.standing}
    return {"id": order.id, "what": _what_data(order.what), "where": where, "seed": order.seed, **counts}


def read_order(kind: str, data: Mapping[str, Any]) -> Order[Any]:
    """Return the order of such data."""
    kept = plain(data, _KEPT)
    asked = Counter(kept.pop("asked"))
    return Order(
        what=_read_what(kind, data["what"]), where=OrderScope(**plain(data["where"], _WHERE)), asked=asked, **kept
    )


def _what_data(what: Any) -> dict[str, Any]:
    if isinstance(what, PlanOrder):
        kept = {"by": what.by, "seconds": what.seconds, "quirk": what.quirk, "words": list(what.words)}
        return {**kept, "failure": failure_data(what.failure), "result": result_data(what.result)}
    return asdict(what)


def _read_what(kind: str, data: Mapping[str, Any]) -> Any:
    if kind == "faults":
        return typed(data, Fault)
    if kind == "transport_faults":
        return TransportFault(**plain(data, _TRANSPORT_FAULT))
    if kind not in KINDS:
        raise ValueError(f"no orders are called {kind!r}")
    failure, result = read_failure(data["failure"]), read_result(data["result"])
    return PlanOrder(failure=failure, result=result, **plain(data, _PLAN))
