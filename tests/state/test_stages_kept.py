"""Tasks that call back in stages go on in stages after a kill."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from fakie.cli import program
from fakie_schemas import format_schema
from fakie_schemas.validator import contract_validator
from support.families import FamilyClient
from support.servers.fakes import Collector, HandClock
from support.state import Restarting

MUSIC = "suno/generate"


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


def test_what_waits_for_its_key_is_exported(start: Restarting, clock: HandClock, tmp_path: Path) -> None:
    """With its stage, in the published form, and taken in again."""
    FamilyClient(start(webhook_key="k"), clock).new_task(MUSIC)
    start.kill()
    FamilyClient(start(), clock).pass_time(2)
    start.stop()
    exported = CliRunner().invoke(program, ["state", "export", str(start.path)])
    data = json.loads(exported.output)
    contract_validator(format_schema("state")).validate(data)
    [account] = data["accounts"]
    assert [stage for _, stage in account["data"]["unsigned"]] == ["text"]
    (tmp_path / "export.json").write_text(exported.output, encoding="utf-8")
    again = CliRunner().invoke(program, ["state", "import", str(tmp_path / "b.state"), str(tmp_path / "export.json")])
    assert again.exit_code == 0, again.output
