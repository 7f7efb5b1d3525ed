"""The parts of one fake: the contracts it keeps, the state it remembers, and its ports to the outside."""

from time import perf_counter

from msgspec import Struct, field

from fakie.core.accounts import HandleOf, handle_of
from fakie.core.alarm import Alarm
from fakie.core.clock import Clock, Now
from fakie.core.file_ports import Fetcher, FormReader
from fakie.core.journal import Journal
from fakie.core.ports import Exposition, Ids, MediaLibrary, Sender, Store
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.prices import Prices
from fakie_schemas.catalog.profile import Profile


class Contracts(Struct, frozen=True):
    """The promises of the API; `prices` is the list that jobs are charged by, None: the profile's flat price."""

    catalog: Catalog
    profile: Profile
    prices: Prices | None = None


class FakeState(Struct, frozen=True):
    """Everything that changes while the fake runs; `alarm` is set when a new event waits on the agenda.

    `handle_of` names the account of a key, by the secret that goes with the store where there is one.
    """

    store: Store
    clock: Clock
    journal: Journal
    alarm: Alarm = field(default_factory=Alarm)
    handle_of: HandleOf = handle_of


class Outside(Struct, frozen=True):
    """The ports: where ids, results, forms, files and metrics come from, callbacks go, and the clock of receivers.

    By the `stopwatch`, in seconds, is measured how long an answer took.
    """

    ids: Ids
    sender: Sender
    media: MediaLibrary
    forms: FormReader
    fetcher: Fetcher
    receivers_now: Now
    exposition: Exposition
    stopwatch: Now = perf_counter
