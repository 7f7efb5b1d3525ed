"""The fast server when many clients are at it at once: what they keep in memory, and who has his turn."""

import asyncio
import socket
import threading
import time
import tracemalloc
from contextlib import ExitStack, closing
from functools import partial

import pytest

from fakie.adapters.live_server import LiveServer, never_quick
from fakie.adapters.server import rounds
from fakie.adapters.wire.coming import LITTLE
from fakie.adapters.wire.inbox import Inbox
from fakie.adapters.wire.limits import Limits
from fakie.core.http.messages import Request, Response
from support.wire import CHUNKED, GOOD, HEAD, Serve, Wire, check_next, with_body

_GET = b"GET / HTTP/1.1\r\nHost: f\r\n\r\n"
_MANY_HEADERS = b"".join(b"X%d: %s\r\n" % (at, b"a" * 1000) for at in range(15))


@pytest.mark.parametrize(
    ("begun", "rest"),
    [
        (HEAD + _MANY_HEADERS, b"Content-Length: %d\r\n\r\n" % len(GOOD) + GOOD),
        (HEAD + b"Content-Length: %d\r\n\r\n" % (15_000 + len(GOOD)) + b" " * 15_000, GOOD),
        (CHUNKED + b"8\r\n        \r\n" * 1_900, b"%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD), GOOD)),
    ],
    ids=["heads", "bodies", "chunks"],
)
def test_the_little_that_each_of_many_keeps_is_bounded(serve: Serve, begun: bytes, rest: bytes) -> None:
    """Heads and small bodies count as large ones do: the first are dropped, the last is answered."""
    url = serve(held_bytes=50_000)
    with ExitStack() as opened:
        slow = []
        for _ in range(12):
            slow.append(opened.enter_context(closing(Wire(url))).send(begun))
            # Who has sent last is the last one to be dropped.
            _until_read(url, len(begun))
        assert slow[-1].send(rest).answer()[1]["code"] == 200
        with pytest.raises((ConnectionError, IndexError)):
            slow[0].answer()
        check_next(url)


def _until_read(url: str, size: int) -> None:
    """Wait until so many bytes that came before are parsed: a piece at least in each turn that answers another."""
    with closing(Wire(url)) as other:
        for _ in range(size // LITTLE + 1):
            assert other.send(_GET).answer()[0] == 404


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
            while inbox.waiting:
                inbox.advance()
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


def test_a_piece_of_chunks_is_small_and_one_of_a_body_large() -> None:
    """Each chunk takes its time, however small; of a body whose end is known, what came is only kept."""
    inbox = Inbox(Limits(), "127.0.0.1")
    inbox.feed(CHUNKED + b"1\r\n \r\n" * 2000)
    pieces = 0
    while inbox.waiting:
        inbox.advance()
        pieces += 1
    assert (pieces > 10, inbox.held) == (True, 2000)
    inbox.feed(b"100000\r\n")
    inbox.feed(b"x" * 1_000_000)
    assert (inbox.waiting, inbox.held) == (False, 1_002_000)
    inbox = Inbox(Limits(), "127.0.0.1")
    inbox.feed(HEAD + b"Content-Length: 3000000\r\n\r\n")
    inbox.feed(b"x" * 1_000_000)
    assert (inbox.waiting, inbox.held) == (False, 1_000_000)


def test_requests_behind_one_count_as_held() -> None:
    """Each is an object of its own, which takes ten times the room that it had on the wire."""
    inbox = Inbox(Limits(), "127.0.0.1")
    inbox.feed(_GET * 500)
    assert (len(inbox.ready), inbox.held > 100_000) == (500, True)


def _never() -> None:
    raise AssertionError("nothing has failed")


def test_a_turn_of_the_loop_has_room_for_some(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those who wait go on one after the other, the rest in the next turn; who waits again comes last."""
    now, went, turn = [0.0], [], [0]
    monkeypatch.setattr(rounds, "monotonic", lambda: now[0])

    async def take() -> None:
        waiting = rounds.Rounds(asyncio.get_running_loop())

        def go_on(name: str) -> None:
            went.append((name, turn[0]))
            now[0] += 0.003
            if len(went) < 6:
                waiting.wait(partial(go_on, name), _never)

        for name in "abc":
            waiting.wait(partial(go_on, name), _never)
        for turn[0] in range(6):
            await asyncio.sleep(0)

    asyncio.run(take())
    assert [name for name, _ in went] == list("abcabcab")
    assert [at for _, at in went] == [0, 0, 1, 1, 2, 2, 3, 3]


class _DoorAside:
    """A door that waits in its threads; it answers refusals at once."""

    def __init__(self) -> None:
        self.told = threading.Event()

    def handle(self, request: Request) -> Response:
        if request.fault:
            return Response(503, (), b"{}")
        self.told.wait(20)
        return Response(200, (), b"%d" % len(request.body.read()))


@pytest.mark.parametrize("plain", [False, True])
def test_bodies_that_wait_for_a_thread_are_bounded(plain: bool) -> None:
    """Who has sent all of one is not dropped: those half sent are, and then the next whole one is refused."""
    server, door = LiveServer("127.0.0.1", 0, plain=plain), _DoorAside()
    server.start(door, never_quick, Limits(held_bytes=200_000, threads=1))
    begun = HEAD + b"Content-Length: 60000\r\n\r\n" + b"x" * 59_999
    with ExitStack() as opened:
        opened.callback(server.stop)
        opened.callback(door.told.set)
        sent = []
        for rest in (b"", b"x", b"x", b"x", b"x"):
            # The order counts.
            sent.append(opened.enter_context(closing(Wire(server.url))).send(begun + rest).taken())
        assert sent[4].answer() == (503, {})
        with pytest.raises((ConnectionError, IndexError)):
            sent[0].answer()
        # Nor does hanging up make room: what it has sent stays in memory until a thread has been at it.
        sent[3].close()
        late = opened.enter_context(closing(Wire(server.url)))
        assert late.send(begun + b"x").answer() == (503, {})
        door.told.set()
        assert [wire.answer() for wire in sent[1:3]] == [(200, 60_000)] * 2
        # There is room again.
        assert opened.enter_context(closing(Wire(server.url))).send(begun + b"x").answer() == (200, 60_000)
