"""Accounts as data, without any key: whether callbacks are signed is kept, and not by what."""

from collections import deque
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from fakie.core.accounts import Account
from fakie.core.clock import Clock, Now
from fakie.core.kept.texts import amount_data, read_amount

# Written as text, which keeps every digit.
_AMOUNTS = {"credits", "cap", "spent", "hourly_cap", "daily_cap"}
# The webhook key is given again at each start; files are kept one by one. Of hour and day it is written what they have
# spent.
_ELSEWHERE = {"clock", "webhook_key", "windows", "files", "before_hour", "before_day"}


def account_data(account: Account) -> dict[str, Any]:
    """Return an account as JSON data, without its files and its webhook key."""
    plain = {name: getattr(account, name) for name in Account.__struct_fields__ if name not in _ELSEWHERE}
    plain |= {name: amount_data(plain[name]) for name in _AMOUNTS}
    hour, day = account.spent_at(account.charged_at)
    plain |= {"hour_spent": amount_data(hour), "day_spent": amount_data(day)}
    windows = {name: list(moments) for name, moments in account.windows.items() if moments}
    clock = account.clock
    return {**plain, "windows": windows, "skipped": clock.skipped, "frozen_at": clock.frozen_at}


def read_account(data: Mapping[str, Any], parent: Now) -> Account:
    """Return the account of such data, its clock below `parent`; it has no webhook key and no files yet."""
    clock = Clock(parent, data["skipped"], data["frozen_at"])
    plain = {name: data[name] for name in Account.__struct_fields__ if name in data and name not in _ELSEWHERE}
    plain |= {name: read_amount(plain[name]) for name in _AMOUNTS & plain.keys()}
    plain["unsigned"] = [(task_id, stage) for task_id, stage in data.get("unsigned", ())]
    windows = {name: deque(moments) for name, moments in data["windows"].items()}
    account = Account(clock=clock, windows=windows, **plain)
    account.before_hour = account.spent - Decimal(data.get("hour_spent", 0))
    account.before_day = account.spent - Decimal(data.get("day_spent", 0))
    return account
