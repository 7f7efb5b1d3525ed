"""Servers of `socketserver` that idle beside a test, such as a receiver of its own: they cost no time, and serve on."""

import http.client
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

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
    assert time.monotonic() - began == pytest.approx(2 * HOUR, abs=10)


def test_a_server_ends_beside_a_longer_sleep(fast: Fake) -> None:
    """Once it is told to, its next look is due before whatever else is."""
    server, began = ThreadingHTTPServer(("127.0.0.1", 0), Answering), time.monotonic()
    sleeper = threading.Thread(target=time.sleep, args=(HOUR,))
    with serving(server) as thread:
        sleeper.start()
        time.sleep(10)
        server.shutdown()
        assert time.monotonic() - began < 12
        thread.join()
        assert time.monotonic() - began < 12
    sleeper.join()


def test_a_server_with_work_of_its_own_does_it(fast: Fake) -> None:
    """One that does something in every round has every round."""
    server = Beating(("127.0.0.1", 0), Answering)
    with serving(server):
        time.sleep(60)
        assert server.rounds >= 118
