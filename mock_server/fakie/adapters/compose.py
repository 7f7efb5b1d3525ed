"""Putting a fake together."""

import time
from pathlib import Path

from fakie.adapters.ids import RandomIds, SeededIds
from fakie.adapters.media import TinyMedia
from fakie.core.clock import Clock, Now
from fakie.core.ports import Sender
from fakie.core.runtime import Contracts, FakeState, Outside
from fakie.core.service import Service
from fakie.core.settings import Settings
from fakie.core.store import MemoryStore
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.docs import Docs
from fakie_schemas.catalog.prices import Prices
from fakie_schemas.catalog.profile import Profile


def make_service(
    settings: Settings,
    sender: Sender,
    *,
    profile: str | Profile = "documented",
    seed: int | None = None,
    catalog: Catalog | None = None,
    docs: Docs = "pinned",
    schemas: Path | None = None,
    now: Now = time.time,
    receivers_now: Now | None = None,
) -> Service:
    """Make a service with the shipped catalog, memory as its store and `now` as its clock.

    `receivers_now` is the clock that the receivers of callbacks see, where time that is skipped moves it too.
    `docs` says which revision of a model is served; `schemas` is a folder of more revisions, which go first.
    """
    contracts = Contracts(
        catalog or Catalog.shipped(schemas, docs),
        Profile.load(profile) if isinstance(profile, str) else profile,
        Prices.load() if settings.prices == "listed" else None,
    )
    outside = Outside(RandomIds() if seed is None else SeededIds(seed), sender, TinyMedia(), receivers_now or now)
    return Service(contracts, settings, FakeState(MemoryStore(), Clock(now)), outside)
