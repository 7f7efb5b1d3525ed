"""A system's clock that is set, or a machine that slept, while a callback is waited for."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from fakie.adapters.ticker import LoopTicker, Ticker
from fakie.core.ports import Delivered, Outgoing
from fakie.core.service import Service
from support.clients.doors import open_door
from support.servers.fakes import Collector, HandClock


@pytest.mark.parametrize("kind", ["thread", "loop"])
def test_what_is_due_by_a_clock_that_was_set_is_carried_out(
    service: Service, sent: Collector, clock: HandClock, loop: asyncio.AbstractEventLoop, kind: str
) -> None:
    """Soon, and not only when the wait is over that was reckoned before."""
    out, take = threading.Event(), sent.send

    def send(outgoing: Outgoing, done: Callable[[Delivered], None]) -> None:
        take(outgoing, done)
        out.set()

    sent.send = send  # type: ignore[method-assign]
    service.control.orders.add_plan(seconds=3000)
    with open_door("direct", service) as door:
        door.new_task(callBackUrl="http://127.0.0.1:9/hook")
    made = Ticker(service) if kind == "thread" else LoopTicker(service, loop)
    made.longest = 0.01
    made.start()
    # By now it has looked at the clock, and waits.
    assert not out.wait(0.1)
    clock.seconds += 4000
    assert out.wait(10)
    made.stop()
