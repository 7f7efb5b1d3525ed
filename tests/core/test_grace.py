"""The end of the fast server: what is in work is answered, what is not keeps nobody waiting."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from fakie.adapters.live_server import LiveServer
from fakie.core.http.messages import Request, Response
from fakie.core.transport_faults import TransportFault
from support.waiting import wait_until
from support.wire import Wire

_GET = b"GET / HTTP/1.1\r\nHost: f\r\n\r\n"
_HALF = b"POST / HTTP/1.1\r\nHost: f\r\nContent-Length: 90000\r\n\r\n" + b"x" * 80_000


class _HeldDoor:
    """A door that holds up the loop, or a thread, until it is told to go on."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.told = threading.Event()

    def handle(self, request: Request) -> Response:
        if request.path.startswith("/held"):
            self.asked.set()
            self.told.wait(20)
        if request.path == "/lost":
            return Response(200, (), b"{}", transport_fault=TransportFault("lost"))
        return Response(200, (), b"{}")


class _StoppingServer:
    """A server whose end can be begun while others are at it."""

    def __init__(self, *, plain: bool) -> None:
        self.door = _HeldDoor()
        self.server = LiveServer("127.0.0.1", 0, plain=plain)
        self.server.start(self.door, lambda request: request.path != "/held/aside")
        self.ended = threading.Thread(target=self.server.stop, args=(3600.0,), daemon=True)

    def wire(self, sent: bytes = b"") -> Wire:
        return Wire(self.server.url).send(sent)


@pytest.fixture(params=["fast", "plain"])
def stopping(request: pytest.FixtureRequest) -> Iterator[_StoppingServer]:
    """A server that stops with an hour of grace, once it is told to."""
    made = _StoppingServer(plain=request.param == "plain")
    yield made
    made.door.told.set()
    made.server.stop()


@pytest.mark.parametrize("sent", [_HALF, _GET.replace(b"/ ", b"/lost "), b"GET / HTTP/1.1\r\nX: " + b"x" * 9000, b""])
def test_nobody_waits_for_what_is_no_work(stopping: _StoppingServer, sent: bytes) -> None:
    """Requests half sent, however long, answers that are never to come, and idle connections."""
    with closing(stopping.wire(sent).taken()) as wire:
        stopping.ended.start()
        stopping.ended.join(10)
        assert not stopping.ended.is_alive()
        with pytest.raises((ConnectionError, IndexError)):
            wire.answer()


def test_what_was_sent_before_the_end_is_answered(stopping: _StoppingServer) -> None:
    """Also on connections that were idle, that nobody has let in yet, and what stands behind a first request."""
    with ExitStack() as opened:
        idle = opened.enter_context(closing(stopping.wire(_GET)))
        assert idle.answer() == (200, {})
        held = opened.enter_context(closing(stopping.wire(_GET.replace(b"/ ", b"/held "))))
        assert stopping.door.asked.wait(10)
        stopping.ended.start()
        # Until the loop, which is held up, has been told of its end.
        time.sleep(0.2)
        idle.send(_GET * 3)
        come = [opened.enter_context(closing(stopping.wire(_GET))) for _ in range(4)]
        stopping.door.told.set()
        assert [wire.answer() for wire in (held, idle, idle, idle, *come)] == [(200, {})] * 8
        assert idle.file.read() == b""
        stopping.ended.join(10)
        assert not stopping.ended.is_alive()


def _is_last(wire: Wire) -> bool:
    """Ask once more; tells whether the answer says that it is the last one."""
    wire.send(_GET)
    head = []
    while (line := wire.file.readline()) not in (b"\r\n", b""):
        head.append(line.lower())
    assert (head[0].rstrip(), wire.file.read(2)) == (b"http/1.1 200 ok", b"{}")
    return b"connection: close\r\n" in head


def test_connections_end_with_their_next_answer(stopping: _StoppingServer) -> None:
    """Clients that go on asking for ever are told to go elsewhere, while another is still being answered."""
    with ExitStack() as opened:
        held = opened.enter_context(closing(stopping.wire(_GET.replace(b"/ ", b"/held/aside "))))
        busy = opened.enter_context(closing(stopping.wire(_GET)))
        assert busy.answer() == (200, {})
        assert stopping.door.asked.wait(10)
        stopping.ended.start()
        # It hears of its end a moment later.
        wait_until(lambda: _is_last(busy))
        assert busy.file.read() == b""
        stopping.door.told.set()
        assert held.answer() == (200, {})


def test_a_port_is_free_once_its_server_has_stopped() -> None:
    """However many listen on it for one server: the next one begins there at once, and others may bind it."""
    server = LiveServer("127.0.0.1", 0)
    host, port = server.url.removeprefix("http://").split(":")
    for _ in range(5):
        server.start(_HeldDoor(), lambda _: True)
        with closing(Wire(server.url).send(_GET)) as wire:
            assert wire.answer() == (200, {})
        server.stop()
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((host, int(port)), timeout=5)
        server = LiveServer(host, int(port))
    server.stop()
