"""Control of orders: faults, transport faults, and plans of coming tasks."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, Unpack

from fakie.core.control.accounts import AccountControl
from fakie.core.control.arguments import (
    FAULT,
    PLAN,
    TRANSPORT_FAULT,
    FaultArguments,
    PlanArguments,
    TransportFaultArguments,
    check,
    check_failure_code,
)
from fakie.core.control.errors import NotThereError, WrongOrderError, hinted, shown_when
from fakie.core.control.result_argument import read_result
from fakie.core.control.vocabulary import Vocabulary
from fakie.core.http.transport_faults import TransportFault
from fakie.core.orders import ANY_ENDPOINT, Fault, Order, OrderBook, Orders, Where
from fakie.core.ports import Store
from fakie.core.runtime import Contracts
from fakie.core.tasks.plans import PlanOrder
from fakie_schemas.catalog.profile import Failure

_WITH_TASK = ("createTask", "recordInfo", ANY_ENDPOINT)
# Which requests each way to narrow an order can be about.
_NARROWED = {"model": (*_WITH_TASK, "modelSchema", "modelPrice", "modelSuccessRate"), "when": _WITH_TASK}
_PROXY = "proxy_error"
T = TypeVar("T")


class OrderControl:
    """Orders for coming requests; one that no request could meet is refused."""

    def __init__(self, contracts: Contracts, store: Store, orders: Orders, accounts: AccountControl) -> None:
        self._profile = contracts.profile
        self._store = store
        self._orders = orders
        self._accounts = accounts
        self.vocabulary = Vocabulary(contracts)

    @property
    def books(self) -> Mapping[str, OrderBook[Any]]:
        """The orders that wait, by kind: `faults`, `transport_faults`, `plans`."""
        orders = self._orders
        return {"faults": orders.faults, "transport_faults": orders.transport_faults, "plans": orders.plans}

    def add_fault(self, **given: Unpack[FaultArguments]) -> Order[Fault]:
        """Answer a situation, a documented code, or a proxy's page of an HTTP status to coming requests."""
        _check(FAULT, given)
        endpoint = given.get("endpoint", "createTask")
        situation = self._situation(given, endpoint)
        fault = Fault(situation, given.get("msg"), given.get("status"))
        return self._add(self._orders.faults, fault, given)

    def add_transport_fault(self, **given: Unpack[TransportFaultArguments]) -> Order[TransportFault]:
        """Let the answers to coming requests go wrong on their way; the requests are carried out."""
        _check(TRANSPORT_FAULT, given)
        fault = TransportFault(given["kind"], given.get("seconds", 0.0))
        return self._add(self._orders.transport_faults, fault, given)

    def add_plan(self, **given: Unpack[PlanArguments]) -> Order[PlanOrder]:
        """Say how coming tasks go."""
        _check(PLAN, given)
        result = read_result(given.get("result"))
        if result and given.get("outcome") == "fail":
            raise WrongOrderError("result: a task that fails has none; order it with the outcome success")
        plan = PlanOrder(
            given.get("by", "time"), given.get("seconds"), self._failure(given), given.get("quirk", ""), result
        )
        return self._add(self._orders.plans, plan, given)

    def remove(self, kind: str, order_id: int | None = None) -> int:
        """Take back one order of a kind, or all of them; return how many. Raises NotThereError for an unknown id."""
        if kind not in self.books:
            raise WrongOrderError(hinted("kind", kind, self.books))
        with self._store.transaction():
            removed = self.books[kind].remove(order_id)
        if order_id is not None and not removed:
            raise NotThereError(f"nothing waits under the id {str(order_id)!r}")
        return removed

    def unmet(self, *kinds: str) -> list[str]:
        """Name the orders (of some kinds, or of all) for a number of requests that were not met that often."""
        orders = [order for kind in kinds or self.books for order in self.books[kind]]
        # One that goes by chance may come to nothing.
        return [_unmet(order) for order in orders if order.where.times is not None and order.where.probability == 1]

    def wished_fault(self, kind: str, value: str, endpoint: str, model: Callable[[], str | None]) -> Fault:
        """Return the fault that a request itself wishes for by `code` or `situation`; raises WrongOrderError."""
        return Fault(self.vocabulary.wished(kind, value, endpoint, model))

    def _situation(self, given: FaultArguments, endpoint: str) -> str:
        situation, code = given.get("situation"), given.get("code")
        if situation is not None and code is None:
            return self.vocabulary.situation(situation)
        if code is not None and situation is None:
            return self.vocabulary.situation_of_code(str(code), endpoint, given.get("model"))
        if code is None and "status" in given:
            return _PROXY
        raise WrongOrderError('expected either a situation or a code, or a status alone; for example {"code": 429}')

    def _failure(self, given: PlanArguments) -> Failure | None:
        code, msg = given.get("code"), given.get("msg")
        if given.get("outcome") != "fail":
            if code is not None or msg is not None:
                raise WrongOrderError("code, msg: they are the words of a failure; order them with the outcome fail")
            return None
        check_failure_code(code)
        usual = self._profile.default_failure
        return self._profile.failure(usual.code if code is None else code, usual.msg if msg is None else msg)

    def _add(self, book: OrderBook[T], what: T, given: Mapping[str, Any]) -> Order[T]:
        with self._store.transaction():
            return book.add(what, self._where(given))

    def _where(self, given: Mapping[str, Any]) -> Where:
        """Read which requests an order is for; the account comes last, since it may be opened."""
        where = {name: given[name] for name in Where.__dataclass_fields__ if name in given}
        if where.get("model") is not None:
            self.vocabulary.model(where["model"])
        endpoint = where.get("endpoint", "createTask")
        for name, endpoints in _NARROWED.items():
            if where.get(name) is not None and endpoint not in endpoints:
                about = "model" if name == "model" else "task"
                raise WrongOrderError(f"{name}: no request to {endpoint} is about a {about}; leave it out")
        if where.get("account") is not None:
            where["account"] = self._accounts.get(where["account"]).handle
        return Where(**where)


def _check(schema: Mapping[str, Any], given: Mapping[str, Any]) -> None:
    """Check the arguments of an order; a function as `when`, which only Python can bring, is no JSON data."""
    check(schema, {name: value for name, value in given.items() if name != "when" or not callable(value)})


def _unmet(order: Order[Any]) -> str:
    what, where = order.what, order.where
    name = what.situation if isinstance(what, Fault) else what.kind if isinstance(what, TransportFault) else "plan"
    narrowed = [
        f"{field} {shown_when(value)}"
        for field in ("account", "model", "when")
        if (value := getattr(where, field)) is not None
    ]
    name += f" for {', '.join(narrowed)}" if narrowed else ""
    return f"{name} (met {order.used} of {where.times} times)" if order.used else name
