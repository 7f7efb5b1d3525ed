"""Runs of `fakie sync`, and what they leave."""

from pathlib import Path

from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.limits import WindowLimit
from fakie_schemas.pace import Pace
from fakie_schemas.sync.live import LiveCatalogue
from support.clients.program import Done, fakie
from support.servers.fakes import HandClock

DAY = "2026-10-02"
GOOD = "z-image"
ODD = "bytedance/seedream"


def sync(origin: object, out: Path, *more: str) -> Done:
    paced = () if "://" not in str(origin) else ("--pace", "0")
    return fakie("sync", "--from", origin, "--out", out, "--date", DAY, *paced, *more)


def written(out: Path) -> set[str]:
    """Name the models of which both files are there; fails for what no whole run leaves."""
    facts = {file.parent for file in out.rglob("*.revision.json")}
    assert {file.parent for file in out.rglob("*.request.schema.json")} == facts
    assert not list(out.rglob("*.part"))
    assert not facts or Catalog(out).broken == ()
    return {folder.relative_to(out).as_posix() for folder in facts}


def by_hand_clock(url: str, clock: HandClock, seconds: float = 1.0) -> tuple[LiveCatalogue, list[float]]:
    """Return the catalogue at a URL, asked once in so many seconds of a test's clock, and the pauses that it makes."""
    pauses: list[float] = []

    def sleep(pause: float) -> None:
        pauses.append(pause)
        clock.seconds += pause

    return LiveCatalogue(url, "a-key", Pace(WindowLimit(1, seconds), clock, sleep)), pauses
