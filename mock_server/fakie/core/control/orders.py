"""Control of orders: faults, transport faults, and plans of coming tasks."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, Unpack

from msgspec.structs import replace

from fakie.core.control.accounts import AccountControl
from fakie.core.control.arguments import FaultArguments, PlanArguments, TransportFaultArguments
from fakie.core.control.errors import WrongOrderError, hinted, nothing_waits, shown_when
from fakie.core.control.order_maker import OrderMaker
from fakie.core.control.order_words import KINDS, effect_of, prompted, usual_endpoint
from fakie.core.exchange import Exchange
from fakie.core.orders import ANY_ENDPOINT, Fault, Order, OrderBook, Orders, OrderScope
from fakie.core.scenario.player import RequestEffects
from fakie.core.tasks.plans import PlanOrder
from fakie.core.transport_faults import TransportFault
from fakie_schemas.account_words import NamedAccount

T = TypeVar("T")


class OrderControl:
    """Orders for coming requests; one that no request could meet is refused."""

    def __init__(self, maker: OrderMaker, orders: Orders, accounts: AccountControl) -> None:
        self._orders = orders
        self._accounts = accounts
        self._maker = maker
        self.vocabulary = maker.vocabulary

    @property
    def books(self) -> Mapping[str, OrderBook[Any]]:
        """The orders that wait, by kind: `faults`, `transport_faults`, `plans`."""
        orders = self._orders
        return {"faults": orders.faults, "transport_faults": orders.transport_faults, "plans": orders.plans}

    def add_fault(self, **given: Unpack[FaultArguments]) -> Order[Fault]:
        """Answer a situation, a documented code, or a proxy's page of an HTTP status to coming requests."""
        return self._add(self._orders.faults, self._maker.fault(**given), given)

    def add_transport_fault(self, **given: Unpack[TransportFaultArguments]) -> Order[TransportFault]:
        """Let the answers to coming requests go wrong on their way; the requests are carried out."""
        return self._add(self._orders.transport_faults, self._maker.transport_fault(**given), given)

    def add_plan(self, **given: Unpack[PlanArguments]) -> Order[PlanOrder]:
        """Say how coming tasks go."""
        return self._add(self._orders.plans, self._maker.plan(**given), {"endpoint": ANY_ENDPOINT, **given})

    def remove(self, kind: str, order_id: int | None = None) -> int:
        """Take back one order of a kind, or all of them; return how many. Raises NotThereError for an unknown id."""
        if not isinstance(kind, str) or kind not in self.books:
            raise WrongOrderError(hinted("kind", kind, self.books))
        # True is 1 to Python, and 1.0 is too.
        if order_id is not None and type(order_id) is not int:
            raise nothing_waits(order_id)
        removed = self.books[kind].remove(order_id)
        if order_id is not None and not removed:
            raise nothing_waits(order_id)
        return removed

    def unmet(self, *kinds: str) -> list[str]:
        """Name the orders (of some kinds, or of all) for a number of requests that were not met that often."""
        orders = [order for kind in kinds or self.books for order in self.books[kind]]
        # One that goes by chance may come to nothing.
        waited_for = (order for order in orders if order.where.times is not None and not order.standing)
        return [_unmet(order) for order in waited_for if order.where.probability == 1]

    def add_standing(self, accounts: Iterable[NamedAccount], handle: str | None = None) -> None:
        """Add what named accounts meet from the beginning, of one of them or of all; raises WrongOrderError.

        What a store still has of an earlier start makes room for it.
        """
        for kept in self.books.values():
            kept.remove(account=handle, standing=True)
        for one in accounts:
            own = self._accounts.handle_of(one.key)
            for word in one.orders if handle in (None, own) else ():
                endpoint = usual_endpoint(word)
                effect = effect_of(word, endpoint, self._maker)
                book = self.books[f"{KINDS[word.kind]}s"]
                book.add(effect, OrderScope(times=word.times, account=own, endpoint=endpoint), standing=True)

    def prompted(self, body: Mapping[str, Any] | None, endpoint: str) -> RequestEffects:
        """Return what a job's own prompt asks for; raises WrongOrderError for a word that cannot be meant."""
        return prompted(body, endpoint, self._maker)

    def wished_fault(self, kind: str, value: str, exchange: Exchange) -> Fault:
        """Return the fault that a request itself wishes for by `code` or `situation`; raises WrongOrderError."""
        return Fault(self.vocabulary.wished(kind, value, exchange))

    def _add(self, book: OrderBook[T], what: T, given: Mapping[str, Any]) -> Order[T]:
        return book.add(what, self._where(given))

    def _where(self, given: Mapping[str, Any]) -> OrderScope:
        """Read which requests an order is for; the account comes last, since it may be opened."""
        where = self._maker.where(given)
        return where if where.account is None else replace(where, account=self._accounts.get(where.account).handle)


def _unmet(order: Order[Any]) -> str:
    what, where = order.what, order.where
    name = what.situation if isinstance(what, Fault) else what.kind if isinstance(what, TransportFault) else "plan"
    # The endpoint always: most orders that are not met were meant for another one than createTask.
    narrowed = [
        f"{field} {shown_when(value)}"
        for field in ("endpoint", "account", "model", "when", "after")
        if (value := getattr(where, field)) not in (None, ANY_ENDPOINT, 0)
    ]
    name += f" for {', '.join(narrowed)}" if narrowed else ""
    # Whoever cannot know how often it will be met learns here what says so.
    often = f"met {order.used} of {where.times} times; times=None: however often it is met"
    return f"{name} ({often})" if order.used else name
