"""The levers that move time: skipping, stopping, and the clocks of accounts."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

import pytest

from fakie.core.accounts import Account, handle_of
from fakie.core.clock import ClockState
from fakie.core.control.arguments import LATEST_MOMENT
from fakie.core.ports import AccountGoneError, Delivered, Outgoing, Work
from fakie.core.service import Service
from support.clients.doors import CREDIT, Door, open_door
from support.servers.fakes import START, Collector, HandClock
from support.servers.stores import opened_store

Make = Callable[..., Service]
OTHER = {"Authorization": "Bearer other"}


def test_the_clock_skips_and_runs_what_becomes_due_in_order(fake: Door, sent: Collector) -> None:
    """Advancing ends tasks, sends callbacks and their retries, each at its own moment."""
    sent.statuses = [500]
    task = fake.new_task(callBackUrl="http://127.0.0.1:9/hook")
    fake.post("/_fakie/clock", {"advance": 7})
    assert fake.record(task)["completeTime"] - fake.record(task)["createTime"] == 5000
    assert len(sent.outgoing) == 1
    fake.post("/_fakie/clock", {"advance": 30})
    deliveries = [entry for entry in fake.service.state.journal if entry.kind == "delivery"]
    assert [entry.at - START for entry in deliveries] == [5, 10]
    assert fake.get("/_fakie/clock").data["fake"] == {"now": START + 37, "frozen": False}


def test_one_accounts_clock_is_its_own(fake: Door) -> None:
    """Advancing one account moves neither the others nor the fake's clock, and is answered with that account's."""
    mine, theirs = fake.new_task(), fake.new_task(headers=OTHER)
    told = fake.post("/_fakie/clock", {"advance": 10, "account": "other"}).data
    assert list(told) == ["fake", handle_of("other")]
    assert told.items() <= fake.get("/_fakie/clock").data.items()
    assert fake.record(mine)["state"] == "waiting"
    assert fake.record(theirs, OTHER)["state"] == "success"
    assert fake.post("/_fakie/clock", {"advance": 1, "account": "account-0123456789"}).status == 404
    assert fake.post("/_fakie/clock", {"advance": -1}).status == 422


def test_an_account_that_is_opened_later_has_the_time_that_was_moved_for_all(fake: Door, clock: HandClock) -> None:
    """Advanced and frozen for all, the time is that of new accounts too, until it is resumed or forgotten."""
    fake.post("/_fakie/clock", {"advance": 30, "freeze": True})
    late = fake.new_task(headers=OTHER)
    clock.seconds += 100
    assert fake.record(late, OTHER)["state"] == "waiting"
    assert fake.record(late, OTHER)["createTime"] == (START + 30) * 1000
    fake.post("/_fakie/clock", {"freeze": False})
    assert fake.record(fake.new_task())["createTime"] == (START + 30) * 1000
    fake.post("/_fakie/reset")
    assert fake.record(fake.new_task())["createTime"] == (START + 100) * 1000


def test_advances_of_one_clock_at_once_add_up(fake: Door, sent: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    """A receiver that skips 10 seconds while 30 are skipped finds 40 gone, and what is due on the way at its moment."""

    def skip(_: Outgoing, done: Callable[[Delivered], None]) -> None:
        fake.post("/_fakie/clock", {"advance": 10})
        done(Delivered(200))

    fake.post("/_fakie/clock", {"freeze": True})
    fake.new_task(callBackUrl="http://127.0.0.1:9/hook")
    fake.post("/_fakie/plans", {"outcome": "success", "seconds": 40})
    last = fake.new_task()
    monkeypatch.setattr(sent, "send", skip)
    clocks = fake.post("/_fakie/clock", {"advance": 30}).data
    assert {clock["now"] for clock in clocks.values()} == {START + 40}
    assert fake.record(last)["completeTime"] == (START + 40) * 1000


def test_a_scenario_begins_at_the_time_that_accounts_see(fake: Door) -> None:
    """Played after the time was moved for all, its first minute is the minute that comes."""
    fake.new_task()
    fake.post("/_fakie/clock", {"advance": 1000})
    step = {"id": "down", "from": 0, "to": 60, "fault": {"situation": "maintenance"}}
    fake.post("/_fakie/scenarios", {"scenario": {"format_version": 1, "name": "a", "steps": [step]}})
    assert fake.create().situation == "maintenance"
    fake.post("/_fakie/clock", {"advance": 60})
    assert fake.create().code == 200


def test_a_frozen_clock_stands_until_it_is_resumed(fake: Door, clock: HandClock) -> None:
    """Frozen, only advancing moves it; resumed, it goes on from there."""
    task = fake.new_task()
    fake.post("/_fakie/clock", {"freeze": True})
    clock.seconds += 100
    assert fake.record(task)["state"] == "waiting"
    fake.post("/_fakie/clock", {"advance": 2})
    assert fake.record(task)["state"] == "generating"
    fake.post("/_fakie/clock", {"freeze": False})
    clock.seconds += 2.9
    assert fake.record(task)["state"] == "generating"
    clock.seconds += 0.1
    assert fake.record(task)["state"] == "success"


@pytest.mark.parametrize("speed", [0.7, 3, 6.58, 7.3, 9.1])
def test_a_task_ends_on_a_frozen_clock_whatever_fraction_of_a_second_it_takes(make: Make, speed: float) -> None:
    """Nobody polls it: its credits come back by themselves, at the moment that was planned."""
    with open_door("direct", make(speed=speed, credits=5)) as fake:
        fake.post("/_fakie/clock", {"freeze": True})
        fake.post("/_fakie/plans", {"outcome": "fail"})
        fake.new_task()
        assert fake.get(CREDIT).data == 4
        fake.post("/_fakie/clock", {"advance": 60})
        assert fake.get(CREDIT).data == 5


def test_no_clock_goes_where_dates_end(fake: Door) -> None:
    """However often it is advanced, what has a date is answered; what leads beyond is refused, and moves none."""
    moves = [fake.post("/_fakie/clock", {"advance": 1e9}) for _ in range(250)]
    assert [moves[0].status, moves[-1].status] == [200, 422]
    assert "year 9000" in moves[-1].msg
    assert fake.get("/_fakie/clock").data["fake"]["now"] < LATEST_MOMENT
    job = {"prompt": "a cat", "model": "veo3", "callBackUrl": "http://127.0.0.1:9/hook"}
    task = fake.post("/api/v1/veo/generate", job).data["taskId"]
    assert fake.post("/_fakie/clock", {"advance": 1000}).status == 200
    assert fake.get(f"/api/v1/veo/record-info?taskId={task}").data["completeTime"]
    upload = {"base64Data": "data:image/png;base64,aGk=", "uploadPath": "x"}
    assert fake.post("/api/file-base64-upload", upload).code == 200
    assert fake.post("/_fakie/clock", {"advance": 1e9, "account": "other"}).status == 422


def test_a_reset_amid_an_advance_forgets_the_account(
    fake: Door, sent: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who is forgotten on the way is not moved on; the others are, and the call is answered like any other."""
    fake.new_task(callBackUrl="http://127.0.0.1:9/hook")

    def forget(_: Outgoing, done: Callable[[Delivered], None]) -> None:
        fake.service.state.store.clear(fake.get("/_fakie/tasks").data[0]["account"])
        done(Delivered(200))

    other = fake.new_task(headers=OTHER)
    monkeypatch.setattr(sent, "send", forget)
    answer = fake.post("/_fakie/clock", {"advance": 30})
    assert (answer.status, list(answer.data)) == (200, ["fake", handle_of("other")])
    assert fake.record(other, OTHER)["state"] == "success"


def test_an_account_that_is_opened_anew_amid_an_advance_stays_where_it_began(
    fake: Door, sent: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its clock is that of new accounts, and its tasks run on: who was advanced is forgotten."""
    fake.post("/_fakie/clock", {"advance": 1000, "account": "test-key"})
    fake.new_task(callBackUrl="http://127.0.0.1:9/hook")
    tasks = []

    def reset(_: Outgoing, done: Callable[[Delivered], None]) -> None:
        fake.post("/_fakie/reset", {"account": "test-key"})
        tasks.append(fake.new_task())
        done(Delivered(200))

    monkeypatch.setattr(sent, "send", reset)
    clocks = fake.post("/_fakie/clock", {"advance": 30, "account": "test-key"}).data
    assert clocks[handle_of("test-key")]["now"] == clocks["fake"]["now"]
    assert fake.record(tasks[0])["state"] == "waiting"


@pytest.mark.parametrize("store", ["memory", "sqlite"])
@pytest.mark.parametrize("status", [200, 500])
def test_a_callback_that_comes_back_after_a_reset_changes_nothing(
    make: Callable[..., Service],
    sent: Collector,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
    store: str,
    status: int,
) -> None:
    """It is not sent again, and what waits of the account that was opened anew is what waits after a restart, too."""

    def reset(_outgoing: Outgoing, done: Callable[[Delivered], None]) -> None:
        door.post("/_fakie/reset", {"account": "test-key"})
        for _ in range(3):
            door.new_task()
        done(Delivered(status))

    with opened_store(store, clock) as opened:
        with open_door("direct", make(store=lambda *_: opened)) as door:
            door.new_task(callBackUrl="http://127.0.0.1:9/hook")
            monkeypatch.setattr(sent, "send", reset)
            clock.seconds += 10
            door.service.run_due()
        assert opened.condition().events == 3
    if store == "sqlite":
        with opened_store(store, clock) as opened:
            assert opened.condition().events == 3


@pytest.mark.parametrize("resets", [1, 2])
def test_a_request_whose_account_is_forgotten_meanwhile_is_answered_as_if_it_came_after(
    fake: Door, monkeypatch: pytest.MonkeyPatch, resets: int
) -> None:
    """Its key is none that is unknown; where that goes on it is told that the fake is busy."""
    store, left = fake.service.state.store, [None] * resets
    real = store.work

    def forgotten(handle: str) -> AbstractContextManager[Work]:
        if left:
            left.pop()
            fake.service.control.accounts.reopen_all()
            return opened
        return real(handle)

    opened = real(fake.service.control.accounts.get("test-key").handle)
    monkeypatch.setattr(store, "work", forgotten)
    answer = fake.create()
    assert (answer.code, left) == (200 if resets == 1 else 503, [])
    assert len(store.tasks()) == (resets == 1)


def test_an_account_that_is_reset_amid_an_advance_of_all_is_moved_once(
    fake: Door, monkeypatch: pytest.MonkeyPatch, clock: HandClock
) -> None:
    """It was opened anew as far on as all others come to be."""
    fake.create()
    store = fake.service.state.store
    real = store.change_clock_of_new

    def then_reset(change: Callable[[ClockState], ClockState]) -> Sequence[Account]:
        there = real(change)
        fake.post("/_fakie/reset", {"account": "test-key"})
        return there

    monkeypatch.setattr(store, "change_clock_of_new", then_reset)
    shown = fake.post("/_fakie/clock", {"advance": 600}).data
    assert [one["now"] for one in shown.values()] == [clock.seconds + 600] * 2


def test_a_lever_whose_account_is_forgotten_meanwhile_says_so(fake: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of an account that a reset forgets in between is refused, with what would work."""

    def gone(handle: str) -> None:
        raise AccountGoneError(handle)

    monkeypatch.setattr(fake.service.state.store, "work", gone)
    answer = fake.post("/_fakie/accounts", {"key": "k", "credits": 1})
    assert (answer.status, answer.json["msg"]) == (
        422,
        "Lever misused: its account was forgotten meanwhile, and nothing has changed; call it again",
    )
