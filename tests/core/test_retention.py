"""What is remembered is bounded: tasks by count and age, accounts by count, the journal by entries and bytes."""

import gc
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from fakie.adapters.compose import make_service
from fakie.adapters.state.sqlite_store import SqliteStore
from fakie.adapters.state.state_file import StateFile
from fakie.core.accounts import Account
from fakie.core.clock import ClockState
from fakie.core.journal import Entry, Journal
from fakie.core.memory.store import MemoryStore
from fakie.core.retention import Retention
from fakie.core.service import Service
from fakie.core.settings import Settings
from fakie.core.tasks.due import Turn
from support.clients.doors import Door, open_door
from support.servers.fakes import Collector, HandClock

HOOK = "http://127.0.0.1:9/hook"
Start = Callable[..., Door]


@pytest.fixture(params=["memory", "file"])
def start(request: pytest.FixtureRequest, make: Callable[..., Service]) -> Iterator[Start]:
    """Start a fake with some settings, in memory or with a state file."""
    with closing(StateFile(Path("a.state"))) as file:
        stored = {"store": partial(SqliteStore, file)} if request.param == "file" else {}

        def started(**settings: object) -> Door:
            with open_door("direct", make(**stored, **settings)) as door:
                return door

        yield started


def test_the_oldest_tasks_make_room(start: Start) -> None:
    """Of many only the last are there; one that is gone is unknown, and what was due of it does not happen."""
    door = start(keep_tasks=32, limits="off")
    tasks = [door.new_task(callBackUrl=HOOK) for _ in range(100)]
    kept = [task["task_id"] for task in door.get("/_fakie/tasks").data]
    assert 32 <= len(kept) <= 35
    assert kept == tasks[-len(kept) :]
    assert door.get(f"/api/v1/jobs/recordInfo?taskId={tasks[0]}").situation == "task_unknown"
    store = door.service.state.store
    account = store.accounts()[0]
    with store.work(account.handle) as work:
        assert (account.running, store.condition().events) == (32, 32)
        events = []
        while due := work.next_event():
            work.take_event(due)
            events.append(due.task_id)
    assert events == tasks[-32:]


def test_no_more_events_are_kept_than_there_are_tasks() -> None:
    """A few times as many at most, however far away the ends were of tasks that have made room."""
    store = MemoryStore(retention=Retention(tasks=32))
    with open_door("direct", make_service(Settings(limits="off"), Collector(), store=lambda *_: store)) as door:
        for number in range(200):
            door.post("/_fakie/plans", {"seconds": 1_000_000 - number})
            door.create(headers={"Authorization": f"Bearer key-{number % 2}"})
    works = [store.work(account.handle) for account in store.accounts()]
    assert 32 <= sum(len(work.events) for work in works) <= 4 * 32


def test_what_is_due_next_is_of_a_task_that_is_there(start: Start, clock: HandClock) -> None:
    """Nobody hears of the end of one that has made room."""
    door = start(keep_tasks=32, limits="off")
    for _ in range(60):
        door.new_task()
        clock.seconds += 0.1
    [account] = [of for name, of in door.get("/_fakie/clock").data.items() if name != "fake"]
    oldest = next(iter(door.service.state.store.each_task()))
    assert oldest.plan.ends_after
    assert account["next_due"] == oldest.created_at + oldest.plan.ends_after


def test_tasks_that_have_ended_leave_no_turns(start: Start, clock: HandClock) -> None:
    """Their account has one, however many tasks of it there were."""
    door = start(limits="off")
    others = _alive(Turn)
    for _ in range(100):
        door.create()
        clock.seconds += 1000
    assert _alive(Turn) - others <= 1


def _alive(kind: type) -> int:
    """Count what this process holds of a kind."""
    gc.collect()
    return sum(isinstance(one, kind) for one in gc.get_objects())


def test_what_has_made_room_is_out_of_the_file(make: Callable[..., Service]) -> None:
    """A start on it finds the same tasks, and the file does not grow with those that were."""
    sizes = []
    for _ in range(2):
        with closing(StateFile(Path("b.state"))) as file:
            store = partial(SqliteStore, file)
            with open_door("direct", make(store=store, keep_tasks=32, limits="off")) as door:
                for _ in range(400):
                    door.new_task()
                kept = [task["task_id"] for task in door.get("/_fakie/tasks").data]
            rows = [task_id for (task_id,) in file.rows("SELECT id FROM tasks ORDER BY number")]
            assert rows == kept
            [(pages,)] = file.rows("SELECT count(*) FROM tasks")
        sizes.append(pages)
    assert max(sizes) <= 35


def test_tasks_are_kept_for_so_many_hours(start: Start, clock: HandClock) -> None:
    """By the clock of their account."""
    door = start(keep_hours=2)
    old = door.new_task()
    clock.seconds += 3600
    young = door.new_task()
    clock.seconds += 4000
    door.service.run_due()
    assert [task["task_id"] for task in door.get("/_fakie/tasks").data] == [young]
    assert door.get(f"/api/v1/jobs/recordInfo?taskId={old}").situation == "task_unknown"


def test_no_more_accounts_are_opened_than_are_kept(start: Start) -> None:
    """A new key is refused and told what would help; those that are known go on."""
    door = start(keep_accounts=2)
    answers = [door.create(headers={"Authorization": f"Bearer key-{number}"}) for number in range(3)]
    assert [answer.code for answer in answers] == [200, 200, 401]
    assert "keeps 2 accounts" in answers[2].msg
    assert door.create(headers={"Authorization": "Bearer key-0"}).code == 200


def test_accounts_that_a_reset_forgets_meanwhile_leave_room(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are counted as one is opened, so that none is refused for those of before."""
    door = start(keep_accounts=1)
    assert door.create().code == 200
    store = door.service.state.store
    real = store.open

    def open_after_a_reset(handle: str, make: Callable[[ClockState], Account]) -> Account:
        store.clear()
        return real(handle, make)

    monkeypatch.setattr(store, "open", open_after_a_reset)
    assert door.create(headers={"Authorization": "Bearer other"}).code == 200
    assert store.count_accounts() == 1


def test_the_journal_is_bounded_in_entries_and_bytes() -> None:
    """The last ten thousand, and no more than 64 MiB of bodies."""
    journal = Journal()

    def write(sent: bytes) -> None:
        journal.write(Entry("request", 0.0, None, "POST", "/", {}, sent, "accepted", ""))

    for _ in range(10_005):
        write(b"")
    assert [entry.number for entry in journal][::9_999] == [6, 10_005]
    long = b"x" * 80_000
    for _ in range(1_000):
        write(long)
    kept = list(journal)
    assert sum(len(entry.sent) for entry in kept) <= 64 * 1024 * 1024
    assert len(kept) == 64 * 1024 * 1024 // len(long)
    assert kept[-1].number == 11_005


def test_large_requests_are_bounded_by_their_bytes(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest of the large ones make room; small ones do not make room for them."""
    bounded = property(lambda settings: Retention(settings.keep_tasks, large_bytes=300_000))
    monkeypatch.setattr(Settings, "retention", bounded)
    door = start(keep_tasks=32, limits="off")
    small = [door.new_task() for _ in range(10)]
    large = [door.new_task(prompt="x" * 90_000) for _ in range(10)]
    last = door.new_task()
    kept = [task["task_id"] for task in door.get("/_fakie/tasks").data]
    assert kept == [*small, *large[-3:], last]
    assert door.get(f"/api/v1/jobs/recordInfo?taskId={large[0]}").situation == "task_unknown"
    door.post("/_fakie/reset")
    first = door.new_task(prompt="x" * 90_000)
    other = {"Authorization": "Bearer another-key-of-a-test"}
    for _ in range(3):
        # What is forgotten is counted no more.
        door.post("/_fakie/reset", {"account": "another-key-of-a-test"})
        door.new_task(headers=other, prompt="x" * 90_000)
        door.new_task(headers=other, prompt="x" * 90_000)
    kept = [task["task_id"] for task in door.get("/_fakie/tasks").data]
    assert kept[0] == first
    assert len(kept) == 3
