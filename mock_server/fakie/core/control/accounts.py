"""Control of accounts: who is meant, what they have, and their clocks."""

import re
from collections.abc import Mapping
from contextlib import suppress
from math import inf
from typing import Any, Unpack, cast

from fakie.core.accounts import CAPS, Account, exact
from fakie.core.clock import Clock
from fakie.core.control.arguments import (
    ACCOUNT,
    CLOCK,
    LATEST_MOMENT,
    ONE_ACCOUNT,
    AccountArguments,
    ClockArguments,
    check,
)
from fakie.core.control.errors import NotThereError, WrongOrderError, shown
from fakie.core.handling.register import AccountRegister
from fakie.core.limits import AccountLimits, RateGate
from fakie.core.ports import AccountGoneError
from fakie.core.running.runner import Runner
from fakie.core.runtime import FakeState

_HANDLE = r"account-[0-9a-f]{10}"


class AccountControl:
    """Accounts, found by key or handle; one that has not been used yet is opened."""

    def __init__(self, state: FakeState, register: AccountRegister, runner: Runner, limits: AccountLimits) -> None:
        self._store = state.store
        self._alarm = state.alarm
        self._register = register
        # Names the account of a key, known or not.
        self.handle_of = register.handle_of
        self._runner = runner
        self._limits = limits

    def all(self) -> list[Account]:
        """Return every account, in the order of their first use."""
        return list(self._store.accounts())

    def get(self, account: str) -> Account:
        """Return the account of a key or a handle, opened if its key is new; raises WrongOrderError for none."""
        return self._store.account(account) or self._of_key(account)

    def handle(self, account: str | None) -> str | None:
        """Return the handle that a key or a handle stands for, or None for None; opens nothing.

        Raises WrongOrderError for what is neither, NotThereError for a handle that no account has.
        """
        if account is None:
            return None
        check(ONE_ACCOUNT, {"account": account})
        if self._store.account(account):
            return account
        self._require_no_handle(account)
        return self.handle_of(account)

    def is_key(self, text: str) -> bool:
        """Tell whether a text is the key of an account that has been opened."""
        return self._register.problem(text) is None and self._store.account(self.handle_of(text)) is not None

    def change(self, key: str, **given: Unpack[AccountArguments]) -> Account:
        """Open the account of a key, known or new, or change it; a known one also by its handle."""
        check(ACCOUNT, {"key": key, **given})
        self._require_form(key)
        known = self._store.account(key) or self._register.open(self.handle_of(key))
        with self._store.work(known.handle) as work:
            account = work.account
            if "credits" in given:
                account.set_balance(exact(given["credits"]))
            for name, cap in given.items():
                if name in CAPS:
                    setattr(account, name, None if cap is None else exact(cast(float, cap)))
            if "webhook_key" in given:
                own = given["webhook_key"]
                self._runner.deliveries.sign_with(work, own, "account" if own else "")
            work.save_account()
        return account

    def limits(self, account: Account) -> Mapping[str, RateGate]:
        """Return the limits that are on for all of an account's requests of a kind, by name."""
        gates = {"creates": self._limits.creates(account), "catalogue": self._limits.catalogue(account)}
        return {name: gate for name, gate in gates.items() if not gate.limit.is_off}

    @property
    def common(self) -> Clock:
        """A clock that stands as those of accounts that are opened from now on: they move when those of all do."""
        return self._register.common

    def clocks(self, account: str | None = None) -> Mapping[str, Mapping[str, Any]]:
        """Return the time as one account or each sees it, by handle, in seconds since the epoch.

        `fake` is that of accounts that are opened from now on. `next_due` is when an account's next task ends or its
        next callback goes out, or None while nothing waits; `delivering` is how many callbacks are on their way.
        """
        rows, common = {one.handle: self.clock_of(one) for one in self._meant(account)}, self.common
        return {"fake": {"now": common.now(), "frozen": common.frozen}, **rows}

    def clock_of(self, account: Account) -> Mapping[str, Any]:
        """Return the time as one account sees it, as `clocks` does."""
        at = self._store.next_at(account.handle)
        return {
            "now": account.clock.now(),
            "frozen": account.clock.frozen,
            "next_due": at if at < inf else None,
            "delivering": self._runner.deliveries.on_their_way[account.handle],
        }

    def check_clock(self, **given: Unpack[ClockArguments]) -> None:
        """Raise WrongOrderError for what no clock can do."""
        check(CLOCK, given)
        seconds = given.get("advance", 0)
        left = LATEST_MOMENT - self._furthest(given.get("account")) if seconds else inf
        if seconds > left:
            raise WrongOrderError(
                f"advance: at most to the year 9000, which is {max(0.0, left):.0f} s away; got {shown(seconds)}"
            )

    def move_clock(self, **given: Unpack[ClockArguments]) -> None:
        """Freeze or resume, then advance, the clock of one account or of all; events go out at their own moment.

        Of all are those, too, that are opened later, but for how far receivers are ahead.
        """
        self.check_clock(**given)
        name, freeze, ahead = given.get("account"), given.get("freeze"), given.get("receivers_ahead")
        seconds = given.get("advance", 0)
        if name is None:
            accounts = self._register.move_common(lambda clock: _move(clock, freeze, seconds))
        else:
            accounts = [self.get(name)]
        for account in accounts:
            # One that is forgotten meanwhile might as well have been moved before.
            with suppress(AccountGoneError), self._store.work(account.handle) as work:
                _freeze(work.account.clock, freeze)
                if ahead is not None:
                    work.account.receivers_ahead = ahead
                work.save_clock()
        # Callbacks go out on the way, which no transaction may wait for.
        for account in accounts:
            self._runner.advance(account, seconds, waits=given.get("wait", True))
        self._alarm.set()

    def _furthest(self, account: str | None) -> float:
        """Return the latest time that one account sees, or any; opens none."""
        handle = self.handle(account)
        known = self.all() if handle is None else filter(None, [self._store.account(handle)])
        return max([self.common.now(), *(one.clock.now() for one in known)])

    def reopen(self, account: Account) -> None:
        """Forget an account with its tasks and events, and open it as a new one."""
        self._store.clear(account.handle)
        self._register.open(account.handle)

    def reopen_all(self) -> None:
        """Forget every account, and open those that the settings name."""
        self._store.clear(None)
        self._register.open_configured()

    def _meant(self, account: str | None) -> list[Account]:
        """Return the account of a key or a handle, or every one for None."""
        return self.all() if account is None else [self.get(account)]

    def _of_key(self, key: str) -> Account:
        self._require_no_handle(key)
        self._require_form(key)
        handle = self.handle_of(key)
        found = self._store.account(handle)
        if found is None and not self._register.accepts(handle):
            known = self._known()
            raise NotThereError(f"account: this key is not one of the fake's; add it as an account first ({known})")
        return found or self._register.open(handle)

    def _require_no_handle(self, key: str) -> None:
        if re.fullmatch(_HANDLE, key):
            raise NotThereError(f"account: no account has the handle {key}; there are: {self._known()}")

    def _known(self) -> str:
        return ", ".join(account.handle for account in self.all()) or "none yet"

    def _require_form(self, key: str) -> None:
        problem = self._register.problem(key)
        if problem:
            raise WrongOrderError(f"key: it {problem}; expected printable ASCII without spaces")


def _move(clock: Clock, freeze: bool | None, seconds: float) -> None:
    _freeze(clock, freeze)
    clock.skip(seconds)


def _freeze(clock: Clock, freeze: bool | None) -> None:
    if freeze is True:
        clock.freeze()
    elif freeze is False:
        clock.resume()
