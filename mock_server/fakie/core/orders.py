"""Orders: a situation or a course wished for, by header, by query, or by an order that waits for its requests."""

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from fakie.core.http.messages import Request
from fakie.core.situations import Refused
from fakie_schemas.catalog.profile import Profile

T = TypeVar("T")
ANY_ENDPOINT = "*"
_WISHES = ("code", "situation")


@dataclass
class Order(Generic[T]):
    """Wants `what` for the next `times` requests it matches (None: until taken back), after letting `after` pass.

    `account` is a handle; None for account or model matches any.
    """

    id: int
    what: T
    times: int | None = 1
    account: str | None = None
    model: str | None = None
    endpoint: str = "createTask"
    after: int = 0
    used: int = 0

    def fits(self, endpoint: str, account: str | None, model: str | None) -> bool:
        """Tell whether a request is one that this order waits for."""
        return (
            self.endpoint in (ANY_ENDPOINT, endpoint)
            and self.account in (None, account)
            and self.model in (None, model)
        )

    @property
    def spent(self) -> bool:
        """Tell whether it has been answered as often as ordered."""
        return self.times is not None and self.used >= self.times


class OrderBook(Generic[T]):
    """The orders that wait, first come first served."""

    def __init__(self) -> None:
        self._orders: list[Order[T]] = []
        self._ids = itertools.count(1)

    def __iter__(self) -> Iterator[Order[T]]:
        return iter(list(self._orders))

    def add(
        self,
        what: T,
        *,
        times: int | None = 1,
        account: str | None = None,
        model: str | None = None,
        endpoint: str = "createTask",
        after: int = 0,
    ) -> Order[T]:
        """Add an order; see `Order` for what the arguments mean."""
        order = Order(next(self._ids), what, times, account, model, endpoint, after)
        self._orders.append(order)
        return order

    def remove(self, order_id: int | None = None) -> int:
        """Take back one order, or all; give how many there were."""
        kept = [order for order in self._orders if order_id not in (None, order.id)]
        removed = len(self._orders) - len(kept)
        self._orders = kept
        return removed

    def take(self, endpoint: str, account: str | None, model: str | None) -> T | None:
        """Give what is ordered for this request, and count it."""
        for order in self._orders:
            if not order.fits(endpoint, account, model):
                continue
            if order.after > 0:
                order.after -= 1
                continue
            order.used += 1
            if order.spent:
                self._orders.remove(order)
            return order.what
        return None


def wished_situation(request: Request, profile: Profile, documented: Iterable[int]) -> str | None:
    """Read the `Prefer` header or `?__code=`, `?__situation=`; raises Refused for what is not documented."""
    for kind, value in _wishes(request):
        if kind == "situation":
            return known_situation(value, profile)
        if value != "200":
            return situation_of_code(value, profile, documented)
    return None


def known_situation(name: str, profile: Profile) -> str:
    """Check a situation's name; raises Refused with the names there are."""
    if name not in profile.orderable:
        known = ", ".join(profile.orderable)
        raise Refused("body_malformed", reason=f"situation={name!r} is not known; there are: {known}")
    return name


def situation_of_code(value: str, profile: Profile, documented: Iterable[int]) -> str:
    """Give the situation an ordered code stands for; raises Refused with the documented codes."""
    codes = sorted(documented)
    situation = profile.situation_for(int(value)) if value in {str(code) for code in codes} else None
    if situation is None:
        known = ", ".join(str(code) for code in codes)
        raise Refused("body_malformed", reason=f"code={value!r} is not documented here; documented are: {known}")
    return situation


def _wishes(request: Request) -> Iterator[tuple[str, str]]:
    for part in re.split("[,;]", request.headers.get("prefer", "")):
        name, equals, value = part.partition("=")
        kind, wanted = name.strip().lower(), value.strip().removeprefix('"').removesuffix('"')
        if equals and kind in _WISHES and not any(sign.isspace() or sign == '"' for sign in wanted):
            yield kind, wanted
    for kind in _WISHES:
        value = request.argument(f"__{kind}")
        if value is not None:
            yield kind, value
