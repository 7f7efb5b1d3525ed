"""The accounts that a test names, and those that requests came with."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from fakie.core.control.accounts import AccountControl
from fakie.core.control.errors import WrongOrderError
from fakie_schemas.nearest import did_you_mean

# Longer ones may be real keys, of which only the handle is shown.
_LONGEST_SHOWN = 24


class NamedAccounts:
    """Remembers both, and tells of orders and moves of the clock for an account that there never was.

    A key may come later than what is meant for it, so that a misspelt one is opened like any other.
    """

    def __init__(self, accounts: AccountControl) -> None:
        self._accounts = accounts
        # Names by handle.
        self._known: dict[str, str] = {}
        self._expected: dict[str, str] = {}

    def add(self, key: str) -> None:
        """Remember an account that the test opens under a key."""
        self._known[self._accounts.handle_of(key)] = _shown(key)

    @contextmanager
    def expecting(self, account: object) -> Iterator[None]:
        """Remember the account that a `with` block means something for, if it is not there yet; not if it raises."""
        new = self._new_handle(account) if isinstance(account, str) else None
        yield
        if new is not None:
            self._expected[new] = _shown(str(account))

    def forget(self) -> None:
        """Expect none of those named so far."""
        self._expected.clear()

    def came(self, handle: str) -> None:
        """Hear that a request came with the key of an account that is there."""
        if handle in self._expected:
            self._known[handle] = self._expected.pop(handle)

    @property
    def missing(self) -> list[str]:
        """Those that no request came with, each with the one that may be meant instead."""
        expected = {handle: name for handle, name in self._expected.items() if handle not in self._known}
        return [f"{(name or handle)!r}{self._hint(name)}" for handle, name in expected.items()]

    def _new_handle(self, account: str) -> str | None:
        with suppress(WrongOrderError):
            handle = self._accounts.handle(account)
            return None if any(each.handle == handle for each in self._accounts.all()) else handle
        return None

    def _hint(self, name: str) -> str:
        return did_you_mean(name, filter(None, self._known.values()))


def _shown(key: str) -> str:
    return key if len(key) < _LONGEST_SHOWN else ""
