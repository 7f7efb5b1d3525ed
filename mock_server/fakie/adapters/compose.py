"""Putting a fake together."""

import time
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from fakie.adapters.form_reader import WerkzeugForms
from fakie.adapters.ids import RandomIds, SeededIds
from fakie.adapters.media import TinyMedia
from fakie.adapters.metrics import exposition
from fakie.adapters.ui.door import UiDoor
from fakie.adapters.url_fetcher import UrlFetcher
from fakie.core.accounts import keyed_handles
from fakie.core.clock import Clock, Now
from fakie.core.file_ports import Fetcher
from fakie.core.journal import Journal
from fakie.core.memory.store import MemoryStore
from fakie.core.ports import Sender, Store
from fakie.core.retention import Retention
from fakie.core.runtime import Contracts, FakeState, Outside
from fakie.core.service import Service
from fakie.core.settings import Settings
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.docs import Docs
from fakie_schemas.catalog.prices import Prices
from fakie_schemas.catalog.profile import Profile
from fakie_schemas.catalog.record_shapes import check_together
from fakie_schemas.errors import ConfigurationError


def make_service(
    settings: Settings,
    sender: Sender,
    *,
    profile: str | Profile = "documented",
    seed: int | None = None,
    catalog: Catalog | None = None,
    docs: Docs | None = None,
    schemas: Path | None = None,
    now: Now = time.time,
    fetcher: Fetcher | None = None,
    receivers_now: Now | None = None,
    stopwatch: Now = time.perf_counter,
    store: Callable[[Now, Retention], Store] | None = None,
    secret: bytes = b"",
) -> Service:
    """Make a service with the shipped catalog, memory as its store and `now` as its clock.

    `store` makes another store: the accounts' clocks hang on its first argument, its second says how much is kept;
    `secret` goes into the names of accounts. `docs` says which revision of a model is served, None: what the profile
    says; `schemas` is a folder of more revisions, which go first. `fetcher` fetches for URL uploads, over HTTP where
    none is given. `receivers_now` is the clock that the receivers of callbacks see, where time that is skipped moves it
    too; by the `stopwatch` is measured how long answers took. Raises ConfigurationError for a wire that was gone when
    those pages came.
    """
    check_together(settings.wire, docs)
    answers = Profile.load(profile) if isinstance(profile, str) else profile
    contracts = Contracts(
        catalog or Catalog.shipped(schemas, docs or answers.docs),
        answers,
        _prices(settings),
    )
    if seed is not None:
        # What goes by chance goes by it too.
        settings = replace(settings, seed=settings.seed or str(seed))
    ids = RandomIds() if seed is None else SeededIds(seed)
    outside = Outside(
        ids, sender, TinyMedia(), WerkzeugForms(), fetcher or UrlFetcher(), receivers_now or now, exposition, stopwatch
    )
    clock = Clock(now)
    kept = (store or MemoryStore)(clock.now, settings.retention)
    service = Service(
        contracts, settings, FakeState(kept, clock, Journal(kept.log), handle_of=keyed_handles(secret)), outside
    )
    service.ui = UiDoor(service)
    return service


def check_models(service: Service) -> None:
    """Raise ConfigurationError for a model that is to be disabled, and is none."""
    catalog = service.contracts.catalog
    for model in service.settings.disabled:
        if catalog.served(model) is None:
            near = ", ".join(catalog.near(model))
            raise ConfigurationError(f"--disable: no model is called {model!r}; the nearest are: {near}")


def _prices(settings: Settings) -> Prices | None:
    if settings.prices == "flat":
        return None
    return Prices.load(None if settings.prices == "listed" else settings.prices)
