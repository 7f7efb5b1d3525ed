"""Receivers' apps that wait too long, in a test that skips time: they are ended and named, and the test goes on."""

import asyncio
import queue
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from fakie.core.ports import Outgoing
from fakie.harness.fake import Fake
from fakie.harness.forward.spinning import CaughtStopError
from fakie.harness.forward.wait_limits import WaitLimits
from fakie.harness.receivers import receiver_at
from support.clients.client import create


def test_a_wsgi_app_that_waits_for_ever_is_named_in_a_test(fast: Fake) -> None:
    """By the line that waits, once the sender's patience is over; the test goes on."""

    def app(_environ: Any, _start_response: Any) -> list[bytes]:
        threading.Event().wait()
        return []

    fast.deliver_to(app)
    fast.task(create()).finish()
    assert "test_waiting_apps.py" in fast.journal.deliveries[0].reason
    assert "waits without a time limit; again in" in fast.journal.deliveries[0].reason
    judged, written = receiver_at(app, limited=fast.limited), fast.signed_callback()
    outgoing = Outgoing(judged.url, tuple(written.headers.items()), written.content, timeout=15.0)
    assert "waits without a time limit" in judged.post(outgoing).error


async def _never() -> None:
    await asyncio.Event().wait()


@pytest.mark.parametrize(
    "wait",
    [
        lambda: asyncio.run(_never()),
        lambda: asyncio.run(asyncio.wait_for(_never(), None)),
        lambda: asyncio.run(asyncio.Event().wait()),
    ],
    ids=["own", "within the library's", "the library's alone"],
)
def test_a_loop_that_waits_for_ever_is_named_by_a_line_of_the_apps(fast: Fake, wait: Callable[[], object]) -> None:
    """Where its own task waits, else where it began the loop: never a line of the library."""

    def app(_environ: Any, _start_response: Any) -> list[bytes]:
        wait()
        return []

    fast.deliver_to(app)
    fast.task(create()).finish()
    reason = fast.journal.deliveries[0].reason
    assert re.search(r"no answer: test_waiting_apps\.py:\d+ waits without a time limit", reason)


@pytest.mark.parametrize("pause", [time.sleep, lambda seconds: asyncio.run(asyncio.sleep(seconds))])
def test_a_wsgi_app_that_waits_again_and_again_is_ended_too(fast: Fake, pause: Callable[[float], object]) -> None:
    """For a row that never comes, say: an hour after its time was up, and then its test goes on."""
    began = fast.clock.now()

    def app(_environ: Any, _start_response: Any) -> list[bytes]:
        while True:
            pause(60)

    fast.deliver_to(app)
    fast.task(create()).finish()
    assert "still waits, long after its time was up; again in" in fast.journal.deliveries[0].reason
    assert fast.clock.now() - began < 4000


def test_a_wsgi_app_that_catches_the_end_of_its_waits_ends_by_its_own_clock(fast: Fake) -> None:
    """Time goes on for it after each such error, of waits with a limit and without."""
    waits: list[Callable[[], object]] = [lambda: time.sleep(60), threading.Event().wait]

    def app(_environ: Any, start_response: Any) -> list[bytes]:
        until = time.monotonic() + 7200
        while time.monotonic() < until:
            with suppress(TimeoutError):
                waits[0]()
        waits.reverse()
        start_response("200 OK", [])
        return []

    fast.deliver_to(app)
    for _ in waits:
        fast.task(create()).finish()
    reasons = [delivery.reason for delivery in fast.journal.deliveries if delivery.attempt == 1]
    assert [re.sub(r"\d+\.\d s", "… s", reason) for reason in reasons] == [
        "attempt 1: no answer within 15 s; it took … s; again in 5 s"
    ] * 2


@pytest.mark.parametrize(
    "pause", [lambda: time.sleep(600), threading.Event().wait, lambda: queue.Queue().get(timeout=600)]
)
def test_a_wsgi_app_that_catches_the_end_of_its_waits_for_ever_is_ended_too(
    fast: Fake, pause: Callable[[], object]
) -> None:
    """As workers' loops do; its callback was not taken, and the test goes on."""

    def app(_environ: Any, _start_response: Any) -> list[bytes]:
        while True:
            with suppress(Exception):
                pause()

    fast.deliver_to(app)
    fast.task(create()).finish()
    assert re.search(
        r"no answer: \S+\.py:\d+ .* was caught 3 times, and the loop went on: .*; again in",
        fast.journal.deliveries[0].reason,
    )


def test_what_stops_another_loop_of_a_receiver_ends_its_test() -> None:
    """Such as one that reads a clock for ever: it is no wait whose end was caught."""
    with pytest.raises(CaughtStopError, match="another"), WaitLimits().until(1.0):
        raise CaughtStopError("another")
