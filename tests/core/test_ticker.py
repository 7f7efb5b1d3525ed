"""Real time: the thread that carries out what is due ends when it is told to, whatever is due and whatever holds it."""

import logging
import threading
from collections.abc import Callable, Iterator

import pytest

from fakie.adapters import ticker
from fakie.core.ports import Delivered, Outgoing
from fakie.core.service import Service
from support.clients.doors import open_door
from support.servers.fakes import Collector, HandClock


class HeldTicker:
    """A ticker at work on the first of three callbacks that are due, until it is freed."""

    def __init__(self, service: Service, sent: Collector, clock: HandClock) -> None:
        self._begun, self._freed, self._take = threading.Event(), threading.Event(), sent.send
        sent.send = self._send  # type: ignore[method-assign]
        with open_door("direct", service) as door:
            for _ in range(3):
                door.new_task(callBackUrl="http://127.0.0.1:9/hook")
        clock.seconds += 1000
        self.ticker = ticker.Ticker(service)
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
def held(service: Service, sent: Collector, clock: HandClock) -> Iterator[HeldTicker]:
    """A ticker that is held, and freed at the end at the latest."""
    made = HeldTicker(service, sent, clock)
    yield made
    made.free()
    for thread in threading.enumerate():
        if thread.name == "fakie-ticker":
            thread.join(10)


def test_it_ends_after_the_event_in_work(held: HeldTicker, service: Service, sent: Collector) -> None:
    """What else is due stays so: a hundred thousand tasks that end at once keep nobody from stopping."""
    stopping = threading.Thread(target=held.ticker.stop)
    service.state.alarm.clear()
    stopping.start()
    assert service.state.alarm.wait(10)
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
    alarm, made = service.state.alarm, ticker.Ticker(service)
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


@pytest.mark.parametrize("speed", [1e-12, 1e-300])
def test_what_is_due_in_a_thousand_years_ends_no_thread(
    make: Callable[..., Service], monkeypatch: pytest.MonkeyPatch, speed: float
) -> None:
    """No thread can wait for so long: it waits for as long as it can, and what comes meanwhile is carried out."""
    service = make(speed=speed)
    alarm, far = service.state.alarm, threading.Event()
    waits = alarm.wait

    def wait(seconds: float | None) -> bool:
        if seconds and seconds > 1e6:
            far.set()
        return bool(waits(seconds))

    monkeypatch.setattr(alarm, "wait", wait)
    made = ticker.Ticker(service)
    made.start()
    [thread] = [one for one in threading.enumerate() if one.name == "fakie-ticker"]
    with open_door("direct", service) as door:
        door.new_task()
        assert far.wait(10)
        thread.join(0.1)
        assert thread.is_alive()
    made.stop()
    assert not thread.is_alive()
