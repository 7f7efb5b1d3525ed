"""The register of accounts: which keys are accepted, and how an account is opened."""

from collections.abc import Callable, Sequence
from math import inf
from typing import Any

from fakie.core.accounts import CAPS, Account, Signing, bearer_key, exact, key_problem
from fakie.core.clock import Clock, ClockState
from fakie.core.http.messages import Request
from fakie.core.runtime import FakeState
from fakie.core.settings import Settings
from fakie.core.situations import Refused
from fakie_schemas.catalog.profile_facts import Facts
from fakie_schemas.errors import ConfigurationError


class AccountRegister:
    """Every account of one fake, opened at the first use of its key.

    New accounts start with the `common` clock: whoever moves the time of all moves it too.
    """

    def __init__(self, state: FakeState, settings: Settings, facts: Facts) -> None:
        self._store = state.store
        self._clock = state.clock
        # Names the account of a key.
        self.handle_of = state.handle_of
        self._settings = settings
        self._facts = facts
        self._named = {self.handle_of(one.key): one for one in settings.accounts}
        # The keys in the settings, which have an account also while it is forgotten, before it is opened anew.
        keys = (*settings.keys, *(one.key for one in settings.accounts))
        self._configured = {self.handle_of(key): key for key in keys}
        # By header, of those that came last: each key's, which some clients may write in another way than others.
        self._handles: dict[str, str] = {}
        self._most_handles = 2 * settings.keep_accounts

    def authenticate(self, request: Request) -> Account:
        """Return the account of a request's key, opened if it is new; raises Refused for a key that is not accepted."""
        known = self._handles.get(request.headers.get("authorization", ""), "")
        return self._store.account(known) or self._read(request)

    def _read(self, request: Request) -> Account:
        handle = self.handle_of(bearer_key(request, self._facts.key_length))
        account = self._store.account(handle) or self._first_use(handle)
        # Only now: keys that are not accepted are not kept.
        if len(self._handles) >= self._most_handles:
            self._handles = {}
        self._handles[request.headers["authorization"]] = handle
        return account

    def _first_use(self, handle: str) -> Account:
        if not self.accepts(handle):
            raise Refused("unauthorized", reason="the key is unknown")
        return self.open(handle, self._settings.keep_accounts)

    def accepts(self, handle: str) -> bool:
        """Tell whether an account may be opened for a handle: one of the settings, or any where no keys are told."""
        return self._settings.any_key or not self._settings.keys or handle in self._configured

    def problem(self, key: str) -> str | None:
        """Return what is wrong with a key's form, without showing it, or None."""
        return key_problem(key, self._facts.key_length)

    def open(self, handle: str, most: float = inf) -> Account:
        """Return the account of a handle, made if it is new, with credits, clock and webhook key of new ones.

        Raises Refused where there are so many already; those that are being forgotten are none.
        """
        settings = self._settings
        start = exact(self._facts.credits if settings.credits is None else settings.credits)
        named = self._named.get(handle)
        has = start if named is None or named.credits is None else named.credits
        signing: Signing = "fake" if settings.webhook_key else ""
        caps: dict[str, Any] = {name: getattr(named, name) for name in CAPS} if named else {}

        def made(stands: ClockState) -> Account:
            if self._store.count_accounts() >= most:
                raise Refused("accounts_full", count=most)
            return Account(handle, has, Clock(self._clock.now, *stands), settings.webhook_key, signing, **caps)

        return self._store.open(handle, made)

    @property
    def common(self) -> Clock:
        """A clock that stands as those of new accounts do."""
        return Clock(self._clock.now, *self._store.clock_of_new())

    def move_common(self, move: Callable[[Clock], None]) -> Sequence[Account]:
        """Move the clock that new accounts start with; return those that are there."""

        def moved(state: ClockState) -> ClockState:
            clock = Clock(self._clock.now, *state)
            move(clock)
            return clock.state

        return self._store.change_clock_of_new(moved)

    def open_configured(self) -> None:
        """Open the accounts of the keys in the settings that have none yet; raises ConfigurationError for a bad key."""
        if len(self._named) < len(self._settings.accounts):
            raise ConfigurationError("--account: two of them have the same key; say all of an account at once")
        for handle, key in self._configured.items():
            problem = self.problem(key)
            if problem:
                raise ConfigurationError(f"an API key {problem}; expected printable ASCII without spaces")
            self.open(handle)
