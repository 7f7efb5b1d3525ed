"""The fast server: what is HTTP and what is not, chunks, pipelines, order."""

import http.client
import json
import socket
import ssl
import time
from contextlib import suppress
from urllib.parse import urlsplit

import pytest

from fakie.adapters.log_lines import as_text
from fakie.core.service import Service
from support.clients.doors import CREDIT
from support.wire import CHUNKED, GET, GOOD, HEAD, Serve, Wire, ask, check_next, credit, with_body


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


def test_tls_on_a_port_without_it_is_told_in_the_log(serve: Serve, service: Service) -> None:
    """Its client sees no answer but an error of its library: whoever reads the log learns what happened."""
    url = serve()
    wire = Wire(url)
    with pytest.raises(ssl.SSLError):
        ssl.create_default_context().wrap_socket(wire.socket, server_hostname="localhost")
    wire.close()
    assert "http:// may be meant" in ask(url, b"\x16\x03\x01\x02\x00\x01")[1]
    assert "http:// may be meant" not in ask(url, b"\x16\r\n\r\n")[1]
    assert "http:// may be meant" not in ask(url, CHUNKED, b"\x16\x03\x01\r\n")[1]
    line, again, *others = (as_text(0, entry) for entry in service.state.journal)
    assert line.endswith("http:// may be meant, or `fakie serve --tls DIR`")
    assert again.endswith("http:// may be meant, or `fakie serve --tls DIR`")
    assert "expected for example 'POST /api/v1/jobs/createTask HTTP/1.1'" in others[0]


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


@pytest.mark.parametrize(
    "body", [b"Content-Length: 0\r\n\r\n", b"\r\n", b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"]
)
def test_nobody_is_told_to_go_on_after_the_answer(serve: Serve, body: bytes) -> None:
    """A request without a body that asks so is answered, and what comes then is the next answer, known or new."""
    wire = Wire(serve())
    for _ in range(4):
        wire.send(HEAD + b"Expect: 100-continue\r\n" + body + GET + b"\r\n")
        assert wire.answer()[1]["code"] == 422
        assert wire.answer()[1]["code"] == 200
    wire.close()


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
