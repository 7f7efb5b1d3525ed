"""What holds of every store: tasks, accounts, orders, and what is due when, over all accounts and their clocks."""

import random
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from math import inf
from pathlib import Path

import pytest

from fakie.core.accounts import Account
from fakie.core.chance import draw
from fakie.core.clock import Clock, ClockState
from fakie.core.orders import Fault, OrderBook, OrderScope, OrderTarget
from fakie.core.ports import AccountGoneError, Store
from fakie.core.tasks.due import Due, Turn
from fakie.core.tasks.plans import HeldPlan
from fakie.core.tasks.task import Task
from fakie_schemas.catalog.profile import Failure
from support.servers.fakes import START, HandClock
from support.servers.stores import STORES, opened_store

HANDLES = ("a", "b", "c")


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def made(handle: str, clock: HandClock, credits: int = 10) -> Callable[[ClockState], Account]:
    return lambda stands: Account(handle, Decimal(credits), Clock(clock, *stands))


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, clock: HandClock) -> Iterator[Store]:
    with opened_store(request.param, clock) as store:
        for handle in HANDLES:
            store.open(handle, made(handle, clock))
        yield store


def due(at: float, account: str = "a", order: int = 0) -> Due:
    return Due(START + at, order, account, "settle", f"task-{account}-{order}")


def task(task_id: str, account: str) -> Task:
    return Task(task_id, account, "m", b"{}", Decimal(0), START, HeldPlan("waiting"), Failure("1", "x"))


def plan(store: Store, *events: Due) -> list[bool]:
    told = []
    for event in events:
        with store.work(event.account) as work:
            told.append(work.plan_event(event))
    return told


def move(store: Store, handle: str, act: Callable[[Account], object]) -> None:
    with store.work(handle) as work:
        act(work.account)
        work.save_clock()


def save(store: Store, *tasks: Task) -> None:
    for one in tasks:
        with store.work(one.account) as work:
            work.save_task(one)


def test_accounts_are_found_in_the_order_of_their_first_use(store: Store, clock: HandClock) -> None:
    """By handle; opening one again changes nothing."""
    assert [account.handle for account in store.accounts()] == ["a", "b", "c"]
    assert store.account("nobody") is None
    again = store.open("b", made("b", clock, credits=99))
    assert (again.handle, again.credits) == ("b", Decimal(10))
    assert len(store.accounts()) == 3


def test_what_was_saved_is_found_oldest_first(store: Store) -> None:
    """Tasks by id, until they are forgotten, once or twice."""
    save(store, task("2", "a"), task("1", "b"))
    assert [one.id for one in store.tasks()] == [one.id for one in store.each_task()] == ["2", "1"]
    found = store.task("1")
    assert found == task("1", "b")
    for _ in range(2):
        with store.work("a") as work:
            work.forget_task("2")
    assert store.task("2") is None
    assert [one.id for one in store.tasks()] == ["1"]


def test_tasks_are_read_one_by_one_while_others_come_and_go(store: Store) -> None:
    """Each once, oldest first, page after page; what is forgotten meanwhile is left out."""
    save(store, *(task(str(number), "a") for number in range(1100)))
    reading = store.each_task()
    read = [next(reading).id]
    with store.work("a") as work:
        for number in (0, 1, 1050):
            work.forget_task(str(number))
    save(store, task("new", "b"))
    read += [one.id for one in reading if one.id not in {"1", "new"}]
    assert read in ([str(n) for n in range(1100) if n not in {1, 1050}], [str(n) for n in range(1100) if n != 1])
    assert [one.id for one in store.each_task()] == [*(str(n) for n in range(1100) if n not in {0, 1, 1050}), "new"]


def test_work_sees_what_it_has_said(store: Store) -> None:
    """And whoever comes later sees it too: changes of account, task and events."""
    with store.work("a") as work:
        work.account.credits = Decimal("3.5")
        work.account.held_back.append("x")
        work.account.windows["creates"] = deque([1.0])
        work.save_account()
        work.save_task(task("1", "a"))
        own = work.task("1")
        assert own is not None
        own.polls = 2
        work.save_task(own)
        work.plan_event(due(5))
        assert work.next_event() == due(5)
    account, found = store.account("a"), store.task("1")
    assert account is not None
    assert found is not None
    assert (account.credits, account.held_back, list(account.windows["creates"])) == (Decimal("3.5"), ["x"], [1.0])
    assert found.polls == 2
    assert store.next_at("a") == due(5).at


def test_work_has_the_tasks_of_its_own_account_alone(store: Store) -> None:
    """Another's task is none of its."""
    save(store, task("1", "b"))
    with store.work("a") as work:
        assert work.task("1") is None
        assert work.task("2") is None
    with store.work("b") as work:
        assert work.task("1") is not None


def test_work_on_an_account_is_exclusive(store: Store) -> None:
    """A second one waits for the first, and takes away no change of it."""

    def spend() -> None:
        for _ in range(50):
            with store.work("a") as work:
                work.account.credits -= Decimal("0.1")
                work.save_account()

    threads = [threading.Thread(target=spend) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    account = store.account("a")
    assert account is not None
    assert account.credits == -10


def test_there_is_no_work_on_an_account_that_is_gone(store: Store) -> None:
    """Whether it was never there or has been forgotten."""
    opened = store.work("a")
    store.clear("a")
    with pytest.raises(AccountGoneError), opened:
        pass
    for handle in ("a", "nobody"):
        with pytest.raises(AccountGoneError), store.work(handle):
            pass


def test_events_come_earliest_first_and_in_the_order_of_planning(store: Store) -> None:
    """Also when one is taken that is not the first, and when one is claimed."""
    events = [due(3, order=1), due(1, order=2), due(2, order=3), due(1, order=4)]
    plan(store, *events)
    with store.work("a") as work:
        work.take_event(events[2])
    taken = []
    while store.next_at("a") < inf:
        with store.work("a") as work:
            earliest = work.next_event()
            assert earliest is not None
            work.claim_event(earliest)
        with store.work("a") as work:
            work.finish_event(earliest)
        taken.append(earliest.order)
    assert taken == [2, 4, 1]
    assert store.next_turn() is None


def test_an_event_before_all_others_may_be_the_next(store: Store) -> None:
    """Whoever waits for the next of all is told of it."""
    first, *_, last = plan(store, due(5, "a", 1), due(6, "a", 2), due(7, "b", 3), due(4, "b", 4))
    assert (first, last) == (True, True)
    assert store.next_turn() == Turn(START + 4, "b")


def test_a_turn_goes_by_the_clock_of_its_account(store: Store) -> None:
    """Skipped time brings it near, a clock that stands has none, and one that goes on has it again."""
    plan(store, due(10))
    move(store, "a", lambda account: account.clock.skip(4))
    assert store.next_turn() == Turn(START + 6, "a")
    move(store, "a", lambda account: account.clock.freeze())
    assert store.next_turn() is None
    move(store, "a", lambda account: account.clock.skip(6))
    assert store.next_turn() == Turn(-inf, "a")
    move(store, "a", lambda account: account.clock.resume())
    assert store.next_turn() == Turn(START, "a")


def test_one_account_is_forgotten_with_all_that_is_its(store: Store) -> None:
    """And nothing of another's; without a name everything is."""
    plan(store, due(1, "a"), due(2, "b"))
    save(store, task("1", "a"), task("2", "b"))
    there = store.count_accounts()
    assert there == len(store.accounts())
    store.clear("a")
    assert store.account("a") is None
    assert store.count_accounts() == there - 1
    assert store.next_at("a") == inf
    assert [one.id for one in store.tasks()] == ["2"]
    assert store.next_turn() == Turn(START + 2, "b")
    store.clear()
    assert not [*store.accounts(), *store.tasks()]
    assert store.next_turn() is None


def test_an_account_opens_with_the_clock_of_new_ones_or_is_told_as_there(store: Store, clock: HandClock) -> None:
    """Each change of that clock is met once by every account, however many are opened amid changes."""
    told: list[str] = []

    def open_some(name: str) -> None:
        for number in range(40):
            handle = f"{name}{number}"
            store.open(handle, made(handle, clock))

    openers = [threading.Thread(target=open_some, args=(name,)) for name in "xyz"]
    for thread in openers:
        thread.start()
    for _ in range(20):
        there = store.change_clock_of_new(lambda stands: stands._replace(skipped=stands.skipped + 1))
        told += [account.handle for account in there]
    for thread in openers:
        thread.join()
    times = Counter(told)
    assert {times[one.handle] + one.clock.skipped for one in store.accounts()} == {20}
    assert len(store.accounts()) == len(HANDLES) + 120


def test_whoever_forgets_all_forgets_how_the_clock_of_new_ones_was_moved(store: Store) -> None:
    """And who forgets one account does not."""
    store.change_clock_of_new(lambda _: ClockState(5.0, START))
    store.clear("a")
    assert store.clock_of_new() == ClockState(5.0, START)
    store.clear()
    assert store.clock_of_new() == ClockState()


def test_orders_are_met_as_often_as_ordered(store: Store) -> None:
    """First come first served, with ids that none has had before, whoever asks at once."""
    book: OrderBook[Fault] = OrderBook("faults", store, "seed")
    first = book.add(Fault("rate_limited"), OrderScope(times=3, after=1))
    second = book.add(Fault("server_error"), OrderScope(times=None, probability=0.5, model="m"))
    assert [order.id for order in store.orders("faults")] == [first.id, second.id] == [1, 2]
    met: list[Fault | None] = []
    threads = [
        threading.Thread(target=lambda: met.extend(book.take(OrderTarget("createTask", "a")) for _ in range(5)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert met.count(Fault("rate_limited")) == 3
    assert met.count(None) == 7
    drawn = [book.take(OrderTarget("createTask", "a", "m", drawn_as="a")) is not None for _ in range(20)]
    assert drawn == [draw("seed", 2, "a", "createTask", number + 1) < 0.5 for number in range(20)]
    assert [(order.id, order.used, dict(order.asked)) for order in book] == [(2, sum(drawn), {"a createTask": 20})]
    assert book.remove() == 1
    assert book.add(Fault("maintenance"), OrderScope()).id == 3


def _met_by_chance(store: Store, how: str) -> dict[str, list[str | None]]:
    """Return what 40 requests of two accounts meet: `alone`, `mixed` with others' requests, or in `threads`."""
    book: OrderBook[Fault] = OrderBook("faults", store, "seed")
    for situation, times, after in (("rate_limited", 6, 3), ("server_error", None, 0)):
        book.add(Fault(situation), OrderScope(times, after=after, probability=0.5, endpoint="*"))
    met: dict[str, list[str | None]] = {"a": [], "b": []}

    def ask(account: str) -> None:
        for _ in range(40):
            if how == "mixed":
                book.take(OrderTarget("credit", account, drawn_as=account))
                book.take(OrderTarget("createTask", "other", "m"))
            fault = book.take(OrderTarget("createTask", account, "m", drawn_as=account))
            met[account].append(fault.situation if fault else None)

    threads = [threading.Thread(target=ask, args=(account,)) for account in met]
    for thread in threads:
        thread.start()
        if how != "threads":
            thread.join()
    for thread in threads:
        thread.join()
    return met


@pytest.mark.parametrize("name", STORES)
def test_what_an_account_meets_by_chance_depends_on_its_own_requests_alone(name: str, tmp_path: Path) -> None:
    """Others' requests, other endpoints', orders met before and threads change nothing of it."""
    days = []
    for how in ("alone", "mixed", "threads"):
        with opened_store(name, HandClock(), tmp_path / f"{how}.state") as store:
            days.append(_met_by_chance(store, how))
    assert days[0] == days[1] == days[2]
    assert {*days[0]["a"]} == {None, "rate_limited", "server_error"}
    assert days[0]["a"] != days[0]["b"]


@pytest.mark.parametrize("seed", range(20))
def test_the_next_turn_is_what_a_look_at_every_account_finds(store: Store, clock: HandClock, seed: int) -> None:
    """Whatever is planned, taken, skipped, frozen, resumed and forgotten before."""
    chance = random.Random(seed)
    planned: list[Due] = []
    for order in range(200):
        handle = chance.choice(HANDLES)
        act = chance.choice(["plan", "plan", "plan", "take", "skip", "freeze", "resume", "clear"])
        if act == "plan":
            planned.append(due(chance.randrange(1000), handle, order))
            plan(store, planned[-1])
        elif act == "take" and planned:
            event = planned.pop(chance.randrange(len(planned)))
            with store.work(event.account) as work:
                work.take_event(event)
        elif act == "clear" and not chance.randrange(4):
            store.clear(handle)
            planned = [event for event in planned if event.account != handle]
            store.open(handle, made(handle, clock))
        elif act == "skip":
            move(store, handle, lambda account: account.clock.skip(chance.randrange(50)))
        elif act in {"freeze", "resume"}:
            move(store, handle, lambda account, act=act: getattr(account.clock, act)())  # type: ignore[misc]
        for one in HANDLES:
            assert store.next_at(one) == min((event.at for event in planned if event.account == one), default=inf)
        _expect_next(store, planned, looks=chance.random() < 0.3)


def _expect_next(store: Store, planned: Sequence[Due], looks: bool) -> None:
    """Compare the turn, if one `looks`: what has happened since the last look counts at the next."""
    if not looks:
        return
    clocks = {account.handle: account.clock for account in store.accounts()}
    turns = [(clocks[event.account].moment(event.at), event.account) for event in planned]
    expected = min((moment for moment, _ in turns if moment != inf), default=None)
    turn = store.next_turn()
    assert (turn and turn.moment) == expected
    assert turn is None or (turn.moment, turn.account) in turns


def test_the_newest_tasks_come_first_and_page_by_page(store: Store) -> None:
    """Counted over all accounts, after so many that are skipped; beyond the oldest there is nothing."""
    save(store, *(task(str(number), HANDLES[number % 2]) for number in range(5)))
    assert store.count_tasks() == 5
    pages = [[one.id for one in store.newest_tasks(skip, 2)] for skip in (0, 2, 4, 6)]
    assert pages == [["4", "3"], ["2", "1"], ["0"], []]
