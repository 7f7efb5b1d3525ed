"""What holds of every store: tasks, accounts, and what is due when, over all accounts and their clocks."""

import random
from collections.abc import Callable
from decimal import Decimal
from math import inf

import pytest

from fakie.core.accounts import Account
from fakie.core.clock import Clock
from fakie.core.ports import Store
from fakie.core.store import MemoryStore
from fakie.core.tasks.due import Due, Turn
from fakie.core.tasks.plans import HeldPlan
from fakie.core.tasks.task import Task
from fakie_schemas.catalog.profile import Failure
from support.servers.fakes import START, HandClock

STORES: dict[str, Callable[[], Store]] = {"memory": MemoryStore}
HANDLES = ("a", "b", "c")


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Store:
    return STORES[request.param]()


def opened(store: Store, *handles: str) -> list[Account]:
    parent = HandClock()
    accounts = [Account(handle, Decimal(10), Clock(parent)) for handle in handles]
    for account in accounts:
        store.save_account(account)
    return accounts


def due(at: float, account: str = "a", order: int = 0) -> Due:
    return Due(START + at, order, account, "settle", f"task-{account}-{order}")


def task(task_id: str, account: str) -> Task:
    return Task(task_id, account, "m", b"{}", Decimal(0), START, HeldPlan("waiting"), Failure("1", "x"))


def test_what_was_saved_is_found_oldest_first(store: Store) -> None:
    """Accounts by handle, tasks by id, until they are forgotten."""
    one, other = opened(store, "a", "b")
    first, second = task("2", "a"), task("1", "b")
    store.save_task(first)
    store.save_task(second)
    assert list(store.accounts()) == [one, other]
    assert store.account("b") is other
    assert store.account("nobody") is None
    assert list(store.tasks()) == [first, second]
    assert store.task("1") is second
    store.forget_task("2")
    store.forget_task("2")
    assert store.task("2") is None
    assert list(store.tasks()) == [second]


def test_events_come_earliest_first_and_in_the_order_of_planning(store: Store) -> None:
    """Also when one is taken that is not the first."""
    opened(store, "a")
    events = [due(3, order=1), due(1, order=2), due(2, order=3), due(1, order=4)]
    for event in events:
        store.plan_event(event)
    store.take_event(events[2])
    taken = []
    while (earliest := store.next_event("a")) is not None:
        store.take_event(earliest)
        taken.append(earliest.order)
    assert taken == [2, 4, 1]
    assert store.next_turn() is None


def test_only_an_event_before_all_others_may_be_the_next(store: Store) -> None:
    """Whoever waits for the next of all need not hear of the others."""
    opened(store, "a", "b")
    told = [store.plan_event(event) for event in (due(5, "a", 1), due(6, "a", 2), due(7, "b", 3), due(4, "b", 4))]
    assert told == [True, False, False, True]
    assert store.next_turn() == Turn(START + 4, "b")


def test_a_turn_goes_by_the_clock_of_its_account(store: Store) -> None:
    """Skipped time brings it near, a clock that stands has none, and one that goes on has it again."""
    (account,) = opened(store, "a")
    store.plan_event(due(10))
    account.clock.skip(4)
    store.save_account(account)
    assert store.next_turn() == Turn(START + 6, "a")
    account.clock.freeze()
    store.save_account(account)
    assert store.next_turn() is None
    account.clock.skip(6)
    store.save_account(account)
    assert store.next_turn() == Turn(-inf, "a")
    account.clock.resume()
    store.save_account(account)
    assert store.next_turn() == Turn(START, "a")


def test_one_account_is_forgotten_with_all_that_is_its(store: Store) -> None:
    """And nothing of another's; without a name everything is."""
    opened(store, "a", "b")
    store.plan_event(due(1, "a"))
    store.plan_event(due(2, "b"))
    store.save_task(task("1", "a"))
    store.save_task(task("2", "b"))
    store.clear("a")
    assert store.account("a") is None
    assert store.next_event("a") is None
    assert [one.id for one in store.tasks()] == ["2"]
    assert store.next_turn() == Turn(START + 2, "b")
    store.clear(None)
    assert not [*store.accounts(), *store.tasks()]
    assert store.next_turn() is None


@pytest.mark.parametrize("seed", range(20))
def test_the_next_turn_is_what_a_look_at_every_account_finds(store: Store, seed: int) -> None:
    """Whatever is planned, taken, skipped, frozen, resumed and forgotten before."""
    chance = random.Random(seed)
    accounts = {account.handle: account for account in opened(store, *HANDLES)}
    planned: list[Due] = []
    for order in range(300):
        account = accounts[chance.choice(HANDLES)]
        act = chance.choice(["plan", "plan", "plan", "take", "skip", "freeze", "resume", "clear"])
        if act == "plan":
            planned.append(due(chance.randrange(1000), account.handle, order))
            store.plan_event(planned[-1])
        elif act == "take" and planned:
            store.take_event(planned.pop(chance.randrange(len(planned))))
        elif act == "clear" and not chance.randrange(4):
            store.clear(account.handle)
            planned = [event for event in planned if event.account != account.handle]
            store.save_account(account)
        elif act in {"skip", "freeze", "resume"}:
            account.clock.skip(chance.randrange(50)) if act == "skip" else getattr(account.clock, act)()
            store.save_account(account)
        for handle in HANDLES:
            assert store.next_event(handle) == min((one for one in planned if one.account == handle), default=None)
        turns = [(accounts[event.account].clock.moment(event.at), event.account) for event in planned]
        expected = min((moment for moment, _ in turns if moment != inf), default=None)
        turn = store.next_turn()
        assert (turn and turn.moment) == expected
        assert turn is None or (turn.moment, turn.account) in turns
