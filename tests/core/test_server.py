"""The fast server: limits, deadlines, order, many connections, slow clients, and an end within a second."""

import http.client
import json
import logging
import os
import resource
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from urllib.parse import urlsplit

import pytest

from fakie.adapters.live_server import LiveServer
from fakie.adapters.server.limits import Limits
from fakie.core.http.messages import Request, Response
from fakie.core.service import Service
from support.clients.doors import CREATE, CREDIT, running
from support.wire import GOOD, HEAD, Wire, check_next, with_body

GET = b"GET /api/v1/chat/credit HTTP/1.1\r\nHost: fake\r\nAuthorization: Bearer k\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"

Serve = Callable[..., str]


@pytest.fixture(params=["fast", "plain"])
def serve(service: Service, request: pytest.FixtureRequest) -> Iterator[Serve]:
    """Serve with some limits, with compiled parts and without; gives the URL."""
    with ExitStack() as opened:
        plain = request.param == "plain"
        yield lambda **limits: opened.enter_context(running(service, plain=plain, **limits))


def ask(url: str, *parts: bytes) -> tuple[int, str, bool]:
    """Send on one connection; gives status, msg, and whether the server closed it afterwards."""
    wire = Wire(url)
    try:
        for part in parts:
            wire.send(part)
        status, body = wire.answer()
        return status, body["msg"], wire.file.read(1) == b""
    finally:
        wire.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"hello\r\n\r\n",
        b"GET /a b HTTP/1.1\r\nHost: f\r\n\r\n",
        b"GET / HTTP/3.1\r\nHost: f\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : f\r\n\r\n",
        b"GET / HTTP/1.1\r\n folded: x\r\nHost: f\r\n\r\n",
        GET + b"X: a\0b\r\n\r\n",
        GET + b"Host: other\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        HEAD + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}1",
        HEAD + b"Content-Length: +2\r\n\r\n{}",
        HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n{}",
        HEAD + b"Transfer-Encoding: gzip\r\n\r\n{}",
        HEAD + b"Transfer-Encoding: gzip, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        CHUNKED + b"xyz\r\n{}\r\n0\r\n\r\n",
        CHUNKED + b"1" + b"f" * 30 + b"\r\n{}",
        GET + b"".join(b"X-%d: y\r\n" % number for number in range(200)) + b"\r\n",
        GET + b"X: " + b"y" * 70_000 + b"\r\n\r\n",
        GET + b"X: " + b"y" * 200_000,
        b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\nHost: f\r\n\r\n",
    ],
    ids=lambda sent: repr(sent[-24:]),
)
def test_what_is_not_right_as_http_is_refused_in_json_and_closed(serve: Serve, service: Service, sent: bytes) -> None:
    """The profile words it like a malformed body, the journal has it, and the next connection is served."""
    url = serve()
    status, msg, closed = ask(url, sent)
    assert (status, closed) == (200, True)
    assert msg.startswith("Validation error: ")
    assert [entry.situation for entry in service.state.journal] == ["body_malformed"]
    check_next(url)


@pytest.mark.parametrize("size", [b"ffffffffffffffff", b"7fffffff", b"12c00000", b"400001;name=value"])
def test_a_chunk_that_is_too_large_is_refused_by_its_size(serve: Serve, size: bytes) -> None:
    """No more than its first bytes need to come, in one piece or in two."""
    url = serve()
    for parts in ((CHUNKED + size + b"\r\n{}",), (CHUNKED, size[:3], size[3:5], size[5:] + b"\r\n{}")):
        status, msg, closed = ask(url, *parts)
        assert (status, closed) == (200, True)
        assert "more than 4194304 bytes" in msg


def test_what_looks_like_a_chunks_size_within_a_chunk_is_body(serve: Serve) -> None:
    """Sizes are looked for where chunks begin, and nowhere else."""
    wire = Wire(serve())
    inner = b'{"model":\r\nffffffff\r\n'
    wire.send(CHUNKED + b"%x\r\n%s" % (len(inner) + 2, inner))
    wire.send(b"1}\r\n0\r\n\r\n")
    assert "is not JSON" in wire.answer()[1]["msg"]
    assert wire.send(with_body(GOOD)).answer()[1]["code"] == 200
    wire.close()


def test_small_chunks_become_one_body(serve: Serve) -> None:
    """Byte by byte, with extensions and a trailer, and the connection goes on."""
    wire = Wire(serve())
    pieces = b"".join(b"1;x=1\r\n%c\r\n" % byte for byte in GOOD)
    for _ in range(2):
        assert wire.send(CHUNKED + pieces + b"0\r\nTrailer: x\r\n\r\n").answer()[1]["code"] == 200
    wire.close()


def test_pipelined_requests_are_answered_in_order(serve: Serve, service: Service) -> None:
    """Also when an early one is late, and when a slow one is answered in a thread."""
    service.control.orders.add_transport_fault(kind="latency", seconds=0.1, endpoint="credit")
    wire = Wire(serve())
    large = json.dumps({"model": "x" * 100_000, "input": {}}).encode()
    wire.send(GET + b"\r\n" + with_body(GOOD) + with_body(large) + with_body(b"{") + GET + b"Connection: close\r\n\r\n")
    answers = [wire.answer()[1] for _ in range(5)]
    assert [answer["code"] for answer in answers] == [200, 200, 422, 422, 200]
    assert (answers[0]["data"], answers[4]["data"]) == (1000.0, 999.0)
    assert wire.file.read() == b""
    wire.close()


def test_clients_that_send_without_reading_are_stopped(serve: Serve, service: Service) -> None:
    """Others are answered meanwhile, and only so many requests are taken as answers fit on their way."""
    url = serve()
    wires = [Wire(url) for _ in range(5)]
    for wire in wires:
        wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
        wire.socket.setblocking(False)
    stream, places = (GET + b"\r\n") * 500, dict.fromkeys(wires, 0)
    deadline, nothing_went = time.monotonic() + 60, 0
    while nothing_went < 3:
        assert time.monotonic() < deadline
        went = 0
        for wire, place in places.items():
            with suppress(BlockingIOError):
                sent = wire.socket.send(stream[place:])
                places[wire] = (place + sent) % len(stream)
                went += sent
        assert credit(url) == 200
        nothing_went = 0 if went else nothing_went + 1
        time.sleep(0 if went else 0.2)
    for wire in wires:
        wire.close()


def test_a_client_that_half_closes_gets_all_its_answers(serve: Serve) -> None:
    """What came before the end is answered, then the server closes too."""
    wire = Wire(serve())
    wire.send(GET + b"\r\n" + GET + b"\r\n")
    wire.socket.shutdown(socket.SHUT_WR)
    assert [wire.answer()[0] for _ in range(2)] == [200, 200]
    assert wire.file.read() == b""
    wire.close()


@pytest.mark.parametrize("sent", [b"GET / HT", CHUNKED + b"5\r\nab", HEAD + b"Content-Length: 9\r\n\r\n{"])
def test_a_request_that_breaks_off_is_told_so(serve: Serve, sent: bytes) -> None:
    """Amid the line, a chunk, or a body of known length."""
    wire = Wire(serve())
    wire.send(sent)
    wire.socket.shutdown(socket.SHUT_WR)
    assert "broke off" in wire.answer()[1]["msg"]
    wire.close()


def test_a_client_that_asks_to_go_on_is_told_to(serve: Serve) -> None:
    """`Expect: 100-continue` is answered before the body; a body that would be too large is refused instead."""
    url = serve()
    wire = Wire(url)
    wire.send(HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(GOOD))
    assert wire.file.readline() == b"HTTP/1.1 100 Continue\r\n"
    assert wire.file.readline() == b"\r\n"
    assert wire.send(GOOD).answer()[1]["code"] == 200
    wire.close()
    _, msg, _ = ask(url, HEAD + b"Expect: 100-continue\r\nContent-Length: 9000000\r\n\r\n")
    assert "9000000 bytes" in msg


def test_old_clients_and_head_are_served_their_way(serve: Serve) -> None:
    """HTTP/1.0 closes unless told to keep alive; HEAD has the length and no body."""
    url = serve()
    assert ask(url, GET.replace(b"1.1", b"1.0") + b"\r\n")[2]
    wire = Wire(url).send(GET.replace(b"1.1", b"1.0") + b"Connection: keep-alive\r\n\r\n")
    assert wire.answer()[1]["code"] == 200
    wire.close()
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
    for _ in range(2):
        connection.request("HEAD", CREDIT)
        answer = connection.getresponse()
        assert (answer.read(), int(answer.headers["Content-Length"]) > 0) == (b"", True)
    connection.close()


def test_an_upgrade_is_not_taken(serve: Serve) -> None:
    """The request is answered as HTTP/1.1, and so is the next one."""
    wire = Wire(serve())
    for _ in range(2):
        wire.send(GET + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n")
        assert wire.answer()[1]["code"] == 200
    wire.close()


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
    assert time.monotonic() - started < 4
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
    assert time.monotonic() - started < 4
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
    deadline = time.monotonic() + 5
    while len(list(service.state.journal)) < 2:
        assert time.monotonic() < deadline
    status, msg, closed = ask(url, b"")
    assert (status, closed) == (503, True)
    assert msg.startswith("Server busy: all of its 2 connections")
    for wire in waiting:
        wire.close()
    while ask(url, GET + b"Connection: close\r\n\r\n")[0] != 200:
        assert time.monotonic() < deadline + 5


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
            time.sleep(0.05)
        other = Wire(server.url).send(b"GET / HTTP/1.1\r\nHost: f\r\n\r\n")
        assert other.answer() == (200, {})
        other.close()
        assert readable(slow[0]) < 20_000_000
    finally:
        started = time.monotonic()
        server.stop()
        assert time.monotonic() - started < 1
        for wire in slow:
            wire.close()


def test_what_slow_senders_keep_in_memory_is_bounded(serve: Serve) -> None:
    """The first of them are dropped when there is too much of it; the last one's body is whole, and taken."""
    url = serve(held_bytes=8_000_000)
    body = b" " * 3_000_000 + GOOD
    slow = [Wire(url).send(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body[:-1]) for _ in range(4)]
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


class Waits:
    """A door that answers `/wait` when told to, and anything else at once."""

    def __init__(self) -> None:
        self.told = threading.Event()

    def handle(self, request: Request) -> Response:
        if request.path == "/wait":
            self.told.wait(20)
        elif request.path == "/break":
            raise RuntimeError("a bug of the door's")
        return Response(200, (), b"{}")


@pytest.fixture
def waits() -> Iterator[tuple[LiveServer, Waits]]:
    door, server = Waits(), LiveServer("127.0.0.1", 0)
    server.start(door)
    yield server, door
    door.told.set()
    server.stop()


def test_a_door_that_waits_holds_up_nobody_else(waits: tuple[LiveServer, Waits]) -> None:
    """Forty requests that wait, and the next one is answered; then they are too."""
    server, door = waits
    waiting = [Wire(server.url).send(b"GET /wait HTTP/1.1\r\nHost: f\r\n\r\n") for _ in range(40)]
    other = Wire(server.url)
    assert other.send(b"GET / HTTP/1.1\r\nHost: f\r\n\r\n").answer() == (200, {})
    door.told.set()
    assert [wire.answer()[0] for wire in waiting] == [200] * 40
    for wire in (other, *waiting):
        wire.close()


def test_requests_in_work_get_their_grace(waits: tuple[LiveServer, Waits]) -> None:
    """Within it they are answered; nothing waits for it to be over."""
    server, door = waits
    wire = Wire(server.url).send(b"GET /wait HTTP/1.1\r\nHost: f\r\n\r\n")
    time.sleep(0.2)
    threading.Timer(0.2, door.told.set).start()
    started = time.monotonic()
    server.stop(grace=10)
    assert time.monotonic() - started < 4
    assert wire.answer() == (200, {})
    wire.close()


def test_a_door_that_breaks_ends_its_connection_alone(
    waits: tuple[LiveServer, Waits], caplog: pytest.LogCaptureFixture
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


def test_a_server_that_never_started_gives_its_port_back() -> None:
    """Stopping closes what making has opened."""
    server = LiveServer("127.0.0.1", 0)
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2])))


def program(*arguments: str, **options: object) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "fakie", "serve", "--port", "0", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, **options)  # type: ignore[call-overload,no-any-return]


def url_of(process: "subprocess.Popen[bytes]") -> str:
    assert process.stdout
    return "http://" + process.stdout.readline().split(b"http://")[1].split()[0].decode()


def credit(url: str) -> int:
    return ask(url, GET + b"Connection: close\r\n\r\n")[0]


def ended(process: "subprocess.Popen[bytes]") -> tuple[int, float]:
    """Stop it; gives exit code and seconds."""
    started = time.monotonic()
    process.terminate()
    code = process.wait(10)
    assert process.stdout
    process.stdout.close()
    return code, time.monotonic() - started


@pytest.mark.parametrize("reader", ["nobody", "gone"])
def test_a_log_that_nobody_reads_holds_up_neither_answers_nor_the_end(reader: str) -> None:
    """A full pipe or a closed one: a thousand requests are answered and the program ends."""
    read, write = os.pipe()
    process = program("--key", "k", stderr=write)
    os.close(write)
    if reader == "gone":
        os.close(read)
    try:
        url = url_of(process)
        wire = Wire(url)
        for _ in range(1500):
            assert wire.send(GET + b"\r\n").answer()[0] == 200
        code, seconds = ended(process)
        wire.close()
    finally:
        process.kill()
    assert code == 0
    assert seconds < 3
    if reader == "nobody":
        os.close(read)


def test_it_serves_more_silent_clients_than_it_has_descriptors() -> None:
    """With 128 descriptors and 300 connections, the old ones go; the log stays short; the end is quick."""
    limit = (128, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    process = program(stderr=subprocess.PIPE, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, limit))
    try:
        url = url_of(process)
        silent = [Wire(url) for _ in range(300)]
        assert credit(url) == 200
        code, seconds = ended(process)
        assert process.stderr
        log = process.stderr.read()
        process.stderr.close()
    finally:
        process.kill()
    for wire in silent:
        wire.close()
    assert (code, seconds < 3) == (0, True)
    assert 1 <= log.count(b"closed to make room") <= 2
    assert len(log) < 2000


def test_a_program_that_still_starts_ends_at_once() -> None:
    """SIGTERM before it serves, as while it reads recordings, is exit code 0 too."""
    starts = (
        "import time; from fakie.commands.stop_signals import StopSignals; "
        "StopSignals(); print('starting', flush=True); time.sleep(60)"
    )
    process = subprocess.Popen([sys.executable, "-c", starts], stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    code, seconds = ended(process)
    assert (code, seconds < 3) == (0, True)


def test_it_serves_where_nobody_can_read_the_ready_line() -> None:
    """A full disk takes no line; the port does, and the end is a good one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        command = [sys.executable, "-m", "fakie", "serve", "--port", str(port)]
        process = subprocess.Popen(command, stdout=full, stderr=subprocess.PIPE)
    deadline = time.monotonic() + 10
    while True:
        with suppress(OSError):
            assert credit(f"http://127.0.0.1:{port}") == 200
            break
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.terminate()
    _, log = process.communicate(timeout=10)
    assert process.returncode == 0
    assert b"ready line could not be written" in log
    assert b"Traceback" not in log


@pytest.mark.parametrize("kind", ["fast", "flask"])
def test_either_server_answers_spoils_and_ends(kind: str) -> None:
    """`--server flask` runs without the fast path: answers, transport faults, and an end with exit code 0."""
    process = program("--server", kind, stderr=subprocess.DEVNULL)
    try:
        url = url_of(process)
        wire = Wire(url)
        assert wire.send(with_body(GOOD)).answer()[1]["code"] == 200
        wire.close()
        for spoil in ("reset", "empty", "truncated", "malformed"):
            order = json.dumps({"kind": spoil}).encode()
            head = HEAD.replace(CREATE.encode(), b"/_fakie/spoils")
            wire = Wire(url)
            assert wire.send(head + b"Content-Length: %d\r\n\r\n" % len(order) + order).answer()[0] == 200
            wire.close()
            with pytest.raises((OSError, http.client.HTTPException, ValueError)):
                _json_of(url)
        code, seconds = ended(process)
    finally:
        process.kill()
    assert (code, seconds < 3) == (0, True)


def _json_of(url: str) -> object:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=5)
    try:
        connection.request("POST", CREATE, GOOD, {"Authorization": "Bearer k", "Content-Type": "application/json"})
        return json.loads(connection.getresponse().read())
    finally:
        connection.close()
