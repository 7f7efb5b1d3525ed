"""Tasks that call back in stages go on in stages after a kill."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fakie.core.service import Service
from support.families import FamilyClient
from support.servers.fakes import Collector, HandClock
from support.state import Restarting

MUSIC = "suno/generate"


@pytest.fixture
def start(make: Callable[..., Service], tmp_path: Path) -> Iterator[Restarting]:
    """Start a fake on one state file, again and again."""
    restarting = Restarting(make, tmp_path)
    yield restarting
    restarting.stop()


def told(sent: Collector) -> list[str]:
    return [json.loads(one.body)["data"]["callbackType"] for one in sent.outgoing]


def test_a_kill_between_stages_loses_and_doubles_none(start: Restarting, sent: Collector, clock: HandClock) -> None:
    """What was told is not told again, and the rest follows in order."""
    client = FamilyClient(start(), clock)
    client.new_task(MUSIC)
    client.pass_time(2)
    assert told(sent) == ["text"]
    start.kill()
    FamilyClient(start(), clock).pass_time()
    assert told(sent) == ["text", "first", "complete"]


@pytest.mark.parametrize("seconds", [2, None])
def test_stages_that_waited_for_their_key_come_in_order(
    start: Restarting, sent: Collector, clock: HandClock, seconds: float | None
) -> None:
    """Whether the key is given again while the task runs or after its end."""
    FamilyClient(start(webhook_key="k"), clock).new_task(MUSIC)
    start.kill()
    client = FamilyClient(start(), clock)
    client.pass_time(seconds) if seconds else client.pass_time()
    assert told(sent) == []
    client = FamilyClient(start(webhook_key="k"), clock)
    client.door.service.run_due()
    client.pass_time()
    assert told(sent) == ["text", "first", "complete"]
