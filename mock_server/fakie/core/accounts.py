"""Accounts: one API key each, with its credits, its clock and the windows of its limits."""

from collections import deque
from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal, localcontext
from hashlib import sha256
from hmac import digest
from typing import Literal

from fakie.core.clock import Clock
from fakie.core.held_files import HeldFiles
from fakie.core.http.messages import Request
from fakie.core.situations import Refused
from fakie_schemas.decimals import whole_number

_HANDLE = "account-"


def handle_of(key: str) -> str:
    """Name an account without showing its key: the same key always gives the same handle."""
    return _HANDLE + sha256(key.encode()).hexdigest()[:10]


# Names the account of a key; what a fake's own does depends on its secret.
HandleOf = Callable[[str], str]


def keyed(handle: str, secret: bytes) -> str:
    """Return the handle that stands for one made without a secret; who has only this tries no guess of a key by it."""
    if not secret:
        return handle
    return _HANDLE + digest(secret, handle.encode(), "sha256").hex()[:10]


def keyed_handles(secret: bytes) -> HandleOf:
    """Return what names accounts by keys and this secret, or by keys alone where it is empty."""
    return (lambda key: keyed(handle_of(key), secret)) if secret else handle_of


def number_of(handle: str) -> str:
    """Return the number that stands for an account in the paths of its files."""
    return str(int(handle.removeprefix(_HANDLE), 16))


def handle_of_number(number: str) -> str | None:
    """Return the handle that such a number stands for, or None for what is no number."""
    read = whole_number(number)
    return None if read is None else f"{_HANDLE}{read:010x}"


# Whose webhook key signs an account's callbacks: nobody's, the one that all accounts have, or its own.
Signing = Literal["", "fake", "account"]

# How long (s) what a key may spend is counted, where that begins anew: with each hour and each day of UTC.
_HOUR, _DAY = 3600, 86400
# The fields of an account that say how much its key may spend.
CAPS = ("cap", "hourly_cap", "daily_cap")

# What messages show of a fraction of a credit.
_PLACES = 4


class Account:
    """The balance, clock, webhook key and files of one API key.

    `cap`, `hourly_cap` and `daily_cap` are the most that the key may spend in all, in an hour and a day (None: whatever
    there is), `granted` is all that it was ever given, `before_hour` and `before_day` how much it had spent before the
    hour and the day of `charged_at`; `running` is how many of its tasks have not ended. `planned` counts events, which
    puts those of one moment in order. `windows` has the moments that each of its limits counts, `held_back` the ids of
    tasks whose callbacks wait for another one's, `unsigned` tasks and stages whose callbacks wait for a webhook key.
    `signing` says whose key signs, which is known over a restart; the key itself is not. `receivers_ahead`: seconds
    that their clock shows beyond the real one. Credits have fractions, such as 0.2: they are decimals, which add up
    exactly.
    """

    def __init__(
        self,
        handle: str,
        credits: Decimal,
        clock: Clock,
        webhook_key: str | None = None,
        signing: Signing = "",
        cap: Decimal | None = None,
        hourly_cap: Decimal | None = None,
        daily_cap: Decimal | None = None,
    ) -> None:
        # First what every createTask reads, side by side: of many accounts in turn no cache holds more than a part.
        self.handle = handle
        self.credits = credits
        self.clock = clock
        self.cap = cap
        self.hourly_cap = hourly_cap
        self.daily_cap = daily_cap
        self.charged_at: float = 0.0
        self.running = 0
        self.planned = 0
        self.granted = credits
        self.before_hour = self.before_day = Decimal(0)
        self.webhook_key = webhook_key
        self.signing = signing
        self.windows: dict[str, deque[float]] = {}
        self.held_back: list[str] = []
        self.unsigned: list[tuple[str, str]] = []
        self.receivers_ahead = 0.0
        self.files = HeldFiles()

    @property
    def spent(self) -> Decimal:
        """The credits that its key has spent, without those that came back."""
        return self.granted - self.credits

    def set_balance(self, credits: Decimal) -> None:
        """Set what it has left, whatever it has spent."""
        # Not by the difference of both balances, which may have more digits than are kept.
        self.granted, self.credits = self.spent + credits, credits

    def charge(self, cost: Decimal, now: float) -> None:
        """Take the cost of a request at its moment; raises Refused when a cap or the balance does not cover it."""
        if self.charged_at // _HOUR != now // _HOUR:
            self._begin_hour(now)
        if self.cap is not None or self.hourly_cap is not None or self.daily_cap is not None:
            self._check_caps(cost, *self.spent_at(now))
        if self.credits < cost:
            raise Refused("credits_insufficient", cost=credits_text(cost), balance=credits_text(self.credits))
        self.credits -= cost
        self.charged_at = now

    def _begin_hour(self, now: float) -> None:
        hour, day = self.spent_at(now)
        self.before_hour, self.before_day, self.charged_at = self.spent - hour, self.spent - day, now

    def _check_caps(self, cost: Decimal, hour: Decimal, day: Decimal) -> None:
        for span, cap, spent in (
            ("total", self.cap, self.spent),
            ("hourly", self.hourly_cap, hour),
            ("daily", self.daily_cap, day),
        ):
            if cap is not None and spent + cost > cap:
                facts = {"cost": credits_text(cost), "spent": credits_text(spent), "cap": credits_text(cap)}
                raise Refused("sub_key_limit", span=span, **facts)

    def spent_at(self, now: float) -> tuple[Decimal, Decimal]:
        """Return what has been spent in the hour and in the day of a moment that is not before the last charge."""
        then = self.charged_at
        if then // _HOUR == now // _HOUR:
            return self.spent - self.before_hour, self.spent - self.before_day
        return Decimal(0), self.spent - self.before_day if then // _DAY == now // _DAY else Decimal(0)

    def refund(self, cost: Decimal, taken_at: float) -> None:
        """Return the cost of a task that failed to the balance, and to the hour and day that it was taken in."""
        self.credits += cost
        if taken_at // _HOUR != self.charged_at // _HOUR:
            self.before_hour -= cost
        if taken_at // _DAY != self.charged_at // _DAY:
            self.before_day -= cost


def exact(credits: float) -> Decimal:
    """Return an amount that somebody wrote as a number: the decimal that it is written as."""
    # Plus nothing, for what is written as -0.
    return Decimal(str(credits)) + 0


def credits_text(credits: Decimal) -> str:
    """Write an amount of credits as messages have it, without trailing zeros.

    Cut rather than rounded: what is a little less than a price must not read as if it were enough.
    """
    with localcontext(rounding=ROUND_DOWN):
        return f"{credits:.{_PLACES}f}".rstrip("0").rstrip(".")


# What programs leave around a key by mistake: quotes, and the brackets of a place that was never filled in.
_AROUND = frozenset({'""', "''", "``", "<>", "{}", "[]"})


def bearer_key(request: Request, longest: int) -> str:
    """Read the key from the Authorization header; raises Refused when there is no well-formed one."""
    header = request.headers.get("authorization")
    if header is None:
        raise Refused("unauthorized", reason="the Authorization header is missing")
    scheme, _, key = header.partition(" ")
    if scheme.lower() != "bearer":
        raise Refused("unauthorized", reason="the Authorization header is not of the scheme Bearer")
    problem = key_problem(key, longest)
    if problem:
        raise Refused("unauthorized", reason=f"the key {problem}")
    return key


def key_problem(key: str, longest: int) -> str | None:
    """Return what is wrong with a key's form, without showing it, or None."""
    if not key.strip():
        return "is empty"
    if key.split() != [key]:
        return "has spaces in it"
    if not (key.isascii() and key.isprintable()):
        return "has characters other than printable ASCII"
    if key[0] + key[-1] in _AROUND:
        return "stands in quotes or brackets, which belong to no key"
    return f"has {len(key)} characters, more than {longest}" if len(key) > longest else None
