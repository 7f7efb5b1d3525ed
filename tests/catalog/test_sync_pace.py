"""How fast a catalogue is asked, and what becomes of one that is asked too often, or that is gone."""

from pathlib import Path

import pytest

from fakie_schemas.sync.errors import CannotSync
from fakie_schemas.sync.run import Sync, SyncChoice
from fakie_schemas.sync.state import SyncState
from support.catalogue_runs import DAY, GOOD, by_hand_clock, sync, written
from support.clients.program import fakie
from support.servers.catalogues import (
    MODELS,
    Answered,
    CatalogueStandIn,
    enveloped,
    listing,
    schema_path,
    serving,
)
from support.servers.fakes import HandClock

TOO_OFTEN: tuple[Answered, ...] = (
    enveloped(None, 429, "too often"),
    (429, {"Retry-After": "7"}, b"<html>"),
    (429, {"Retry-After": "1e9"}, b""),
)


def test_too_often_waits_and_goes_on(tmp_path: Path) -> None:
    """By body code or HTTP status, with the pause that was asked for, longer each time otherwise."""
    stand_in = CatalogueStandIn.of(GOOD)
    good = stand_in.answers[schema_path(GOOD)]
    assert not isinstance(good, list)
    stand_in.answers[schema_path(GOOD)] = [*TOO_OFTEN, good]
    with serving(stand_in):
        source, pauses = by_hand_clock(stand_in.url, HandClock(), seconds=0.0)
        state = SyncState.open(tmp_path / "out", source.name, DAY)
        Sync(source, state, SyncChoice()).run()
        source.close()
    assert pauses == [1, 7, 4]
    assert written(tmp_path / "out") == {GOOD}


def test_too_often_for_ever_ends(tmp_path: Path) -> None:
    """A model that is refused four pauses long is a failure, and after three such models the run ends."""
    models = ("a", "b", "c", "d", "e")
    stand_in = CatalogueStandIn({MODELS: listing(*models), **{schema_path(one): TOO_OFTEN[0] for one in models}})
    with serving(stand_in):
        source, pauses = by_hand_clock(stand_in.url, HandClock(), seconds=0.0)
        state = SyncState.open(tmp_path / "out", source.name, DAY)
        with pytest.raises(CannotSync, match="still answers 429 after 4 pauses"):
            Sync(source, state, SyncChoice()).run()
        source.close()
    assert pauses == [1, 2, 4, 8] * 3
    assert [outcome.name for outcome in state.of("failed")] == ["a", "b"]


def test_nobody_there_ends_soon(tmp_path: Path) -> None:
    """A host that goes away amid a run is not asked two hundred times."""
    models = tuple(f"m{number}" for number in range(30))
    stand_in = CatalogueStandIn({MODELS: listing(*models), **dict.fromkeys(map(schema_path, models))})
    with serving(stand_in):
        done = sync(stand_in.url, tmp_path / "out")
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("fakie: ")
    assert "does not answer any more" in done.stderr
    assert len(stand_in.asked) == 11


def test_no_other_host_is_asked_faster_than_documented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shorter pace is for catalogues of this machine."""
    monkeypatch.setenv("FAKIE_API_KEY", "a-good-key")
    done = fakie("sync", "--out", tmp_path / "out", "--pace", "0.5")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "--pace" in done.stderr
