"""Room for new tasks: the oldest go, whoever sees to it, with their events; never more of them than that."""

from collections.abc import Callable
from contextlib import closing
from decimal import Decimal
from typing import Any

import pytest
from redis_process import RedisServer

from fakie.adapters.redis.connection import RedisConnection
from fakie.adapters.redis.redis_store import RedisStore
from fakie.core.accounts import Account
from fakie.core.clock import Clock
from fakie.core.retention import Retention
from fakie.core.tasks.due import Due
from fakie.core.tasks.plans import HeldPlan
from fakie.core.tasks.task import Task
from fakie_schemas.catalog.profile import Failure
from support.redis_fakes import Sharing
from support.servers.fakes import START, HandClock

KEPT = 16


def add(store: RedisStore, number: int) -> None:
    task = Task(str(number), "a", "m", b"{}", Decimal(0), START, HeldPlan("waiting"), Failure("1", "x"))
    with store.work("a") as work:
        work.account.running += 1
        work.save_account()
        work.save_task(task)
        work.plan_event(Due(START + number, number, "a", "settle", task.id))


def test_the_oldest_make_room_at_whichever_worker_sees_it(server: RedisServer, clock: HandClock) -> None:
    """Two that both see too many drop them once; counts and events of an account follow."""
    with closing(RedisConnection(server.url)) as connection:
        stores = [RedisStore(connection, clock, Retention(tasks=KEPT)) for _ in range(2)]
        stores[0].open("a", lambda stands: Account("a", Decimal(10), Clock(clock, *stands)))
        for number in range(KEPT + 1):
            add(stores[number % 2], number)
        # Both have seen as many as may be; each writes one more, and sees too many.
        for number, store in enumerate(stores, start=KEPT + 1):
            add(store, number)
        for store in stores:
            store.work("a")
        kept = [str(number) for number in range(3, KEPT + 3)]
        assert [task.id for task in stores[0].tasks()] == kept
        assert [due.task_id for due in stores[0].events("a")] == kept
        [account] = stores[1].accounts()
        assert account.running == KEPT
        for store in stores:
            store.leave()


def test_tasks_that_are_too_old_make_room(server: RedisServer, clock: HandClock) -> None:
    """By the clock of their account."""
    with closing(RedisConnection(server.url)) as connection:
        store = RedisStore(connection, clock, Retention(seconds=60))
        store.open("a", lambda stands: Account("a", Decimal(10), Clock(clock, *stands)))
        add(store, 1)
        store.next_turn()
        assert store.count_tasks() == 1
        clock.seconds += 100
        assert store.next_turn() is None
        assert store.count_tasks() == 0
        store.leave()


def test_a_journal_is_emptied_in_one_piece(share: Sharing, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry that another writes meanwhile is kept with its number and its bytes, or not at all."""
    one, other = share(), share()
    one.door.create()
    ask: Callable[..., Any] = one.connection.client.execute_command

    def ask_amid_others(*arguments: Any, **options: Any) -> Any:
        found = ask(*arguments, **options)
        other.door.get("/api/v1/chat/credit")
        return found

    def one_by_one(*commands: tuple[Any, ...]) -> list[Any]:
        return [ask_amid_others(name, one.connection.prefix + key) for name, key in commands]

    with monkeypatch.context() as busy:
        busy.setattr(one.connection.client, "execute_command", ask_amid_others)
        busy.setattr(one.connection, "together", one_by_one)
        one.store.log.forget()
    entries = other.connection.command("HVALS", "journal")
    assert len(entries) == other.connection.command("ZCARD", "journal_order") == 1
    assert int(other.connection.command("GET", "journal_bytes")) == sum(map(len, entries))
