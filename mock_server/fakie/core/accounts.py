"""Accounts: one API key each, with its credits, its clock and its window of accepted requests."""

import hashlib
from collections import deque
from dataclasses import dataclass, field
from math import inf

from fakie.core.clock import Clock
from fakie.core.http.messages import Request
from fakie.core.situations import Refused
from fakie_schemas.options.kinds import Rate


def handle_of(key: str) -> str:
    """Name an account without showing its key: the same key always gives the same handle."""
    return "account-" + hashlib.sha256(key.encode()).hexdigest()[:10]


# Credits have fractions, such as 0.2, of which sums of floats would leave crumbs.
_PLACES = 4


@dataclass
class Account:
    """The balance, clock and webhook key of one API key; `accepted` holds the moments of its last accepted requests."""

    handle: str
    credits: float
    clock: Clock
    webhook_key: str | None = None
    accepted: deque[float] = field(default_factory=deque)

    def charge(self, cost: float) -> None:
        """Take the cost of a request; raises Refused when the balance does not cover it."""
        if self.credits < cost:
            raise Refused("credits_insufficient", cost=credits_text(cost), balance=credits_text(self.credits))
        self.credits = round(self.credits - cost, _PLACES)

    def refund(self, cost: float) -> None:
        """Return the cost of a task that failed to the balance."""
        self.credits = round(self.credits + cost, _PLACES)


def credits_text(credits: float) -> str:
    """Write an amount of credits as messages have it, without trailing zeros."""
    text = f"{credits:.{_PLACES}f}"
    return text.rstrip("0").rstrip(".")


@dataclass(frozen=True)
class CreateLimit:
    """At most `count` accepted requests in any `seconds`."""

    count: float
    seconds: float

    @classmethod
    def of(cls, rate: Rate | None) -> "CreateLimit | None":
        """Return the limit that an option stands for; None for None."""
        return None if rate is None else cls(rate.count, rate.seconds)

    @classmethod
    def off(cls) -> "CreateLimit":
        """Return the limit that nothing reaches."""
        return cls(inf, 0)

    def check(self, account: Account) -> None:
        """Raise Refused when one more request would exceed the limit."""
        now = account.clock.now()
        while account.accepted and account.accepted[0] <= now - self.seconds:
            account.accepted.popleft()
        if len(account.accepted) >= self.count:
            # The next may come when the window has let go of enough of the requests in it.
            wait = account.accepted[len(account.accepted) - int(self.count)] + self.seconds - now
            raise Refused("rate_limited", count=self.count, seconds=self.seconds, wait=wait)


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
    if any(character.isspace() for character in key):
        return "has spaces in it"
    if not (key.isascii() and key.isprintable()):
        return "has characters other than printable ASCII"
    return f"has {len(key)} characters, more than {longest}" if len(key) > longest else None
