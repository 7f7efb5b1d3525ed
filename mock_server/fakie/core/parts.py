"""The collaborators of one fake, handed from the service to its stages."""

import threading
from dataclasses import dataclass, field

from fakie.core.accounts import Account, handle_of, key_fault
from fakie.core.clock import Clock
from fakie.core.http.transport_faults import Spoil
from fakie.core.journal import Journal
from fakie.core.orders import OrderBook
from fakie.core.ports import Ids, MediaLibrary, Sender, Store
from fakie.core.settings import Settings
from fakie.core.tasks.plans import Course
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.prices import Prices
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.errors import ConfigurationError


@dataclass(frozen=True)
class Parts:
    """Everything a stage may need.

    `alarm` is set whenever a new event waits on the agenda; `prices` is the list that jobs are charged by, if any.
    """

    catalog: Catalog
    profile: Profile
    settings: Settings
    store: Store
    clock: Clock
    ids: Ids
    sender: Sender
    media: MediaLibrary
    journal: Journal = field(default_factory=Journal)
    faults: OrderBook[str] = field(default_factory=OrderBook)
    courses: OrderBook[Course] = field(default_factory=OrderBook)
    spoils: OrderBook[Spoil] = field(default_factory=OrderBook)
    alarm: threading.Event = field(default_factory=threading.Event)
    prices: Prices | None = None

    def open_account(self, key: str) -> Account:
        """Make the account of a key, with the credits, clock and webhook key that new accounts get."""
        settings = self.settings
        start = self.profile.fact("credits") if settings.credits is None else settings.credits
        account = Account(handle_of(key), start, Clock(self.clock.now), settings.webhook_key)
        self.store.save_account(account)
        return account

    def open_configured_accounts(self) -> None:
        """Make the accounts of the keys that the settings name, those that there are not yet.

        Raises ConfigurationError for a key that no request could carry.
        """
        for key in self.settings.keys:
            fault = key_fault(key, self.profile.fact("key_length"))
            if fault:
                raise ConfigurationError(f"an API key {fault}; expected printable ASCII without spaces")
            if self.store.account(handle_of(key)) is None:
                self.open_account(key)
