"""Servers that idle beside a test, such as a receiver of its own: they cost no time, and serve on."""

import asyncio
import http.client
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import uvloop

from fakie.harness.fake import Fake
from support.clients.client import create, look

HOUR = 3600


class Answering(BaseHTTPRequestHandler):
    """Answers every GET with nothing."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Beating(ThreadingHTTPServer):
    """Does something of its own in every round."""

    rounds = 0

    def service_actions(self) -> None:
        """Count the round."""
        self.rounds += 1


@contextmanager
def serving(server: socketserver.BaseServer) -> Iterator[threading.Thread]:
    """Serve in a thread for a block."""
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield thread
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def get(server: ThreadingHTTPServer) -> int:
    """Ask it; return the status."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
    try:
        connection.request("GET", "/")
        with connection.getresponse() as answer:
            return answer.status
    finally:
        connection.close()


def moves(fast: Fake, act: Callable[[], object]) -> int:
    """Return how often time moved meanwhile."""
    assert fast.timekeeper is not None
    before = fast.timekeeper.moved
    act()
    return fast.timekeeper.moved - before


def test_a_thread_that_accepts_is_waited_for_once_somebody_comes(fast: Fake) -> None:
    """A plain listener's, as plugins have them beside every test: alone it is nobody who may be at work."""
    came: list[bytes] = []

    def accept(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            came.append(connection.recv(10))

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=accept, args=(listener,), daemon=True)
        thread.start()
        time.sleep(HOUR)
        assert fast.timekeeper is not None
        assert [each for each in fast.timekeeper.remarks if "accept" in each] == []
        with socket.create_connection(listener.getsockname()) as client:
            client.sendall(b"hello")
            time.sleep(HOUR)
            assert came == [b"hello"]
        thread.join()


def test_an_idle_server_costs_no_time(fast: Fake) -> None:
    """Time moves past the rounds in which it looks whether it is to end, and it answers as before."""

    def an_hour_by_polls() -> None:
        fast.plan_next(seconds=HOUR)
        task = create()
        while look(task)["state"] != "success":
            time.sleep(300)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    began = time.monotonic()
    with serving(server):
        assert moves(fast, lambda: time.sleep(HOUR)) < 10
        assert get(server) == 204
        assert moves(fast, an_hour_by_polls) < 100
        assert get(server) == 204
    assert time.monotonic() - began == pytest.approx(2 * HOUR, abs=60)


def test_a_server_ends_beside_a_longer_sleep(fast: Fake) -> None:
    """Once it is told to, its next look is due before whatever else is."""
    server, began = ThreadingHTTPServer(("127.0.0.1", 0), Answering), time.monotonic()
    sleeper = threading.Thread(target=time.sleep, args=(HOUR,))
    with serving(server) as thread:
        sleeper.start()
        time.sleep(10)
        server.shutdown()
        assert time.monotonic() - began < 60
        thread.join()
        assert time.monotonic() - began < 60
    sleeper.join()


def test_a_server_with_work_of_its_own_does_it(fast: Fake) -> None:
    """One that does something in every round has every round."""
    server = Beating(("127.0.0.1", 0), Answering)
    with serving(server):
        time.sleep(60)
        # Each round takes a while of its own, on a busy machine a longer one.
        assert server.rounds >= 60


class Ticking:
    """A server that ticks as uvicorn's does."""

    def __init__(self) -> None:
        self.should_exit = False
        self.config = SimpleNamespace(callback_notify=None)
        self.ticks = 0

    async def main_loop(self) -> None:
        """Tick until it is to end."""
        while not await self.on_tick(self.ticks):
            await asyncio.sleep(0.1)

    async def on_tick(self, counter: int) -> bool:
        """Tell whether to end."""
        self.ticks = counter + 1
        return self.should_exit


class Notifying(Ticking):
    """Has work of its own at each tick."""

    async def on_tick(self, counter: int) -> bool:
        """Tell whether to end."""
        return await super().on_tick(counter)


@contextmanager
def in_a_loop(server: Ticking, run: Callable[[Any], Any], beats: list[float]) -> Iterator[threading.Thread]:
    """Run a server in the loop of a thread for a block, beside a coroutine that beats once a minute."""

    async def beat() -> None:
        while True:
            await asyncio.sleep(60)
            beats.append(time.monotonic())

    async def main() -> None:
        beating = asyncio.create_task(beat())
        await server.main_loop()
        beating.cancel()

    thread = threading.Thread(target=lambda: run(main()))
    thread.start()
    try:
        yield thread
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(params=[asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A way to run a loop, where the module of uvicorn's server has `Ticking`."""
    module = ModuleType("uvicorn.server")
    module.Server = Ticking  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "uvicorn.server", module)
    return request.param


def test_the_ticks_of_uvicorn_cost_no_time(fast: Fake, run: Callable[[Any], Any]) -> None:
    """Time moves past them, and not past what else the loop has to do, or another thread."""
    beats: list[float] = []
    server, began = Ticking(), time.monotonic()
    with in_a_loop(server, run, beats):
        assert moves(fast, lambda: time.sleep(HOUR)) < 300
        assert time.monotonic() - began == pytest.approx(HOUR, abs=60)
        expected = [began + 60 * number for number in range(1, 60)]
        assert beats[:59] == pytest.approx(expected, abs=30)


def test_uvicorn_ends_beside_a_longer_sleep(fast: Fake, run: Callable[[Any], Any]) -> None:
    """Once it is told to, its next tick is due before whatever else is."""
    sleeper = threading.Thread(target=time.sleep, args=(HOUR,))
    sleeper.start()
    server = Ticking()
    with in_a_loop(server, run, []) as thread:
        time.sleep(10)
        server.should_exit, told = True, time.monotonic()
        thread.join()
        assert time.monotonic() - told < 60
    sleeper.join()


def test_a_tick_with_work_of_its_own_comes_each_time(fast: Fake, run: Callable[[Any], Any]) -> None:
    """A server that does something else at it has every one."""
    server = Notifying()
    with in_a_loop(server, run, []):
        time.sleep(30)
        # A tenth of a second each, and what it takes for real: longer on a busy machine.
        assert server.ticks > 100
