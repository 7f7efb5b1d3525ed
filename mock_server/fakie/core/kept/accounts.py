"""Accounts as data, without any key: whether callbacks are signed is kept, and not by what."""

from collections import deque
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from fakie.core.accounts import Account
from fakie.core.clock import Clock, Now
from fakie.core.kept.texts import amount_data, check_finite
from fakie.core.kept.typed import fields_of, plain, typed

# Written as text, which keeps every digit.
_AMOUNTS = {"credits", "cap", "spent", "hourly_cap", "daily_cap"}
# The webhook key is given again at each start; files are kept one by one. Of hour and day it is written what they have
# spent.
_ELSEWHERE = {"clock", "webhook_key", "windows", "files", "before_hour", "before_day"}
_KEPT = fields_of(Account, _ELSEWHERE)


class _Differently(Struct):
    """The part of an account that is not written as it is; what hour and day have spent older stores do not tell."""

    skipped: float
    frozen_at: float | None
    windows: dict[str, list[float]]
    hour_spent: Decimal = Decimal(0)
    day_spent: Decimal = Decimal(0)


def account_data(account: Account) -> dict[str, Any]:
    """Return an account as JSON data, without its files and its webhook key."""
    kept = {name: getattr(account, name) for name in Account.__struct_fields__ if name not in _ELSEWHERE}
    kept |= {name: amount_data(kept[name]) for name in _AMOUNTS}
    hour, day = account.spent_at(account.charged_at)
    kept |= {"hour_spent": amount_data(hour), "day_spent": amount_data(day)}
    windows = {name: list(moments) for name, moments in account.windows.items() if moments}
    clock = account.clock
    return {**kept, "windows": windows, "skipped": clock.skipped, "frozen_at": clock.frozen_at}


def read_account(data: Mapping[str, Any], parent: Now) -> Account:
    """Return the account of such data, its clock below `parent`; it has no webhook key and no files yet."""
    kept = typed(data, _Differently)
    windows = {name: deque(moments) for name, moments in kept.windows.items()}
    account = Account(clock=Clock(parent, kept.skipped, kept.frozen_at), windows=windows, **plain(data, _KEPT))
    for amount in (*(getattr(account, name) for name in _AMOUNTS), kept.hour_spent, kept.day_spent):
        check_finite(amount)
    account.before_hour = account.spent - kept.hour_spent
    account.before_day = account.spent - kept.day_spent
    return account
