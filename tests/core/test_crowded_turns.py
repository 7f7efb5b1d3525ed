"""The fast server when many clients are at it at once: what they keep in memory, and who has his turn."""

import socket
import threading
import time
import tracemalloc
from contextlib import ExitStack, closing

import pytest

from fakie.adapters.live_server import LiveServer
from fakie.adapters.wire.inbox import Inbox
from fakie.adapters.wire.limits import Limits
from fakie.core.http.messages import Request, Response
from support.wire import CHUNKED, GOOD, HEAD, Serve, Wire, check_next, with_body

_GET = b"GET / HTTP/1.1\r\nHost: f\r\n\r\n"
_MANY_HEADERS = b"".join(b"X%d: %s\r\n" % (at, b"a" * 1000) for at in range(50))


@pytest.mark.parametrize(
    ("begun", "rest"),
    [
        (HEAD + _MANY_HEADERS, b"Content-Length: %d\r\n\r\n" % len(GOOD) + GOOD),
        (HEAD + b"Content-Length: %d\r\n\r\n" % (60_000 + len(GOOD)) + b" " * 60_000, GOOD),
        (CHUNKED + b"1\r\n \r\n" * 30_000, b"%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD), GOOD)),
    ],
    ids=["heads", "bodies", "chunks"],
)
def test_the_little_that_each_of_many_keeps_is_bounded(serve: Serve, begun: bytes, rest: bytes) -> None:
    """Heads and small bodies count as large ones do: the first are dropped, the last is answered."""
    url = serve(held_bytes=200_000)
    with ExitStack() as opened:
        slow = []
        for _ in range(12):
            slow.append(opened.enter_context(closing(Wire(url))).send(begun))
            # Until it has been read: who has sent last is the last one to be dropped.
            time.sleep(0.1)
        assert slow[-1].send(rest).answer()[1]["code"] == 200
        with pytest.raises((ConnectionError, IndexError)):
            slow[0].answer()
        check_next(url)


class _Busy:
    """A door that waits once, then counts; `at` are the loop's turns in which it was asked."""

    def __init__(self, server: LiveServer) -> None:
        self.server = server
        self.told = threading.Event()
        self.turn = 0
        self.at: list[int] = []

    def handle(self, request: Request) -> Response:
        if request.path == "/wait":
            self.told.wait(20)
            self.server.loop.call_soon(self._next)
        else:
            self.at.append(self.turn)
        return Response(200, (), b"{}")

    def _next(self) -> None:
        self.turn += 1
        self.server.loop.call_soon(self._next)


@pytest.mark.parametrize("plain", [False, True])
def test_those_who_come_are_let_in_several_a_turn(plain: bool) -> None:
    """Turns are long when many are answered, so that one a turn would be deaf to whoever comes last."""
    server = LiveServer("127.0.0.1", 0, plain=plain)
    door = _Busy(server)
    server.start(door, lambda _: True)
    with ExitStack() as opened:
        opened.callback(server.stop)
        opened.callback(door.told.set)
        busy = opened.enter_context(closing(Wire(server.url))).send(_GET.replace(b"/ ", b"/wait "))
        time.sleep(0.2)
        come = [opened.enter_context(closing(Wire(server.url))).send(_GET) for _ in range(200)]
        door.told.set()
        assert [wire.answer()[0] for wire in (busy, *come)] == [200] * 201
    assert door.at[-1] - door.at[0] < 100


def test_a_body_in_tiny_chunks_takes_the_room_of_a_body() -> None:
    """Each chunk as an object of its own took twenty times what is counted of it."""
    inbox = Inbox(Limits(), "127.0.0.1")
    inbox.feed(CHUNKED)
    some = b"2\r\nab\r\n" * 1000
    tracemalloc.start()
    try:
        for _ in range(100):
            inbox.feed(some)
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert inbox.held == 200_000
    assert taken < 600_000


def test_a_large_read_is_parsed_a_piece_a_turn(serve: Serve) -> None:
    """So that others have their turn between the chunks of one; all of it is answered, and what stands behind it."""
    inbox = Inbox(Limits(), "127.0.0.1")
    inbox.feed(CHUNKED)
    inbox.feed(b"1\r\n \r\n" * 20_000)
    assert (inbox.waiting, bool(inbox.ready)) == (True, False)
    with closing(Wire(serve())) as wire:
        wire.send(CHUNKED + b"1\r\n \r\n" * 100_000)
        wire.send(b"%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD), GOOD) + with_body(GOOD))
        wire.socket.shutdown(socket.SHUT_WR)
        assert [wire.answer()[1]["code"] for _ in range(2)] == [200, 200]
