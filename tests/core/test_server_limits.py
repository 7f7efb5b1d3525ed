"""The fast server: deadlines, many connections, slow clients, doors that wait or break."""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from urllib.parse import urlsplit

import pytest

from fakie.adapters.flask_server import FlaskServer
from fakie.adapters.live_server import LiveServer
from fakie.adapters.wire.limits import Limits
from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from support.waiting import wait_until
from support.wire import CHUNKED, GET, GOOD, HEAD, Serve, Wire, ask, check_next, with_body


@pytest.mark.parametrize(
    ("sent", "awaited"),
    [
        (b"POST /", "headers"),
        (HEAD + b"X: ", "headers"),
        (HEAD + b"Content-Length: 5000\r\n\r\n", "body"),
        (CHUNKED + b"1000\r\n", "body"),
    ],
)
def test_a_request_that_dribbles_is_late(serve: Serve, sent: bytes, awaited: str) -> None:
    """Bytes that come one by one do not buy time; the answer says what was awaited."""
    wire = Wire(serve(head_seconds=0.5, body_seconds=0.5))
    wire.send(sent)
    ended = threading.Event()
    dribbling = threading.Thread(target=_dribble, args=(wire.socket, ended))
    dribbling.start()
    started = time.monotonic()
    msg = wire.answer()[1]["msg"]
    ended.set()
    dribbling.join()
    assert "not whole after 0.5 s" in msg
    assert awaited in msg
    assert time.monotonic() - started < 20
    wire.close()


def _dribble(connection: socket.socket, ended: threading.Event) -> None:
    with suppress(OSError):
        while not ended.wait(0.05):
            connection.sendall(b"x" if connection.fileno() > 0 else b"")


def test_a_connection_that_says_nothing_is_closed(serve: Serve) -> None:
    """Without a word, since it asked nothing; blank lines are nothing too."""
    for sent in (b"", b"\r\n"):
        wire = Wire(serve(idle_seconds=0.3)).send(sent)
        assert wire.file.read() == b""
        wire.close()


def test_six_hundred_dribblers_keep_nobody_waiting(serve: Serve) -> None:
    """Others are answered while they dribble."""
    url = serve()
    slow = [Wire(url).send(HEAD) for _ in range(600)]
    for wire in slow:
        wire.send(b"X")
    started = time.monotonic()
    check_next(url)
    assert time.monotonic() - started < 20
    for wire in slow:
        wire.close()


def test_the_idlest_connection_goes_when_there_are_too_many(serve: Serve, caplog: pytest.LogCaptureFixture) -> None:
    """Those in use stay, new ones are served, and the log has one line of it."""
    url = serve(connections=5)
    with caplog.at_level(logging.WARNING, "fakie"):
        used, *idle = [Wire(url) for _ in range(5)]
        for wire in (*idle, used):
            assert wire.send(GET + b"\r\n").answer()[0] == 200
        newer = [Wire(url).send(GET + b"\r\n") for _ in range(4)]
        assert [wire.answer()[0] for wire in newer] == [200] * 4
        assert used.send(GET + b"\r\n").answer()[0] == 200
    for wire in idle:
        with suppress(ConnectionError):
            assert wire.file.read() == b""
    assert [record.getMessage() for record in caplog.records] == [
        "1 connections closed to make room: at most 5 at once"
    ]
    for wire in (used, *idle, *newer):
        wire.close()


def test_who_comes_when_all_are_being_answered_is_told_no(serve: Serve, service: Service) -> None:
    """In JSON, worded by the profile, with HTTP 503."""
    service.control.orders.add_transport_fault(kind="latency", seconds=30, times=2)
    url = serve(connections=2)
    waiting = [Wire(url).send(with_body(GOOD)) for _ in range(2)]
    wait_until(lambda: len(list(service.state.journal)) == 2)
    status, msg, closed = ask(url, b"")
    assert (status, closed) == (503, True)
    assert msg.startswith("Server busy: all of its 2 connections")
    for wire in waiting:
        wire.close()
    wait_until(lambda: ask(url, GET + b"Connection: close\r\n\r\n")[0] == 200)


def readable(wire: Wire) -> int:
    """Read to the end, however it comes; gives how many bytes there were."""
    read = 0
    with suppress(ConnectionError):
        while data := wire.socket.recv(1_000_000):
            read += len(data)
    return read


class Large:
    """A door whose answers are large."""

    def handle(self, request: Request) -> Response:
        return Response(200, (), b"x" * 20_000_000 if request.path == "/large" else b"{}")


def test_what_slow_readers_keep_waiting_is_bounded() -> None:
    """The first of them are dropped when there is too much of it; others are served, and the end comes at once."""
    server = LiveServer("127.0.0.1", 0)
    server.start(Large(), lambda _: True, Limits(held_bytes=50_000_000))
    slow = [Wire(server.url) for _ in range(6)]
    try:
        for wire in slow:
            wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            wire.send(b"GET /large HTTP/1.1\r\nHost: f\r\n\r\n")
            # The answer has begun: who has asked first is the first one to be dropped.
            assert wire.socket.recv(1, socket.MSG_PEEK)
        other = Wire(server.url).send(b"GET / HTTP/1.1\r\nHost: f\r\n\r\n")
        assert other.answer() == (200, {})
        other.close()
        assert readable(slow[0]) < 20_000_000
    finally:
        started = time.monotonic()
        server.stop()
        assert time.monotonic() - started < 10
        for wire in slow:
            wire.close()


def test_what_slow_senders_keep_in_memory_is_bounded(serve: Serve) -> None:
    """The first of them are dropped when there is too much of it; the last one's body is whole, and taken."""
    url = serve(held_bytes=8_000_000)
    body = b" " * 3_000_000 + GOOD
    slow = []
    for _ in range(4):
        # Who has sent last is the last one to be dropped.
        slow.append(Wire(url).send(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body[:-1]).taken())
    assert slow[3].send(body[-1:]).answer()[1]["code"] == 200
    assert readable(slow[0]) == 0
    for wire in slow:
        wire.close()


def test_an_answer_that_nobody_reads_has_a_deadline() -> None:
    """The connection ends once the time for reading is over."""
    server = LiveServer("127.0.0.1", 0)
    server.start(Large(), lambda _: True, Limits(write_seconds=0.3))
    wire = Wire(server.url).send(b"GET /large HTTP/1.1\r\nHost: f\r\n\r\n")
    time.sleep(1.2)
    assert readable(wire) < 20_000_000
    wire.close()
    server.stop()


class WaitingDoor:
    """A door that answers `/wait` when told to, and anything else at once."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.told = threading.Event()

    def handle(self, request: Request) -> Response:
        if request.path == "/wait":
            self.asked.set()
            self.told.wait(20)
        elif request.path == "/break":
            raise RuntimeError("a bug of the door's")
        return Response(200, (), b"{}")


@pytest.fixture
def waits() -> Iterator[tuple[LiveServer, WaitingDoor]]:
    door, server = WaitingDoor(), LiveServer("127.0.0.1", 0)
    server.start(door)
    yield server, door
    door.told.set()
    server.stop()


def test_a_door_that_waits_holds_up_nobody_else(waits: tuple[LiveServer, WaitingDoor]) -> None:
    """Forty requests that wait, and the next one is answered; then they are too."""
    server, door = waits
    waiting = [Wire(server.url).send(b"GET /wait HTTP/1.1\r\nHost: f\r\n\r\n") for _ in range(40)]
    other = Wire(server.url)
    assert other.send(b"GET / HTTP/1.1\r\nHost: f\r\n\r\n").answer() == (200, {})
    door.told.set()
    assert [wire.answer()[0] for wire in waiting] == [200] * 40
    for wire in (other, *waiting):
        wire.close()


@pytest.mark.parametrize("kind", [LiveServer, FlaskServer])
def test_requests_in_work_get_their_grace(kind: type[LiveServer | FlaskServer]) -> None:
    """Within it they are answered; nothing waits for it to be over."""
    server, door = kind("127.0.0.1", 0), WaitingDoor()
    server.start(door)
    wire = Wire(server.url).send(b"GET /wait HTTP/1.1\r\nHost: f\r\n\r\n")
    assert door.asked.wait(10)
    threading.Timer(0.2, door.told.set).start()
    # Longer than a test may take.
    server.stop(grace=3600)
    assert door.told.is_set()
    assert wire.answer() == (200, {})
    wire.close()


def test_a_door_that_breaks_ends_its_connection_alone(
    waits: tuple[LiveServer, WaitingDoor], caplog: pytest.LogCaptureFixture
) -> None:
    """The error is logged, the next request is answered."""
    server, _ = waits
    wire = Wire(server.url).send(b"GET /break HTTP/1.1\r\nHost: f\r\n\r\n")
    with pytest.raises((ConnectionError, IndexError)):
        wire.answer()
    wire.close()
    assert "no answer to 'GET' '/break'" in caplog.text
    other = Wire(server.url)
    assert other.send(b"GET / HTTP/1.1\r\nHost: f\r\n\r\n").answer() == (200, {})
    other.close()


@pytest.mark.parametrize("plain", [False, True])
def test_a_crowd_that_comes_at_once_is_let_in(plain: bool) -> None:
    """Three hundred connect while the server is busy, and none is sent away to try again a second later."""
    door, server = WaitingDoor(), LiveServer("127.0.0.1", 0, plain=plain)
    server.start(door, lambda _: True)
    with ExitStack() as opened:
        opened.callback(server.stop)
        opened.callback(door.told.set)
        busy = Wire(server.url).send(b"GET /wait HTTP/1.1\r\nHost: f\r\n\r\n")
        opened.callback(busy.close)
        parts = urlsplit(server.url)
        for _ in range(300):
            comes = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=0.8)
            opened.callback(comes.close)
        door.told.set()
        assert busy.answer() == (200, {})
