"""Accounts as data, without any key: whether callbacks are signed is kept, and not by what."""

from collections import deque
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from fakie.core.accounts import Account, Signing
from fakie.core.clock import Clock, Now
from fakie.core.kept.texts import amount_data, check_finite
from fakie.core.kept.typed import Whole, typed

# Written as text, which keeps every digit.
_AMOUNTS = ("credits", "cap", "spent", "hourly_cap", "daily_cap", "hour_spent", "day_spent")
# Written and read as they are.
_AS_THEY_ARE = ("charged_at", "running", "planned", "held_back", "unsigned", "receivers_ahead")
_CHANGING = (
    *("credits", "granted", "before_hour", "before_day", "cap", "hourly_cap", "daily_cap"),
    *("signing", "clock", "windows", "files", *_AS_THEY_ARE),
)


class _KeptAccount(Struct, kw_only=True):
    """The part of an account that is written, of which older stores do not tell all.

    Its webhook key is given again at each start, its files are kept one by one.
    """

    handle: str
    credits: Decimal
    signing: Signing = ""
    cap: Decimal | None = None
    spent: Decimal = Decimal(0)
    hourly_cap: Decimal | None = None
    daily_cap: Decimal | None = None
    hour_spent: Decimal = Decimal(0)
    day_spent: Decimal = Decimal(0)
    charged_at: int | float = 0.0
    running: Whole = 0
    planned: Whole = 0
    windows: dict[str, list[float]]
    held_back: list[str] = field(default_factory=list)
    unsigned: list[tuple[str, str]] = field(default_factory=list)
    receivers_ahead: int | float = 0.0
    skipped: float
    frozen_at: float | None


def account_data(account: Account) -> dict[str, Any]:
    """Return an account as JSON data, without its files and its webhook key."""
    hour, day = account.spent_at(account.charged_at)
    amounts = (account.credits, account.cap, account.spent, account.hourly_cap, account.daily_cap, hour, day)
    return {
        "handle": account.handle,
        "signing": account.signing,
        **{name: amount_data(amount) for name, amount in zip(_AMOUNTS, amounts, strict=True)},
        **{name: getattr(account, name) for name in _AS_THEY_ARE},
        "windows": {name: list(moments) for name, moments in account.windows.items() if moments},
        "skipped": account.clock.skipped,
        "frozen_at": account.clock.frozen_at,
    }


def read_account(data: Mapping[str, Any], parent: Now) -> Account:
    """Return the account of such data, its clock below `parent`; it has no webhook key and no files yet."""
    kept = typed(data, _KeptAccount)
    for name in _AMOUNTS:
        check_finite(getattr(kept, name))
    clock = Clock(parent, kept.skipped, kept.frozen_at)
    caps = (kept.cap, kept.hourly_cap, kept.daily_cap)
    account = Account(kept.handle, kept.credits, clock, None, kept.signing, *caps)
    account.granted = kept.credits + kept.spent
    account.before_hour, account.before_day = kept.spent - kept.hour_spent, kept.spent - kept.day_spent
    account.windows = {name: deque(moments) for name, moments in kept.windows.items()}
    for name in _AS_THEY_ARE:
        setattr(account, name, getattr(kept, name))
    return account


def put_back(account: Account, read: Account) -> None:
    """Let an account be as it was read, but for its webhook key, which is not written."""
    for name in _CHANGING:
        setattr(account, name, getattr(read, name))
