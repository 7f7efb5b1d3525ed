"""Orders: wishes for coming requests, by header, by query, or by an order that waits for its requests."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from fnmatch import fnmatchcase
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from msgspec import Struct, field

from fakie.core.chance import draw
from fakie.core.http.messages import Request
from fakie.core.tasks.plans import PlanOrder
from fakie.core.transport_faults import TransportFault

T = TypeVar("T")
ANY_ENDPOINT = "*"
# The endpoint of orders that name none.
USUAL_ENDPOINT = "createTask"
_WISHES = ("code", "situation")
Body = Mapping[str, Any]
When = str | Body | Callable[[Body], object]


class Fault(Struct, frozen=True):
    """A situation to answer, in the profile's words or in `msg`, with the profile's HTTP status or `status`."""

    situation: str
    msg: str | None = None
    status: int | None = None


class OrderTarget(Struct, frozen=True):
    """The facts of a request that orders go by; `account` is a handle, `body` that of createTask.

    `drawn_as` is the account's name where chance decides.
    """

    endpoint: str
    account: str | None
    model: str | None = None
    body: Mapping[str, Any] | None = None
    drawn_as: str = ""


class OrderScope(Struct, frozen=True):
    """The requests that an order is for; None matches any, `account` is a handle.

    The first `after` of them pass, the next `times` meet it (None: until taken back), each with this `probability`.
    They are counted together, whoever sends them; where chance decides, for each account and endpoint apart.
    `model` may be a pattern, such as `kling/*`. `when` is a text somewhere in the body, the part of the body that
    must be equal, or a function of the body.
    """

    times: int | None = 1
    account: str | None = None
    model: str | None = None
    endpoint: str = USUAL_ENDPOINT
    after: int = 0
    when: When | None = None
    probability: float = 1.0

    def fits(self, target: OrderTarget) -> bool:
        """Return whether a request is one of these."""
        return (
            self.endpoint in (ANY_ENDPOINT, target.endpoint)
            and self.account in (None, target.account)
            and (self.model is None or fnmatchcase(target.model or "", self.model))
            and (self.when is None or _matches(self.when, target.body))
        )


class Order(Struct, Generic[T], eq=False):
    """Wants `what` for requests that match `where`; `passed` were let through first, `used` have met it.

    Where chance decides, `asked` counts the requests that fit, and those of them that were let through and that met it,
    by account and endpoint: what becomes of one depends on `seed`, `id` and its number there, not on others'.
    One that is `standing` is part of how a fake was set up: nobody waits for it to be met.
    """

    id: int
    what: T
    where: OrderScope
    seed: str = ""
    passed: int = 0
    used: int = 0
    asked: Counter[str] = field(default_factory=Counter)
    standing: bool = False

    @property
    def by_chance(self) -> bool:
        """True where a random number decides whether a request meets it."""
        return self.where.probability < 1

    def meets(self, target: OrderTarget) -> bool:
        """Return whether a request that fits meets the order, and count it."""
        if self.by_chance:
            return self._meets_by_chance(target)
        if self.passed < self.where.after:
            self.passed += 1
            return False
        self.used += 1
        return True

    def _meets_by_chance(self, target: OrderTarget) -> bool:
        name, number = _counted_as(target), self.count(target)
        passed, met = f"passed {name}", f"met {name}"
        if self.asked[passed] < self.where.after:
            self.asked[passed] += 1
            return False
        if self.where.times is not None and self.asked[met] >= self.where.times:
            return False
        if draw(self.seed, self.id, target.drawn_as, target.endpoint, number) >= self.where.probability:
            return False
        # Where there is no end to it nobody asks how often.
        if self.where.times is not None:
            self.asked[met] += 1
        self.used += 1
        return True

    def count(self, target: OrderTarget) -> int:
        """Count a request that fits; return its number among those of its account at its endpoint, from 1."""
        name = _counted_as(target)
        self.asked[name] += 1
        return self.asked[name]

    @property
    def spent(self) -> bool:
        """True once it has been met as often as ordered; one that goes by chance waits for other accounts."""
        return not self.by_chance and self.where.times is not None and self.used >= self.where.times

    def set_back(self, before: "Order[T]") -> None:
        """Count as before, as another object of the same order tells it."""
        self.passed, self.used, self.asked = before.passed, before.used, before.asked.copy()


def _counted_as(target: OrderTarget) -> str:
    return f"{target.account or ''} {target.endpoint}"


class OrderWork(Protocol):
    """Exclusive work on the orders; what is changed is said (`save`, `drop`)."""

    def orders(self, kind: str) -> Sequence[Order[Any]]:
        """Return the orders of a kind, first come first."""

    def next_id(self, kind: str) -> int:
        """Return an id that no order of a kind has had."""

    def save(self, kind: str, order: Order[Any]) -> None:
        """Add an order, or say that it was changed."""

    def drop(self, kind: str, order: Order[Any]) -> None:
        """Take an order away."""


class OrderShelf(Protocol):
    """The part of a store that keeps orders."""

    def orders(self, kind: str) -> Sequence[Order[Any]]:
        """Return the orders of a kind that wait, first come first; to be looked at only."""

    def order_work(self) -> AbstractContextManager[OrderWork]:
        """Return exclusive work on the orders, for a `with` block."""


class OrderBook(Generic[T]):
    """The orders of one kind that wait, first come first served."""

    def __init__(self, kind: str, shelf: OrderShelf, seed: str) -> None:
        self._kind = kind
        self._shelf = shelf
        self._seed = seed
        # Return the orders that wait, to be looked at only; every request asks all books whether there are any.
        self.waiting: Callable[[], Sequence[Order[T]]] = partial(shelf.orders, kind)

    def __iter__(self) -> Iterator[Order[T]]:
        return iter(list(self.waiting()))

    def __len__(self) -> int:
        return len(self.waiting())

    def add(self, what: T, where: OrderScope, *, standing: bool = False) -> Order[T]:
        """Add an order, and return it with its id."""
        with self._shelf.order_work() as work:
            order = Order(work.next_id(self._kind), what, where, self._seed, standing=standing)
            work.save(self._kind, order)
        return order

    def remove(self, order_id: int | None = None, *, account: str | None = None, standing: bool | None = None) -> int:
        """Take back the order of that id, or all (of one account, standing or not); return how many there were."""
        with self._shelf.order_work() as work:
            gone = [
                order
                for order in work.orders(self._kind)
                if order_id in (None, order.id)
                and account in (None, order.where.account)
                and standing in (None, order.standing)
            ]
            for order in gone:
                work.drop(self._kind, order)
        return len(gone)

    def agreed(self, target: OrderTarget) -> frozenset[int]:
        """Return the ids of the orders whose function says that they are for this request.

        A function is the user's, and may wait for somebody who asks the fake: no work may go on meanwhile.
        """
        asked = [order for order in self.waiting() if callable(order.where.when)]
        return frozenset(order.id for order in asked if order.where.fits(target))

    def take(self, target: OrderTarget, agreed: frozenset[int] | None = None) -> T | None:
        """Return what is ordered for this request, or None, and count it.

        Amid other work the functions have to be asked before: `agreed` is what they said.
        """
        agreed = self.agreed(target) if agreed is None else agreed
        found: Order[T] | None = None
        with self._shelf.order_work() as work:
            for order in work.orders(self._kind):
                fits = order.id in agreed if callable(order.where.when) else order.where.fits(target)
                if not fits or (found and not order.by_chance):
                    continue
                if found:
                    # Its number goes on counting, whichever order the request has met.
                    order.count(target)
                elif order.meets(target):
                    found = order
                if order.spent:
                    work.drop(self._kind, order)
                else:
                    # Whatever fits has been counted.
                    work.save(self._kind, order)
        return found.what if found else None


class Orders:
    """The three books of one fake: faults, transport faults, and plans of coming tasks."""

    def __init__(self, shelf: OrderShelf, seed: str = "") -> None:
        self.faults: OrderBook[Fault] = OrderBook("faults", shelf, seed)
        self.transport_faults: OrderBook[TransportFault] = OrderBook("transport_faults", shelf, seed)
        self.plans: OrderBook[PlanOrder] = OrderBook("plans", shelf, seed)

    def forget(self, account: str | None) -> None:
        """Take back the orders for one account, or all."""
        for book in (self.faults, self.transport_faults, self.plans):
            book.remove(account=account)


def wishes(request: Request) -> Iterator[tuple[str, str]]:
    """Return the wishes of the `Prefer` header and the query: `code` or `situation`, and its value."""
    prefer = request.headers.get("prefer")
    for part in re.split("[,;]", prefer) if prefer else ():
        name, equals, value = part.partition("=")
        kind, wanted = name.strip().lower(), value.strip().removeprefix('"').removesuffix('"')
        if equals and kind in _WISHES and not any(sign.isspace() or sign == '"' for sign in wanted):
            yield kind, wanted
    for kind in _WISHES if request.query else ():
        value = request.argument(f"__{kind}")
        if value is not None:
            yield kind, value


def _matches(wanted: Any, value: Any) -> bool:
    """Return whether a text occurs in a body, the body has all that an object has, or a function says so."""
    if callable(wanted):
        return value is not None and bool(wanted(value))
    if isinstance(wanted, str):
        return any(wanted in text for text in texts_in(value))
    return value is not None and _contains(value, wanted)


def _contains(value: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(value, Mapping) and all(
            name in value and _contains(value[name], part) for name, part in wanted.items()
        )
    # JSON knows 5 and 5.0 as one number, and true as none.
    return isinstance(value, bool) == isinstance(wanted, bool) and bool(value == wanted)


def texts_in(value: Any) -> Iterator[str]:
    """Return every text within JSON data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from texts_in(part)
