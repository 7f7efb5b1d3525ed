"""What is forgotten of a state file beside whoever opens accounts, works on them, or makes room."""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from functools import partial

import pytest

from fakie.adapters.state.sqlite_store import SqliteStore
from fakie.adapters.state.state_file import Statement
from support.clients.doors import Door
from support.servers.fakes import HandClock
from support.state import Restarting

OTHER = {"Authorization": "Bearer other-key"}
Beside = Callable[[Callable[[], object]], threading.Thread]


@pytest.fixture
def beside() -> Beside:
    """Begin something in a thread, as far as it comes at once."""

    def begin(act: Callable[[], object]) -> threading.Thread:
        thread = threading.Thread(target=act)
        thread.start()
        thread.join(0.3)
        return thread

    return begin


def held_write(door: Door, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let the next that is written wait until the event is set, and nothing else."""
    store, go_on = door.service.state.store, threading.Event()
    assert isinstance(store, SqliteStore)
    write = store.write

    def held(statements: Sequence[Statement]) -> None:
        monkeypatch.setattr(store, "write", write)
        assert go_on.wait(60)
        write(statements)

    monkeypatch.setattr(store, "write", held)
    return go_on


def ids(door: Door) -> list[str]:
    return [task["task_id"] for task in door.get("/_fakie/tasks").data]


def test_who_comes_while_all_is_forgotten_is_there_after_a_restart(start: Restarting, beside: Beside) -> None:
    """The reset waits for somebody's work meanwhile, and knew nothing of who came later."""
    door = start()
    door.new_task()
    store = door.service.state.store
    [account] = store.accounts()
    with store.work(account.handle):
        reset = beside(store.clear)
        create = beside(partial(door.create, headers=OTHER))
    reset.join()
    create.join()
    before = ids(door)
    assert len(before) == 1
    again = start()
    assert ids(again) == before
    assert len(again.service.state.store.accounts()) == 1


@pytest.mark.parametrize("keys", [(), ("test-key",)])
def test_who_asks_while_his_account_is_forgotten_has_a_new_one(
    start: Restarting, beside: Beside, monkeypatch: pytest.MonkeyPatch, keys: tuple[str, ...]
) -> None:
    """As a moment later: it takes as long as the file does, in which a good key was said to be none."""
    door = start(keys=keys)
    door.new_task()
    store = door.service.state.store
    go_on = held_write(door, monkeypatch)
    answers: list[str] = []
    reset = beside(store.clear)
    create = beside(lambda: answers.append(door.create().situation))
    go_on.set()
    reset.join()
    create.join()
    assert answers == ["accepted"]
    assert len(ids(start())) == 1


def test_what_makes_room_while_its_account_is_forgotten_brings_nothing_back(
    start: Restarting, beside: Beside, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An account keeps count of its running tasks, and is written when one of those goes."""
    door = start(keep_hours=1.0)
    door.new_task()
    store = door.service.state.store
    clock.seconds += 7200
    go_on = held_write(door, monkeypatch)
    room = beside(store.next_turn)
    reset = beside(store.clear)
    go_on.set()
    room.join()
    reset.join()
    assert start().get("/_fakie/accounts").data == []


def test_what_is_asked_while_the_journal_is_forgotten_is_in_the_file_where_it_is_in_memory(
    start: Restarting, beside: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry that was dropped from memory alone would be there again after a restart."""
    door = start()
    store = door.service.state.store
    assert isinstance(store, SqliteStore)
    write, asked = store.write, []

    def then_asked(statements: Sequence[Statement]) -> None:
        monkeypatch.setattr(store, "write", write)
        write(statements)
        asked.append(beside(door.new_task))

    monkeypatch.setattr(store, "write", then_asked)
    door.service.state.journal.forget()
    asked[0].join()
    seen = [entry.number for entry in door.service.state.journal]
    assert [entry.number for entry in store.rows.entries()] == seen


def test_a_journal_or_a_fake_that_cannot_be_forgotten_in_the_file_is_not_forgotten_at_all(
    start: Restarting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was answered as done would be there again after a restart, and what was refused half done."""
    door = start()
    door.new_task()
    door.post("/_fakie/faults", {"code": 429, "times": 2})
    names = ("journal", "tasks", "faults", "accounts")
    before = {name: door.get(f"/_fakie/{name}").data for name in names}

    def full(_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(start.file, "commit", full)
        for refused in (door.ask("DELETE", "/_fakie/journal"), door.post("/_fakie/reset", {})):
            assert refused.situation == "state_unwritable"
            assert {name: door.get(f"/_fakie/{name}").data for name in names} == before
    assert door.ask("DELETE", "/_fakie/journal").code == 200
    start.kill()
    assert start().get("/_fakie/journal").data == []
