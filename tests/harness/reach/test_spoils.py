"""Spoiled answers: what the client meets when a connection goes wrong, in process and over a real port."""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any

import aiohttp
import httpx
import pytest
import requests
import urllib3
import urllib3.exceptions

from fakie.core.transport_faults import TransportFaultKind
from fakie.harness.fake import Fake, WrongOrderError
from fakie.harness.fast_forward import fast_forward
from fakie.harness.start import SharedServer, in_process, new_fake
from support.clients.client import BASE, BODY, KEY
from support.clients.doors import CREATE
from support.lap import Lap
from support.waiting import wait_until

Place = tuple[Fake, str]
TIMEOUTS = (requests.ReadTimeout, httpx.ReadTimeout, asyncio.TimeoutError, urllib3.exceptions.ReadTimeoutError)


@pytest.fixture(params=["in process", "port"])
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """A fake and the base URL at which it is reached, both ways."""
    if request.param == "in process":
        fake = new_fake()
        with in_process(fake):
            yield fake, BASE
        return
    server = SharedServer()
    try:
        fake = new_fake(server.url)
        with server.speaking_for(fake):
            yield fake, server.url
    finally:
        server.stop()


def by_requests(base: str, timeout: float = 5) -> int:
    code: int = requests.post(base + CREATE, json=BODY, headers=KEY, timeout=timeout).json()["code"]
    return code


def by_httpx(base: str, timeout: float = 5) -> int:
    code: int = httpx.post(base + CREATE, json=BODY, headers=KEY, timeout=timeout).json()["code"]
    return code


def by_aiohttp(base: str, timeout: float = 5) -> int:
    async def go() -> int:
        patience = aiohttp.ClientTimeout(sock_read=timeout)
        async with (
            aiohttp.ClientSession(timeout=patience) as session,
            session.post(base + CREATE, json=BODY, headers=KEY) as answer,
        ):
            return int((await answer.json())["code"])

    return asyncio.run(go())


def by_urllib3(base: str, timeout: float = 5) -> int:
    answer = urllib3.request("POST", base + CREATE, json=BODY, headers=KEY, timeout=timeout, retries=False)
    return int(answer.json()["code"])


@pytest.mark.parametrize(
    ("kind", "of_aiohttp", "of_urllib3"),
    [
        ("reset", (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError), urllib3.exceptions.ProtocolError),
        ("empty", aiohttp.ServerDisconnectedError, urllib3.exceptions.ProtocolError),
        ("malformed", aiohttp.ClientResponseError, urllib3.exceptions.ProtocolError),
        ("truncated", aiohttp.ClientPayloadError, urllib3.exceptions.ProtocolError),
        ("lost", asyncio.TimeoutError, urllib3.exceptions.ReadTimeoutError),
    ],
)
def test_aiohttp_and_urllib3_meet_their_own_errors_too(
    place: Place, kind: TransportFaultKind, of_aiohttp: Any, of_urllib3: Any
) -> None:
    """In process and over the port alike, and the next call is answered."""
    fake, base = place
    fake.spoil_next(kind, times=2)
    # Only an answer that never comes is to be given up.
    patience = 0.3 if kind == "lost" else 60
    with pytest.raises(of_aiohttp):
        by_aiohttp(base, timeout=patience)
    with pytest.raises(of_urllib3):
        by_urllib3(base, timeout=patience)
    assert by_aiohttp(base) == by_urllib3(base) == 200
    assert len(fake.tasks) == 4


@pytest.mark.parametrize(
    ("kind", "of_requests", "of_httpx"),
    [
        ("reset", requests.ConnectionError, (httpx.ReadError, httpx.RemoteProtocolError)),
        ("empty", requests.ConnectionError, httpx.RemoteProtocolError),
        ("malformed", requests.ConnectionError, httpx.RemoteProtocolError),
        ("truncated", requests.exceptions.ChunkedEncodingError, httpx.RemoteProtocolError),
    ],
)
def test_each_spoil_is_the_librarys_own_error_and_the_task_is_made(
    place: Place, kind: TransportFaultKind, of_requests: type[Exception], of_httpx: type[Exception]
) -> None:
    """In process and over the port alike; the request was carried out, and the next one is answered."""
    fake, base = place
    fake.spoil_next(kind, times=2)
    with pytest.raises(of_requests):
        by_requests(base)
    with pytest.raises(of_httpx):
        by_httpx(base)
    assert len(fake.tasks) == 2
    assert by_requests(base) == by_httpx(base) == 200
    assert [entry.spoiled for entry in fake.journal] == [kind, kind, "", ""]
    assert fake.journal.situations == ["accepted"] * 4


@pytest.mark.parametrize("ask", [by_requests, by_httpx])
def test_a_lost_answer_is_a_read_timeout(place: Place, ask: Callable[..., int]) -> None:
    """The client gives up after its own patience."""
    fake, base = place
    fake.spoil_next("lost")
    with pytest.raises((requests.ReadTimeout, httpx.ReadTimeout)):
        ask(base, timeout=0.2)
    wait_until(lambda: len(fake.tasks) == 1)


@pytest.mark.parametrize("ask", [by_requests, by_httpx, by_aiohttp, by_urllib3])
def test_latency_delays_or_times_out(place: Place, ask: Callable[..., int]) -> None:
    """An answer later than the client waits is a read timeout; one in time is only late."""
    fake, base = place
    fake.spoil_next("latency", seconds=0.2)
    started = time.perf_counter()
    assert ask(base) == 200
    assert time.perf_counter() - started >= 0.2
    fake.spoil_next("latency", seconds=20)
    with pytest.raises(TIMEOUTS):
        ask(base, timeout=0.05)


@pytest.mark.parametrize("ask", [by_requests, by_httpx, by_aiohttp, by_urllib3])
def test_a_dribbled_answer_is_whole_in_the_end(place: Place, ask: Callable[..., int]) -> None:
    """Its pieces come one after the other, in process and over the port."""
    fake, base = place
    fake.spoil_next("dribbled", seconds=0.3)
    started = time.perf_counter()
    assert ask(base) == 200
    assert time.perf_counter() - started >= 0.25
    assert ask(base) == 200


def test_a_timeout_between_reads_does_not_end_a_dribbled_answer() -> None:
    """Ten pieces in a minute outlast a time-out of ten seconds, which most libraries count anew for each read."""
    fake = new_fake()
    with in_process(fake), fast_forward(fake):
        fake.spoil_next("dribbled", seconds=60)
        lap = Lap()
        assert by_requests(BASE, timeout=10) == 200
        assert lap.skipped(60)
        fake.spoil_next("dribbled", seconds=120)
        with pytest.raises((requests.ReadTimeout, requests.ConnectionError)):
            by_requests(BASE, timeout=10)


def test_latency_is_skipped_when_fast_forwarded() -> None:
    """A minute's latency takes a minute of the client's clock and none of ours."""
    fake = new_fake()
    with in_process(fake), fast_forward(fake):
        fake.spoil_next("latency", seconds=60)
        lap = Lap()
        assert by_requests(BASE, timeout=100) == 200
        assert lap.skipped(60)
        fake.spoil_next("lost")
        with pytest.raises(requests.ReadTimeout):
            by_requests(BASE, timeout=30)
        lap = Lap()
        fake.spoil_next("lost")
        with pytest.raises(requests.ConnectionError, match="closed connection"):
            by_requests(BASE, timeout=100)
        assert lap.skipped(60)


def test_a_spoil_waits_for_the_requests_it_matches(place: Place) -> None:
    """By endpoint, model, times and after, as faults do; an unknown kind is refused with those there are."""
    fake, base = place
    fake.spoil_next("empty", after=1)
    fake.spoil_next("empty", endpoint="credit")
    assert by_requests(base) == 200
    with pytest.raises(requests.ConnectionError):
        by_requests(base)
    assert fake.unused_faults == ["empty for endpoint 'credit'"]
    with pytest.raises(WrongOrderError, match='"latency", "dribbled", "lost", "reset"'):
        fake.spoil_next("explode")  # type: ignore[arg-type]
