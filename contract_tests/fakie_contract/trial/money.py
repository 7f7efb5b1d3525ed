"""The balance around a create: a refusal costs nothing, and a task no more than the price list says."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any

from msgspec import Struct, structs

from fakie_contract.http.exchange import LiveExchange, shown
from fakie_contract.purse.amounts import plain
from fakie_contract.subjects import name_of
from fakie_contract.trial.environment import balance
from fakie_contract.trial.keys import SharedAccount, TargetAccount
from fakie_contract.trial.trial import Trial
from fakie_schemas.catalog.revision import Revision
from fakie_schemas.families.family import ENDS
from fakie_schemas.rules.difference import Difference
from fakie_schemas.rules.table import breach

# Balances are floats on the wire.
ROUNDING = Decimal("0.0001")


class BalanceAround(Struct):
    """One create and the balance around it; None where the balance is not shown, or others use the account."""

    before: Decimal | None = None
    after: Decimal | None = None
    exchange: LiveExchange | None = None

    @property
    def fall(self) -> Decimal | None:
        """By how much the balance fell."""
        return None if self.before is None or self.after is None else self.before - self.after

    def costs_something(self) -> bool:
        """Tell whether the balance fell."""
        return self.fall is not None and self.fall > ROUNDING


def now_left(trial: Trial, account: TargetAccount) -> Decimal | None:
    """Read an account's balance; None where it says nothing of this case alone, or too much is gone, which is told."""
    if not is_watched(trial, account):
        return None
    return trial.cashier.see_balance() if trial.cashier else balance(trial.env.client, account.key)


def is_watched(trial: Trial, account: TargetAccount) -> bool:
    """Tell whether an account's balance says something of this case alone."""
    return account.own or trial.env.alone


@contextmanager
def watched(trial: Trial, account: TargetAccount) -> Iterator[BalanceAround]:
    """Read the balance before and after what is done in the block: a create, where a cashier reads it anyway."""
    cashier = trial.cashier
    shared = next((one for one in trial.env.shared if one.key == account.key), None)
    # What was left after one case on a shared account is there before the next.
    known = shared.left if shared else None
    seen = BalanceAround(None if cashier else now_left(trial, account) if known is None else known)
    if shared:
        # Until it is read again: the block may end in an error.
        shared.left = None
    yield seen
    exchange = seen.exchange
    if exchange and shared and shared.refuses and seen.before is not None and _is_refused(trial, exchange):
        # Read when it is judged.
        shared.left = known if shared.unread else seen.before
        shared.unread.append((trial.case_id, exchange))
        return
    if cashier and is_watched(trial, account):
        seen.before, seen.after = cashier.around
    elif seen.before is not None:
        seen.after = now_left(trial, account)
    if shared and not shared.unread:
        shared.left = seen.after


@contextmanager
def costing_nothing(trial: Trial, account: TargetAccount) -> Iterator[None]:
    """Judge that what is refused in the block leaves the balance as it was."""
    before = trial.credit(account).answer.data
    yield
    now = trial.credit(account)
    if now.answer.data != before:
        trial.find("account.balance", shown(now.answer.data), now, credits=before, why="a refusal costs nothing")


def _is_refused(trial: Trial, exchange: LiveExchange) -> bool:
    return bool(exchange.answer.code != trial.env.profile.row("accepted").code)


def judge_refusal(trial: Trial, seen: BalanceAround) -> None:
    """Judge what a refused create cost; the cashier of a live target tells of it as soon as that shows."""
    exchange = seen.exchange
    if trial.cashier or exchange is None or not _is_refused(trial, exchange):
        return
    if seen.costs_something():
        trial.find("account.cannot_cost", f"{_fallen(seen)}: it was refused", exchange, "")


def _fallen(seen: BalanceAround) -> str:
    return f"{plain(seen.after or Decimal(0))}, and {plain(seen.before or Decimal(0))} before"


def judge_unread(trial: Trial, *, more_follow: bool) -> None:
    """Judge what refused creates on a shared account have cost: once for several, where more of them can follow."""
    env = trial.env
    can_wait = more_follow and env.tidy and not (env.reads_each or env.is_used_up or trial.differences)
    for shared in [one for one in env.shared if one.unread]:
        if not can_wait or shared.is_used_up or shared.left is None:
            _judge_shared(trial, shared)


def _judge_shared(trial: Trial, shared: SharedAccount) -> None:
    unread, before = shared.unread, shared.left
    shared.unread, shared.left = [], balance(trial.env.client, shared.key)
    case, exchange = unread[-1]
    seen = BalanceAround(before, shared.left, exchange)
    if len(unread) == 1 and before is not None:
        with _found_of(trial, case):
            judge_refusal(trial, seen)
    elif seen.fall is None or abs(seen.fall) > ROUNDING:
        # Where it has risen, one that gives something back may hide one that costs.
        _judge_each(trial, shared.key, unread, seen)


def _judge_each(trial: Trial, key: str, unread: Sequence[tuple[str, LiveExchange]], seen: BalanceAround) -> None:
    """Send refused creates again, each judged alone; what none of them costs by itself they cost together."""
    known, account = len(trial.differences), trial.account()
    for case, exchange in unread:
        headers = tuple((name, value.replace(key, account.key)) for name, value in exchange.request.headers)
        with _found_of(trial, case):
            with watched(trial, account) as alone:
                alone.exchange = trial.ask(replace(exchange.request, headers=headers))
            judge_refusal(trial, alone)
    if len(trial.differences) == known and seen.costs_something():
        got = f"{_fallen(seen)}: these were refused, and none of them costs anything when it is sent again"
        trial.find("account.cannot_cost", got, "\n".join(exchange.curl() for _, exchange in unread), "")
    trial.env.reads_each |= len(trial.differences) > known


@contextmanager
def _found_of(trial: Trial, case: str) -> Iterator[None]:
    """Say of what is found in the block that it is of another case, which sent the request."""
    known = len(trial.differences)
    yield
    trial.differences[known:] = [structs.replace(one, case=case) for one in trial.differences[known:]]


def judge_charge(trial: Trial, seen: BalanceAround) -> None:
    """Judge that an accepted create cost anything."""
    if seen.fall is not None and seen.exchange is not None and not seen.costs_something():
        now, before = plain(seen.after or Decimal(0)), plain(seen.before or Decimal(0))
        trial.find("account.charged", now, seen.exchange, "", before=before)


def judge_sum(trial: Trial, seen: BalanceAround, consumed: Sequence[object], exchange: LiveExchange) -> None:
    """Judge what tasks that were made at the same moment say that they have cost, by the balance around them."""
    known = [Decimal(str(one)) for one in consumed if type(one) in (int, float)]
    if seen.fall is not None and len(known) == len(consumed) and abs(sum(known) - seen.fall) > ROUNDING:
        got = " and ".join(map(plain, known))
        trial.find("account.consumed", got, exchange, credits=f"{plain(seen.fall)} in all")


def consumed_so_far(seen: BalanceAround, data: Mapping[str, Any]) -> Iterator[Difference]:
    """Judge what a task that has not ended says that it has cost: all that it was charged, or nothing yet."""
    told = data.get("creditsConsumed")
    if seen.fall is None or not seen.costs_something() or data.get("state") in ENDS or type(told) not in (int, float):
        return
    if told and abs(Decimal(str(told)) - seen.fall) > ROUNDING:
        wanted = f"0 until the end, or {plain(seen.fall)}"
        yield breach("account.consumed", told, "/body/data/creditsConsumed", credits=wanted)


def judge_again(trial: Trial, first: BalanceAround, second: BalanceAround) -> None:
    """Judge what a create cost by what the same one cost before it."""
    if first.fall is None or second.fall is None or second.exchange is None:
        return
    if abs(first.fall - second.fall) > ROUNDING:
        trial.find("account.price_again", plain(second.fall), second.exchange, "", credits=plain(first.fall))


def judge_price(trial: Trial, seen: BalanceAround, revision: Revision, body: Mapping[str, Any]) -> None:
    """Judge what an accepted create cost, by the price list, or by the flat price of fakes.

    The cashier of a live target tells of it as soon as that shows.
    """
    if trial.cashier or seen.fall is None or seen.exchange is None:
        return
    env = trial.env
    cost = env.prices.worst(name_of(revision), body, revision, media_seconds=env.media_seconds)
    flat = Decimal(str(env.profile.facts.price))
    if cost.credits is None or abs(seen.fall - flat) <= ROUNDING:
        return
    if seen.fall > cost.credits + ROUNDING:
        facts = {"credits": plain(cost.credits), "why": cost.why}
        trial.find("account.price", plain(seen.fall), seen.exchange, "", source=cost.source, **facts)
