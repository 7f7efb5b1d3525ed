"""Receivers on a port that answer late or never: their time is up as the test sees it."""

import asyncio
import itertools
import math
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer

import pytest
import requests
from aiohttp import web
from aiohttp.test_utils import TestServer

from fakie.core.ports import Outgoing
from fakie.harness.fake import Fake
from fakie.harness.outstanding import Outstanding
from support.clients.client import BASE, BODY, KEY
from support.clients.doors import CREATE

_WAITS: dict[str, Callable[[Fake], object]] = {
    "advance": lambda fake: fake.advance(1000),
    "advance_to": lambda fake: fake.advance_to(fake.clock.now() + 1000),
    "sleep": lambda _: time.sleep(1000),
}


@pytest.fixture
def silent() -> Iterator[str]:
    """A port that takes connections, and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/hook"


@pytest.fixture
def late() -> Iterator[tuple[str, list[int]]]:
    """A receiver that waits for 20 s before its first answer, and its callbacks so far."""
    heard: list[int] = []

    class Late(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            heard.append(1)
            if len(heard) == 1:
                time.sleep(20)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingTCPServer(("127.0.0.1", 0), Late) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,)).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/hook", heard
        server.shutdown()


def _job(url: str) -> None:
    requests.post(BASE + CREATE, json={**BODY, "callBackUrl": url}, headers=KEY, timeout=10)


def _attempts(fake: Fake) -> list[tuple[int | None, int]]:
    """Return the status of each attempt, and at how many seconds after its task was made it was known."""
    made = fake.journal[0].at
    return [(entry.status, round(entry.at - made)) for entry in fake.journal.deliveries]


@pytest.mark.parametrize("wait", _WAITS)
def test_a_receiver_that_never_answers_is_told_of_each_attempt(served: Fake, silent: str, wait: str) -> None:
    """Each has the receiver's 15 s, skipped like any other, and the next comes when it is due."""
    began = os.times().elapsed
    _job(silent)
    _WAITS[wait](served)
    gaps = served.service.contracts.profile.facts.callback_gaps
    ends = list(itertools.accumulate((gap + 15 for gap in gaps), initial=5.0 + 15))
    assert [status for status, _ in _attempts(served)] == [None] * len(ends)
    assert [end for _, end in _attempts(served)] == pytest.approx(ends, abs=8)
    assert "no answer within 15 s" in served.journal.deliveries[0].reason
    assert os.times().elapsed - began < 60


def test_who_waits_for_the_callback_of_a_silent_receiver_hears_of_its_attempts(served: Fake, silent: str) -> None:
    """And not that none was sent."""
    _job(silent)
    with pytest.raises(TimeoutError, match="attempt 4: no answer within 15 s; given up"):
        served.wait_callback(served.tasks[0], timeout=1000)


@pytest.mark.parametrize("wait", _WAITS)
def test_a_receiver_that_answers_too_late_has_not_answered(
    served: Fake, late: tuple[str, list[int]], wait: str
) -> None:
    """Its late answer counts for nothing, and the callback comes again."""
    url, heard = late
    _job(url)
    _WAITS[wait](served)
    assert [status for status, _ in _attempts(served)] == [None, 200]
    assert len(heard) == 2


def test_the_time_of_none_is_up_while_anybody_keeps_it() -> None:
    """Whoever ends first does not end it for others."""
    out = Outstanding(lambda: 100.0)
    out.begin(Outgoing("http://127.0.0.1/hook", (), b"", 15.0), lambda _: None, lambda: None)
    with out.kept():
        with out.kept():
            pass
        assert out.next_end() == math.inf
    assert out.next_end() == 115.0


def test_a_receiver_in_the_loop_that_a_move_blocks_has_its_time_afterwards(served: Fake) -> None:
    """It cannot answer any sooner, so that its callback comes once."""
    heard: list[int] = []

    async def hook(_: web.Request) -> web.Response:
        heard.append(1)
        return web.json_response({})

    async def test() -> None:
        app = web.Application()
        app.router.add_post("/hook", hook)
        async with TestServer(app) as server:
            await asyncio.to_thread(_job, str(server.make_url("/hook")))
            served.advance(3600)
            assert heard == []
            await asyncio.sleep(3600)

    asyncio.run(test())
    assert heard == [1]
    assert [status for status, _ in _attempts(served)] == [200]
