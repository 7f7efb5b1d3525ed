"""The log of a state file that was killed, beside a copy that was put in the file's place, or beside none."""

import pytest

from fakie.adapters.state.copying import exported, import_state
from fakie.adapters.state.open_files import log_of
from fakie_schemas.errors import ConfigurationError
from support.clients.doors import Door
from support.state import Restarting


@pytest.mark.parametrize("of_the_copy", [0, 1, 30])
@pytest.mark.parametrize("of_the_log", [1, 30])
def test_a_copy_that_was_put_back_beside_the_log_of_another_is_told_of_it(
    start: Restarting, of_the_copy: int, of_the_log: int
) -> None:
    """SQLite takes a log for that of the file beside it; neither is changed, and without the log the copy is whole."""
    _make_tasks(start(limits="off"), of_the_copy)
    start.stop()
    copy = start.path.read_bytes()
    door = start(limits="off")
    _make_tasks(door, 100)
    assert start.file
    start.file.wipe()
    _make_tasks(door, of_the_log)
    start.kill()
    start.path.write_bytes(copy)
    log = log_of(start.path)
    found = log.read_bytes()
    with pytest.raises(ConfigurationError, match=f"is damaged.* remove {log.name}, which belongs to"):
        start()
    assert (start.path.read_bytes(), log.read_bytes()) == (copy, found)
    log.unlink()
    assert len(start().get("/_fakie/tasks").data) == of_the_copy


def test_no_state_is_made_beside_the_log_of_one_that_was_moved_away(start: Restarting) -> None:
    """It would be damaged, or the old one again; that one is whole once it is back, and without the log a new one."""
    door = start()
    assert start.file
    data = exported(start.file)
    _make_tasks(door, 3)
    start.kill()
    log, away = log_of(start.path), start.path.with_name("away.state")
    start.path.rename(away)
    with pytest.raises(ConfigurationError, match=f"it is gone, and {log.name} has"):
        start()
    with pytest.raises(ConfigurationError, match=f"it is gone, and {log.name} has"):
        import_state(start.path, data)
    away.rename(start.path)
    assert len(start().get("/_fakie/tasks").data) == 3
    start.kill()
    start.path.unlink()
    log_of(start.path).unlink()
    assert start().get("/_fakie/tasks").data == []


def _make_tasks(door: Door, number: int) -> None:
    for _ in range(number):
        door.new_task()
