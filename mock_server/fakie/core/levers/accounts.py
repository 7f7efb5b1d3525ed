"""Levers on accounts, their clocks, and forgetting them."""

from typing import Any

from fakie.core.accounts import Account, handle_of, key_fault
from fakie.core.levers.lever import TEXT, Call, Lever, account_handle, takes
from fakie.core.parts import Parts
from fakie.core.running.runner import Runner
from fakie.core.situations import Refused


class AccountLevers:
    """Credits, webhook keys, time."""

    def __init__(self, parts: Parts, runner: Runner) -> None:
        self._parts = parts
        self._runner = runner

    def table(self) -> tuple[Lever, ...]:
        """Give the levers."""
        key = {"type": "string", "minLength": 1, "examples": ["the-key"]}
        account = takes(("key",), key=key, credits={"type": "number", "minimum": 0}, webhook_key=TEXT)
        seconds = {"type": "number", "minimum": 0, "maximum": 1e9, "examples": [30]}
        clock = takes(advance=seconds, freeze={"type": "boolean"}, account=TEXT)
        return (
            Lever("GET", "/accounts", "every account, by handle", self._list),
            Lever("POST", "/accounts", "makes or changes the account of a key", self._set, account),
            Lever(
                "GET", "/clock", "the time in seconds since the epoch, as the fake and each account see it", self._clock
            ),
            Lever("POST", "/clock", "advances, freezes or resumes the time, of one account or all", self._move, clock),
            Lever("POST", "/reset", "forgets one account, or everything", self._reset, takes(account=TEXT)),
        )

    def _list(self, _: Call) -> Any:
        return [_shown(account) for account in self._parts.store.accounts()]

    def _set(self, call: Call) -> Any:
        with self._parts.store.transaction():
            return self._changed(call)

    def _changed(self, call: Call) -> Any:
        key = call.body["key"]
        fault = key_fault(key, self._parts.profile.fact("key_length"))
        if fault:
            raise Refused("lever_misused", reason=f"key: it {fault}; expected printable ASCII without spaces")
        account = self._parts.store.account(handle_of(key)) or self._parts.open_account(key)
        account.credits = call.body.get("credits", account.credits)
        account.webhook_key = call.body.get("webhook_key", account.webhook_key)
        self._parts.store.save_account(account)
        return _shown(account)

    def _clock(self, _: Call) -> Any:
        accounts = {account.handle: account.clock for account in self._parts.store.accounts()}
        clocks = {"fake": self._parts.clock, **accounts}
        return {name: {"now": clock.now(), "frozen": clock.frozen} for name, clock in clocks.items()}

    def _move(self, call: Call) -> Any:
        handle = account_handle(self._parts, call.body.get("account"))
        accounts = [account for account in self._parts.store.accounts() if handle in (None, account.handle)]
        if handle is not None and not accounts:
            raise Refused("lever_unknown", reason="no account of this key has been used yet")
        for account in accounts:
            self._move_one(account, call)
        self._parts.alarm.set()
        return self._clock(call)

    def _move_one(self, account: Account, call: Call) -> None:
        freeze = call.body.get("freeze")
        if freeze is True:
            account.clock.freeze()
        elif freeze is False:
            account.clock.resume()
        self._runner.advance(account, call.body.get("advance", 0))

    def _reset(self, call: Call) -> Any:
        handle = account_handle(self._parts, call.body.get("account"))
        with self._parts.store.transaction():
            self._parts.store.clear(handle)
            self._parts.journal.forget(handle)
            if handle is None:
                self._parts.faults.remove()
                self._parts.courses.remove()
                self._parts.spoils.remove()
            self._parts.open_configured_accounts()


def _shown(account: Account) -> Any:
    return {
        "account": account.handle,
        "credits": account.credits,
        "signs_callbacks": account.webhook_key is not None,
    }
