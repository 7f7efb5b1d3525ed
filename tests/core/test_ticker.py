"""Real time: the thread that carries out what is due ends when it is told to, whatever is due and whatever holds it."""

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from fakie.adapters import ticker
from fakie.adapters.compose import make_service
from fakie.adapters.ticker import LoopTicker, Ticker
from fakie.core.http.messages import Request
from fakie.core.ports import Delivered, Outgoing, StoreUnwritableError
from fakie.core.service import Service
from fakie.core.settings import Settings
from support.clients.doors import KEY, MODEL, open_door, running
from support.servers.fakes import Collector, HandClock
from support.wire import GET, Wire, with_body

MakeTicker = Callable[[Service], Ticker | LoopTicker]


@pytest.fixture(params=["thread", "loop"])
def make_ticker(request: pytest.FixtureRequest, loop: asyncio.AbstractEventLoop) -> MakeTicker:
    """Both ways to keep a fake's time: a thread of its own, and the loop of a server."""
    return Ticker if request.param == "thread" else lambda service: LoopTicker(service, loop)


class HeldTicker:
    """A ticker at work on the first of three callbacks that are due, until it is freed."""

    def __init__(self, service: Service, sent: Collector, clock: HandClock, make_ticker: MakeTicker) -> None:
        self._begun, self._freed, self._take = threading.Event(), threading.Event(), sent.send
        sent.send = self._send  # type: ignore[method-assign]
        with open_door("direct", service) as door:
            for _ in range(3):
                door.new_task(callBackUrl="http://127.0.0.1:9/hook")
        clock.seconds += 1000
        self.ticker = make_ticker(service)
        self.ticker.start()
        assert self._begun.wait(10)

    def free(self) -> None:
        """Let the callback, and those after it, go out."""
        self._freed.set()

    def _send(self, outgoing: Outgoing, done: Callable[[Delivered], None]) -> None:
        self._begun.set()
        assert self._freed.wait(10)
        self._take(outgoing, done)


@pytest.fixture
def held(service: Service, sent: Collector, clock: HandClock, make_ticker: MakeTicker) -> Iterator[HeldTicker]:
    """A ticker that is held, and freed at the end at the latest."""
    made = HeldTicker(service, sent, clock, make_ticker)
    yield made
    made.free()
    for thread in threading.enumerate():
        if thread.name == "fakie-ticker":
            thread.join(10)


def test_it_ends_after_the_event_in_work(held: HeldTicker, service: Service, sent: Collector) -> None:
    """What else is due stays so: a hundred thousand tasks that end at once keep nobody from stopping."""
    stopping = threading.Thread(target=held.ticker.stop)
    stopping.start()
    # It hears of the stop before it waits for the event in work.
    while not held.ticker.stopped:
        time.sleep(0.001)
    held.free()
    stopping.join(10)
    assert not stopping.is_alive()
    assert len(sent.outgoing) == 1
    assert service.state.store.condition().events == 2


def test_an_event_that_never_ends_holds_nobody(
    held: HeldTicker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A disk or a store that says nothing: it is left, and the log tells so."""
    monkeypatch.setattr(ticker, "_STOP_SECONDS", 0.01)
    with caplog.at_level(logging.WARNING, "fakie"):
        held.ticker.stop()
    assert "an event in work has not ended within 0.01 s" in caplog.text


def test_a_stop_in_the_moment_before_it_looks_is_heard(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is due it waits without end: not for a stop that has come already."""
    alarm, made = service.state.alarm, Ticker(service)
    clear, stopping = alarm.clear, threading.Thread(target=made.stop)

    def late() -> None:
        stopping.start()
        assert alarm.wait(10)
        clear()
        monkeypatch.undo()

    monkeypatch.setattr(alarm, "clear", late)
    made.start()
    # None where it has heard of the stop by now.
    threads = [one for one in threading.enumerate() if one.name == "fakie-ticker"]
    for thread in threads:
        thread.join(10)
    heard = not any(thread.is_alive() for thread in threads)
    made.stop()
    stopping.join(10)
    assert heard


def test_what_is_due_in_years_is_looked_for_before(
    make: Callable[..., Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not every system can wait for so long: what comes meanwhile is carried out."""
    service = make(speed=1e-6)
    alarm, far = service.state.alarm, threading.Event()
    waits, waited = alarm.wait, []

    def wait(seconds: float | None) -> bool:
        if seconds:
            waited.append(seconds)
            far.set()
        return bool(waits(seconds))

    monkeypatch.setattr(alarm, "wait", wait)
    made = Ticker(service)
    made.start()
    [thread] = [one for one in threading.enumerate() if one.name == "fakie-ticker"]
    with open_door("direct", service) as door:
        door.new_task()
        assert far.wait(10)
        thread.join(0.1)
        assert thread.is_alive()
    made.stop()
    assert max(waited) <= Ticker.longest
    assert not thread.is_alive()


def _create(service: Service, seconds: float) -> str:
    """Make a task that takes so long, and is called back."""
    service.control.orders.add_plan(seconds=seconds)
    with open_door("direct", service) as door:
        return door.new_task(callBackUrl="http://127.0.0.1:9/hook")


def _await(sent: Collector, count: int) -> list[str]:
    """Wait for so many callbacks; returns the ids of their tasks."""
    until = time.monotonic() + 10
    while len(sent.outgoing) < count and time.monotonic() < until:
        time.sleep(0.001)
    return [json.loads(one.body)["data"]["taskId"] for one in sent.outgoing]


def test_an_event_planned_in_any_thread_is_carried_out(sent: Collector, make_ticker: MakeTicker) -> None:
    """One that comes while nothing is due, one before that which is waited for, and one beside it."""
    service = make_service(Settings(), sent, seed=7)
    made = make_ticker(service)
    made.start()
    first = _create(service, 0.01)
    assert _await(sent, 1) == [first]
    _create(service, 1e6)
    second, third = _create(service, 0.02), _create(service, 0.01)
    assert _await(sent, 3) == [first, third, second]
    made.stop()
    _create(service, 0)
    assert _await(sent, 3) == [first, third, second]


def test_requests_have_their_turn_while_very_much_is_due(
    sent: Collector, loop: asyncio.AbstractEventLoop, clock: HandClock
) -> None:
    """A thousand events at once are not carried out in one go, and all of them are."""
    service = make_service(Settings(limits="off", credits=1e6), sent, now=clock, seed=7)
    with open_door("direct", service) as door:
        for _ in range(1000):
            door.new_task(callBackUrl="http://127.0.0.1:9/hook")
    clock.seconds += 1000
    seen: list[int] = []

    def look() -> None:
        seen.append(len(sent.outgoing))
        if seen[-1] < 1000:
            loop.call_soon(look)

    made = LoopTicker(service, loop)
    loop.call_soon_threadsafe(look)
    made.start()
    _await(sent, 1000)
    made.stop()
    assert any(0 < count < 1000 for count in seen)
    assert len(sent.outgoing) == 1000


def test_a_request_that_carries_out_what_was_due_holds_up_no_other(
    service: Service, sent: Collector, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a sleep of the machine very much may be due: who asks for its account waits for it, and nobody else."""
    begun, freed = threading.Event(), threading.Event()

    def send(_: Outgoing, __: Callable[[Delivered], None]) -> None:
        begun.set()
        assert freed.wait(10)

    monkeypatch.setattr(sent, "send", send)
    _create(service, 1)
    clock.seconds += 1000
    service.run_due(lambda: True)
    mine = GET.replace(b"Bearer k", KEY["Authorization"].encode()) + b"\r\n"
    with running(service) as url:
        owner, other = Wire(url), Wire(url)
        owner.send(mine)
        try:
            assert begun.wait(10)
            assert other.send(GET + b"\r\n").answer()[1]["code"] == 200
        finally:
            freed.set()
            assert owner.answer()[1]["code"] == 200
            owner.close()
            other.close()
    service.run_due()
    assert service.is_quick(Request.of("GET", "/api/v1/chat/credit"))


_EARLY = {"quirk": "before_answer"}


@pytest.mark.parametrize(
    ("lever", "order"),
    [
        ("plans", _EARLY),
        ("scenarios", {"scenario": {"format_version": 1, "name": "early", "steps": [{"id": "one", "plan": _EARLY}]}}),
    ],
)
def test_what_is_ordered_once_a_request_was_found_quick_is_for_the_next(
    service: Service, sent: Collector, lever: str, order: dict[str, Any]
) -> None:
    """The loop itself answers it, and would wait for a receiver while everybody else waits for the loop."""
    is_quick = service.is_quick
    job = with_body(json.dumps({"model": MODEL, "input": {}, "callBackUrl": "http://127.0.0.1:9/hook"}).encode())

    def then_ordered(request: Request) -> bool:
        found = is_quick(request)
        with open_door("direct", service) as door:
            assert door.post(f"/_fakie/{lever}", order).status == 200
        return found

    service.is_quick = then_ordered  # type: ignore[method-assign]
    with running(service) as url:
        wire = Wire(url)
        called_back = [(wire.send(job).answer()[1]["code"], len(sent.outgoing)) for _ in range(2)]
        wire.close()
    assert called_back == [(200, 0), (200, 1)]


def test_an_event_that_breaks_is_logged_and_the_others_follow(
    service: Service,
    clock: HandClock,
    sent: Collector,
    make_ticker: MakeTicker,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One bad event ends neither the thread nor the loop's turns."""
    prepare, broken = service.runner.deliveries.prepare, threading.Event()

    def prepare_or_break(*given: Any) -> Any:
        if not broken.is_set():
            broken.set()
            raise OSError("broken")
        return prepare(*given)

    monkeypatch.setattr(service.runner.deliveries, "prepare", prepare_or_break)
    for _ in range(2):
        _create(service, 1)
    clock.seconds += 1000
    made = make_ticker(service)
    with caplog.at_level(logging.ERROR, "fakie"):
        made.start()
        assert len(_await(sent, 1)) == 1
    made.stop()
    assert "an event could not be carried out" in caplog.text


class _HandLoop:
    """A loop whose timers only the test lets run: the seconds and calls that it was given."""

    def __init__(self) -> None:
        self.later: list[tuple[float, Callable[[], None]]] = []

    def time(self) -> float:
        return 0.0

    def get_debug(self) -> bool:
        return False

    def call_soon_threadsafe(self, act: Callable[[], None]) -> None:
        act()

    def call_later(self, seconds: float, act: Callable[[], None]) -> asyncio.TimerHandle:
        self.later.append((seconds, act))
        return asyncio.TimerHandle(seconds, act, (), self)  # type: ignore[arg-type]


def test_an_event_that_breaks_slowly_is_not_tried_again_at_once(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What takes longer than a turn and fails has a second's rest, or the loop would do nothing else."""
    monkeypatch.setattr(ticker, "_TURN_SECONDS", 0.0)
    monkeypatch.setattr(service, "run_due", lambda _: 1 / 0)
    hand = _HandLoop()
    LoopTicker(service, hand).start()  # type: ignore[arg-type]
    [(_, act)] = hand.later
    with caplog.at_level(logging.CRITICAL, "fakie"):
        act()
    assert hand.later[-1][0] >= 1


def test_events_that_wait_for_a_store_are_not_told_in_the_log_at_each_look(
    service: Service, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is looked each second, and a disk may be full for hours."""

    def full(_: Callable[[], bool]) -> None:
        raise StoreUnwritableError("the disk is full")

    monkeypatch.setattr(service, "run_due", full)
    hand = _HandLoop()
    LoopTicker(service, hand).start()  # type: ignore[arg-type]
    for _ in range(3):
        hand.later[-1][1]()
    assert len(hand.later) == 4
    assert [message.partition(",")[0] for message in caplog.messages] == ["what is due waits"]
