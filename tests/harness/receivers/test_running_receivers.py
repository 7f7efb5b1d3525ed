"""Callbacks delivered into an app that runs already, by the client that its tests have."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import Any

import httpx
import pytest
import requests
import trio
from flask import Flask, request

from fakie.adapters.apps.call_target import CalledAt
from fakie.adapters.apps.client_app import ClientApp
from fakie.adapters.callback_sender import CallbackSender
from fakie.core.control.errors import WrongOrderError
from fakie.core.ports import Outgoing
from fakie.harness.fake import Fake
from support.clients.client import BASE, BODY, KEY, create
from support.clients.doors import CREATE
from support.lap import Lap


class Running:
    """An ASGI app that somebody has started: its calls need the loop that started it."""

    def __init__(self, pause: float = 0.0) -> None:
        self.starts = 0
        self.pause = pause
        self.hosts: list[str] = []

    @asynccontextmanager
    async def lifespan(self) -> AsyncIterator[httpx.AsyncClient]:
        self.starts += 1
        self.loop = asyncio.get_running_loop()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(self), base_url="http://test") as client:
            yield client

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            self.starts += 1
            return
        assert asyncio.get_running_loop() is self.loop
        await asyncio.sleep(self.pause)
        self.hosts.append(dict(scope["headers"])[b"host"].decode())
        await send({"type": "http.response.start", "status": 202, "headers": []})
        await send({"type": "http.response.body", "body": b""})


def test_an_app_that_runs_is_called_in_its_loop_and_not_started_again(fast: Fake) -> None:
    """At the moment of the callback, with its own URL, and its answer is the delivery's."""
    app = Running()

    async def main() -> None:
        async with app.lifespan() as client:
            fast.deliver_to(client)
            fast.plan_next(seconds=1000)
            create()
            await asyncio.sleep(999)
            assert app.hosts == []
            await asyncio.sleep(2)

    asyncio.run(main())
    assert (app.starts, app.hosts) == (1, ["app.test"])
    assert [entry.status for entry in fast.journal.deliveries] == [202]


def test_a_running_app_that_is_late_has_not_answered(fast: Fake) -> None:
    """It is told so, and called again."""

    async def main() -> None:
        async with Running(pause=20).lifespan() as client:
            fast.deliver_to(client)
            create()
            await asyncio.sleep(24)

    asyncio.run(main())
    assert [entry.reason for entry in fast.journal.deliveries] == [
        "attempt 1: TimeoutError: no answer within 15 s; again in 5 s"
    ]


def test_a_late_answer_is_told_in_the_same_words_whoever_notices_it(fast: Fake) -> None:
    """The app's loop, or the thread that hands the callback over, where that has waited long enough before."""
    outgoing = Outgoing("http://app.test/hook", (), b"", timeout=15)

    async def main() -> None:
        async with Running(pause=20).lifespan() as client:
            app = ClientApp(client, CalledAt(), time.time)

            def post(seconds: float) -> None:
                with fast.limited(seconds):
                    app.post(outgoing)

            for limit in (10, 100):
                with pytest.raises(TimeoutError, match="no answer within 15 s"):
                    await asyncio.to_thread(post, limit)

    asyncio.run(main())


def test_a_wait_in_trio_s_loop_says_how_to_wait_beside_it(fast: Fake) -> None:
    """By trio's own way."""

    def app(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [b""]

    async def go() -> None:
        task_id = create()
        with pytest.raises(WrongOrderError, match=r"await trio\.to_thread\.run_sync\(fakie\.wait_callback, …\)"):
            fast.wait_callback(task_id)
        await trio.to_thread.run_sync(fast.wait_callback, task_id)

    fast.deliver_to(app)
    trio.run(go)
    assert [entry.status for entry in fast.journal.deliveries] == [200]


def test_who_moves_the_time_leaves_the_loop_to_the_app(fast: Fake) -> None:
    """Refused in that loop, with what does the same; from another thread it is delivered when the move is over."""
    app = Running()

    async def main() -> None:
        async with app.lifespan() as client:
            fast.deliver_to(client)
            create()
            with pytest.raises(WrongOrderError, match=r"await asyncio\.to_thread\(fakie\.advance, …\)"):
                fast.advance(10)
            with pytest.raises(WrongOrderError, match=r"fakie\.advance_to"):
                fast.advance_to(fast.clock.now() + 10)
            await asyncio.to_thread(fast.advance, 10)
            assert len(app.hosts) == 1

    asyncio.run(main())


def test_a_client_that_waits_takes_callbacks(fake: Fake) -> None:
    """In the words of its app, by the URL that the test names, and a redirect is not followed."""
    app, asked = Flask("receiver"), []

    @app.post("/<path:path>")
    def hook(path: str) -> tuple[str, int, dict[str, str]]:
        asked.append((request.host, path))
        return "", 307, {"Location": "/elsewhere"}

    with httpx.Client(transport=httpx.WSGITransport(app), follow_redirects=True) as client:
        fake.deliver_to(client, url="https://hooks.test/kie")
        fake.task(create()).finish()
    assert asked == [("hooks.test", "kie")]
    assert fake.journal.deliveries[0].status == 307


def test_a_client_that_cannot_be_used_is_refused(fake: Fake) -> None:
    """Where it is handed over, with what would work."""
    with pytest.raises(WrongOrderError, match="within a coroutine"):
        fake.deliver_to(httpx.AsyncClient())
    with pytest.raises(WrongOrderError, match=r"client: .*leave it out, or give the app"):
        fake.deliver_to(httpx.Client(), client="192.0.2.1")


def test_a_receiver_that_the_caller_of_advance_blocks_takes_its_callback_afterwards(fast: Fake) -> None:
    """Over a socket: time moves by as much as was asked for, and no delivery is waited for till its end."""
    heads: list[bytes] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        writer.close()

    async def main() -> None:
        async with await asyncio.start_server(take, "127.0.0.1", 0) as server:
            body = BODY | {"callBackUrl": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"}
            requests.post(BASE + CREATE, json=body, headers=KEY, timeout=10)
            lap = Lap()
            fast.advance(60)
            assert lap.skipped(60)
            assert heads == []
            await asyncio.sleep(1)

    began = os.times().elapsed
    with closing(CallbackSender()) as sender:
        fast.deliver_to(sender)
        asyncio.run(main())
    assert len(heads) == 1
    assert os.times().elapsed - began < 10
