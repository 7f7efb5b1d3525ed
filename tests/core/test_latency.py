"""Latency as measured: how late answers are and how long tasks take, and that others change nothing of it."""

from collections.abc import Callable

import pytest

from fakie.core.handling.delays import Delays
from fakie.core.service import Service
from fakie_schemas.catalog.profile import Profile
from support.clients.doors import CREATE, RECORD, open_door
from support.servers.fakes import HandClock

Make = Callable[..., Service]


def test_answers_and_tasks_take_as_long_as_was_measured_when_asked(make: Make, clock: HandClock) -> None:
    """Half of the answers within the median, nine of ten within the measured bound; tasks as long as on the wire."""
    delays = Delays(Profile.load("observed").habits, "seed")
    drawn = sorted(fault.seconds for _ in range(2000) if (fault := delays.of("createTask")))
    assert len(drawn) == 2000
    assert drawn[1000] == pytest.approx(0.48, rel=0.05)
    assert drawn[1800] == pytest.approx(0.70, rel=0.05)
    assert delays.of(None) is None
    service = make(profile="observed", latency="observed")
    with open_door("direct", service) as door:
        task = door.create({"model": "gpt-image-2-text-to-image", "input": {"prompt": "x"}}).data["taskId"]
        clock.seconds += 54
        assert door.record(task)["state"] == "generating"
        clock.seconds += 1
        assert door.record(task)["state"] == "success"
    spoiled = [entry.spoiled for entry in service.state.journal if entry.path == CREATE]
    assert spoiled == ["latency"]


def test_an_accounts_answers_are_late_by_the_same_whatever_others_ask() -> None:
    """With a seed, the nth answer of an endpoint to an account takes as long in every run; another account's do not."""
    habits = Profile.load("observed").habits
    alone, beside = Delays(habits, "seed"), Delays(habits, "seed")
    expected = [alone.of("createTask", "key-1") for _ in range(5)]
    found = []
    for _ in range(5):
        assert beside.of("createTask", "key-2") not in expected
        beside.of("recordInfo", "key-1")
        found.append(beside.of("createTask", "key-1"))
    assert found == expected
    assert [Delays(habits, "").of("createTask") for _ in range(2)].count(expected[0]) == 0


def test_a_fresh_task_of_a_model_is_unknown_for_a_moment_and_one_of_a_family_is_not(make: Make) -> None:
    """As clients report it of recordInfo; nobody has of the records of families."""
    with open_door("direct", make(profile="observed", latency="observed")) as door:
        film = door.post("/api/v1/veo/generate", {"prompt": "a cat", "model": "veo3_fast"}).data["taskId"]
        assert door.get(f"/api/v1/veo/record-info?taskId={film}").code == 200
        task = door.create({"model": "gpt-image-2-text-to-image", "input": {"prompt": "x"}}).data["taskId"]
        assert door.get(f"{RECORD}?taskId={task}").msg == "recordInfo is null"
