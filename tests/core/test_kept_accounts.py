"""Accounts as data: all of an account comes back from a store, and takes the place of what could not be written."""

from decimal import Decimal

from fakie.core.accounts import Account
from fakie.core.clock import Clock
from fakie.core.kept.accounts import account_data, put_back, read_account
from support.servers.fakes import HandClock

# Every amount, number and list other than a new account has.
DATA = {
    "handle": "account-0123456789",
    **{"credits": "7.5", "cap": "20", "spent": "2.5", "hourly_cap": "9", "daily_cap": "10"},
    **{"hour_spent": "0.5", "day_spent": "1.5", "signing": "account"},
    **{"charged_at": 7200.5, "running": 1, "planned": 3, "receivers_ahead": 5.0},
    **{"windows": {"creates": [7200.5]}, "held_back": ["one"], "unsigned": [["two", "stage"]]},
    **{"skipped": 60.0, "frozen_at": None},
}


def test_what_is_read_of_an_account_is_written_again() -> None:
    """Nothing of it is lost or changed, to the last digit."""
    again = account_data(read_account(DATA, HandClock()))
    assert {**again, "unsigned": [list(one) for one in again["unsigned"]]} == DATA


def test_an_account_is_put_back_whole() -> None:
    """All that it has is as it was read, but for the key of its webhooks, which is not written."""
    account, read = Account("account-0123456789", Decimal(1), Clock(HandClock())), read_account(DATA, HandClock())
    account.webhook_key = "whk"
    names = [name for name in dir(account) if not name.startswith("_") and not callable(getattr(account, name))]
    differing = {name for name in names if getattr(account, name) != getattr(read, name)}
    assert {"credits", "granted", "clock", "files", "before_day"} < differing
    assert set(names) - differing == {"handle"}
    put_back(account, read)
    assert {name for name in names if getattr(account, name) != getattr(read, name)} == {"webhook_key"}


def test_a_balance_that_is_set_changes_nothing_of_what_was_spent() -> None:
    """Nor does a charge that is refused; what comes back is spent no more."""
    account = Account("account-0123456789", Decimal(10), Clock(HandClock()))
    account.charge(Decimal("0.3"), 0.0)
    account.set_balance(Decimal(2))
    assert (account.credits, account.spent) == (Decimal(2), Decimal("0.3"))
    account.refund(Decimal("0.1"), 0.0)
    left = Decimal("0.2")
    assert (account.credits, account.spent, account.spent_at(0.0)) == (Decimal("2.1"), left, (left, left))


def test_balances_of_very_different_sizes_leave_what_was_spent_as_it_is() -> None:
    """It is exact, also where the digits of both balances together are more than are kept of a number."""
    account = Account("account-0123456789", Decimal(10), Clock(HandClock()))
    for spent in (Decimal(0), Decimal("0.3")):
        for balance in (Decimal(10**12), Decimal("0.30000000000000004"), Decimal("5e-324"), Decimal(10)):
            account.set_balance(balance)
            assert (account.credits, account.spent) == (balance, spent)
        account.charge(Decimal("0.3"), 0.0)
