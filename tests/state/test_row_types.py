"""Rows that somebody changed: whatever has a wrong type is one line at the start, and not a failure later."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from fakie.adapters.state.copying import read_all
from fakie.adapters.state.state_file import StateFile
from fakie.cli import program
from fakie_schemas.errors import ConfigurationError
from support.state import Restarting

_SET = "UPDATE {} SET data = json_set(data, '$.{}', {})"
# What is wrong, by the statement that makes it so, and a part of the reason.
CHANGES = {
    _SET.format("accounts", "skipped", "'x'"): "got `str` - at `$.skipped`",
    _SET.format("accounts", "credits", "'NaN'"): "NaN is no amount",
    _SET.format("accounts", "day_spent", "'Infinity'"): "Infinity is no amount",
    _SET.format("accounts", "windows.creates", "json('[1, \"x\"]')"): "$.windows[...][1]",
    _SET.format("accounts", "planned", 2**63 - 1): "$.planned",
    _SET.format("accounts", "signing", "'nobody'"): "$.signing",
    _SET.format("tasks", "polls", "'x'"): "$.polls",
    _SET.format("tasks", "account", "json('[]')"): "$.account",
    _SET.format("tasks", "plan.by", "'magic'"): "magic",
    _SET.format("tasks", "plan.steps", "json('[]')"): "length >= 1 - at `$.plan.steps`",
    _SET.format("tasks", "end", 'json(\'{"state": "waiting", "at": 1}\')'): "no task ends as 'waiting'",
    "UPDATE tasks SET data = json_remove(data, '$.end')": "missing required field `end`",
    "UPDATE tasks SET data = json_remove(data, '$.result')": "missing required field `result`",
    _SET.format("tasks", "added", "1"): "$.added",
    _SET.format("orders", "passed", "'x'"): "$.passed",
    _SET.format("orders", "where.times", "'x'"): "$.times",
    _SET.format("orders", "what.status", "json('{}')"): "$.status",
    "UPDATE orders SET data = json_remove(data, '$.where.account')": "missing required field `account`",
    "UPDATE orders SET kind = 'plans', data = json_set(data, '$.what', json('{}'))": "missing required field `by`",
    "UPDATE orders SET kind = 'plans', data = json_set(data, '$.what', json('{\"by\": \"hold\", \"seconds\": 1}'))": (
        "missing required field `failure`"
    ),
    "UPDATE orders SET data = json_remove(data, '$.used')": "missing required field `used`",
    _SET.format("journal", "number", "'x'"): "$.number",
    _SET.format("journal", "headers", "json('[]')"): "Expected `object`",
    'UPDATE accounts SET data = replace(data, \'"skipped":\', \'"skipped":NaN,"x":\')': "JSON is malformed",
    'UPDATE accounts SET data = replace(data, \'"skipped":\', \'"skipped":1e999,"x":\')': "out of range",
    "UPDATE tasks SET data = replace(hex(zeroblob(9000)), '0', '[')": "recursion",
    "UPDATE tasks SET sent = 'text'": "Expected `bytes`",
    "UPDATE tasks SET id = 'x' || id": "named",
    "UPDATE tasks SET account = 'account-0123456789'": "named",
    "UPDATE accounts SET handle = 'account-0123456789'": "named",
    "UPDATE orders SET id = id + 1": "named",
    "UPDATE orders SET kind = 'wishes'": "no orders are called 'wishes'",
    "UPDATE order_ids SET last = 'x'": "a row of order_ids",
    "UPDATE journal SET number = number + 1000": "named",
    "UPDATE events SET at = 'x'": "a row of events",
    "UPDATE events SET at = 9e999": "a moment that never comes",
    "UPDATE events SET kind = 'other'": "a row of events",
    "UPDATE uploads SET content = 'text'": "a row of uploads",
}


@pytest.fixture
def used(start: Restarting) -> Path:
    """A state file with a row in every table."""
    door = start(limits="all")
    door.post("/_fakie/faults", {"code": 429, "endpoint": "credit"})
    door.new_task(callBackUrl="http://127.0.0.1:9/hook")
    door.post("/api/file-base64-upload", {"base64Data": "aGVsbG8=", "uploadPath": "a", "fileName": "b.txt"})
    start.stop()
    return start.path


@pytest.mark.parametrize("change", CHANGES)
def test_a_row_of_wrong_types_is_refused(used: Path, start: Restarting, change: str) -> None:
    """At the start, by check and by export, with the table and what is wrong; the file stays as it is."""
    with closing(sqlite3.connect(used)) as file:
        assert file.execute(change).rowcount > 0
        file.commit()
    before = used.read_bytes()
    with pytest.raises(ConfigurationError, match="it is damaged: a row of ") as refused:
        start()
    assert CHANGES[change] in str(refused.value)
    assert "\n" not in str(refused.value)
    start.stop()
    with pytest.raises(ConfigurationError, match="it is damaged: a row of "), closing(StateFile(used)) as file:
        read_all(file)
    exported = CliRunner().invoke(program, ["state", "export", str(used)])
    assert isinstance(exported.exception, ConfigurationError)
    assert exported.output == ""
    assert used.read_bytes() == before


def test_what_a_later_fakie_has_added_is_passed_over(used: Path, start: Restarting) -> None:
    """In any row and deep inside: the format would be another where it mattered."""
    with closing(sqlite3.connect(used)) as file:
        for place in ("accounts.new", "tasks.plan.new", "tasks.failure.new", "orders.what.new", "journal.new"):
            table, _, field = place.partition(".")
            file.execute(_SET.format(table, field, 1))
        file.commit()
    door = start()
    assert len(door.get("/_fakie/tasks").data) == 1
    assert door.get("/api/v1/chat/credit").code == 429


def test_an_order_of_the_first_fakies_with_state_is_read(start: Restarting) -> None:
    """They wrote no words of a failure, no counts by account, and not whether an order stands."""
    start().post("/_fakie/plans", {"outcome": "fail"})
    start.stop()
    with closing(sqlite3.connect(start.path)) as file:
        file.execute("UPDATE orders SET data = json_remove(data, '$.what.words', '$.asked', '$.standing')")
        file.commit()
    assert len(start().get("/_fakie/plans").data) == 1


def test_an_export_with_a_key_twice_is_refused(used: Path, tmp_path: Path) -> None:
    """And one with a number that is none; whoever wrote it meant one of the two."""
    text = CliRunner().invoke(program, ["state", "export", str(used)]).output
    for found, instead in (('"orders": [', '"orders": [], "orders": ['), ('"skipped": 0', '"skipped": NaN')):
        assert found in text
        (tmp_path / "export.json").write_text(text.replace(found, instead), "utf-8")
        done = CliRunner().invoke(
            program, ["state", "import", str(tmp_path / "copy.state"), str(tmp_path / "export.json")]
        )
        assert isinstance(done.exception, ConfigurationError)
        assert not (tmp_path / "copy.state").exists()


def test_a_number_is_shown_after_a_restart_as_it_was_written(start: Restarting) -> None:
    """5 stays 5, and does not become 5.0: whoever compares answers byte by byte sees no restart."""
    door = start()
    door.post("/_fakie/spoils", {"kind": "latency", "seconds": 5, "endpoint": "credit"})
    door.post("/_fakie/faults", {"code": 429, "probability": 1, "endpoint": "credit"})
    before = [door.get(f"/_fakie/{name}").body for name in ("spoils", "faults")]
    door = start()
    assert [door.get(f"/_fakie/{name}").body for name in ("spoils", "faults")] == before
