"""Bodies at WSGI servers that are not ours: what is sent badly is refused, whatever the server says of it."""

import io
import json
import socket
from collections.abc import Iterator
from contextlib import closing
from typing import Any, NoReturn
from wsgiref.util import setup_testing_defaults

import pytest
from werkzeug.test import run_wsgi_app

from fakie.adapters.flask_app import door_app
from fakie.core.service import Service
from support.clients.doors import CREATE, CREDIT, JSON, KEY, running
from support.servers.program import Program
from support.wire import CHUNKED, Wire

# What Gunicorn and Waitress say of any body: they end it themselves, also one with a length, or none.
ENDED: dict[str, Any] = {"wsgi.input_terminated": True, "SERVER_PROTOCOL": "HTTP/1.1"}
IN_CHUNKS: dict[str, Any] = {"HTTP_TRANSFER_ENCODING": "chunked", "SERVER_PROTOCOL": "HTTP/1.1"}


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    with Program("--server", "flask") as running:
        yield running


@pytest.mark.parametrize("chunk", [b"7fffffff\r\n{}", b"ffffffffffffffff\r\n", b"-1\r\n", b"5\r\n{}", b""])
def test_a_chunk_that_ends_early_is_refused_and_the_server_goes_on(program: Program, chunk: bytes) -> None:
    """Werkzeug's server says that it read what was announced: nothing is read behind what came, in others' memory."""
    with closing(Wire(program.url)) as client:
        client.send(CHUNKED + chunk)
        client.socket.shutdown(socket.SHUT_WR)
        said = client.answer()[1]
    assert (said["code"], "the body broke off" in said["msg"]) == (422, True)
    assert program.ask("GET", CREDIT)["code"] == 200


@pytest.mark.parametrize("lengths", [("26", "0"), ("0", "26"), ("26", "26"), ("26", "+5")])
def test_a_body_of_several_lengths_is_refused(program: Program, lengths: tuple[str, str]) -> None:
    """Werkzeug's server takes the last: by a 0 a lever would move everything, and not what its body names."""
    head = "POST /_fakie/reset HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    sent = "".join(f"Content-Length: {length}\r\n" for length in lengths)
    with closing(Wire(program.url)) as client:
        said = client.send(f'{head}{sent}\r\n{{"account": "no-such-key"}}'.encode()).answer()[1]
    assert (said["code"], ", ".join(lengths) in said["msg"]) == (422, True)


@pytest.mark.parametrize("sent", [CHUNKED + b"zz\r\n{}", CHUNKED + b"-1\r\n{}"])
def test_a_broken_body_is_answered_while_its_client_waits(program: Program, sent: bytes) -> None:
    """Nobody knows where it would end, so nothing more of it is waited for."""
    with closing(Wire(program.url)) as client:
        client.socket.settimeout(5)
        assert client.send(sent).answer()[1]["code"] == 422


class _Unreadable(io.BytesIO):
    def read(self, _: int | None = -1) -> NoReturn:
        raise Exception("Invalid chunk size")


@pytest.mark.parametrize(
    ("path", "code"), [(CREATE, 422), ("/api/file-base64-upload", 400), ("/api/file-stream-upload", 400)]
)
def test_an_error_of_the_servers_own_is_a_body_that_broke_off(service: Service, path: str, code: int) -> None:
    """Gunicorn's for bad chunks is no OSError, and still no error of the fake's."""
    kind = JSON if "stream" not in path else {"Content-Type": "multipart/form-data; boundary=x"}
    environ = {"wsgi.input": _Unreadable(), **ENDED, **IN_CHUNKS}
    answer = door_app(service).test_client().post(path, headers={**KEY, **kind}, environ_overrides=environ)
    said = json.loads(answer.data)
    assert (said["code"], "the body broke off" in said["msg"]) == (code, True)


def called(service: Service, method: str, path: str, sent: bytes = b"", **environ: Any) -> tuple[int, Any]:
    """Call the app with what a server says; return status and JSON."""
    said: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": path, "wsgi.input": io.BytesIO(sent), **environ}
    said |= {"HTTP_AUTHORIZATION": KEY["Authorization"], "CONTENT_TYPE": "application/json" if sent else ""}
    said["REMOTE_ADDR"] = "127.0.0.1"
    setup_testing_defaults(said)
    body, status, _ = run_wsgi_app(door_app(service), said)
    content = b"".join(body)
    return int(status.split()[0]), json.loads(content) if content else None


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/_fakie/"),
        ("GET", "/_fakie/health"),
        ("HEAD", "/_fakie/ready"),
        ("GET", "/_fakie/tasks"),
        ("DELETE", "/_fakie/journal"),
        ("POST", "/_fakie/reset"),
    ],
)
def test_a_lever_without_a_body_is_pulled_whatever_the_server_says_of_bodies(
    service: Service, method: str, path: str
) -> None:
    """Nothing announced is nothing sent."""
    assert called(service, method, path, **ENDED)[0] == 200


@pytest.mark.parametrize("sent", [{**ENDED, **IN_CHUNKS}, {**ENDED, "SERVER_PROTOCOL": "HTTP/2"}])
def test_a_body_without_a_length_is_read_where_the_server_ends_it(service: Service, sent: dict[str, Any]) -> None:
    """In chunks, and in HTTP/2, which has none; one that turns out to be empty is none."""
    ordered = called(service, "POST", "/_fakie/faults", b'{"code": 455}', **sent)
    assert (ordered[0], ordered[1]["data"]["what"]) == (200, "maintenance")
    assert called(service, "POST", "/_fakie/reset", **sent)[0] == 200


def test_a_lever_takes_a_body_of_no_chunks_for_none(service: Service) -> None:
    """At the fast server, too: many a client sends what it has to send in chunks, also nothing."""
    head = b"POST /_fakie/reset HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    with running(service) as url, closing(Wire(url)) as client:
        assert client.send(head + b"0\r\n\r\n").answer()[0] == 200


def test_a_body_that_is_shorter_than_its_length_is_refused_where_the_server_ends_it(service: Service) -> None:
    """Gunicorn hands on what came of it, and says no more."""
    code, said = called(service, "POST", CREATE, b'{"model": "z-image", "input": {}}', CONTENT_LENGTH="500", **ENDED)
    assert (code, said["code"], "500 bytes were announced, 33 came" in said["msg"]) == (200, 422, True)


@pytest.mark.parametrize(("method", "path"), [("POST", "/_fakie/reset"), ("POST", CREATE), ("GET", CREDIT)])
def test_chunks_that_a_server_does_not_hand_on_are_refused(service: Service, method: str, path: str) -> None:
    """A lever that was to reset one account would reset all."""
    before = called(service, "POST", "/_fakie/faults", b'{"code": 455, "times": 9}', CONTENT_LENGTH="25")
    _, said = called(service, method, path, **IN_CHUNKS)
    assert (said["code"], "expected a Content-Length" in said["msg"]) == (422, True)
    assert called(service, "GET", "/_fakie/faults")[1]["data"] == [before[1]["data"]]


@pytest.mark.parametrize("told", ["+5", "-5", "5, 5", "0x5", "5.0", "\xd9\xa5", "9" * 5000])
def test_a_length_that_is_none_is_refused_and_moves_nothing(service: Service, told: str) -> None:
    """Read as no body, it would have a lever forget everything instead of one account."""
    called(service, "GET", CREDIT)
    sent = json.dumps({"account": "another-key"}).encode()
    status, said = called(service, "POST", "/_fakie/reset", sent, CONTENT_LENGTH=told)
    assert (status, "Content-Length" in said["msg"]) == (422, True)
    assert len(service.state.store.accounts()) == 1


def test_a_request_is_read_as_the_fast_server_reads_it(service: Service) -> None:
    """Methods as they were sent, values without the blanks around them, the path of a URL that has none as "/"."""
    answers = called(service, "get", CREDIT)[1], called(service, "GET", "")[1]
    assert ["GET" in answers[0]["msg"], "answers get " in answers[0]["msg"]] == [True, True]
    assert "answers GET /;" in answers[1]["msg"]
    assert called(service, "GET", CREDIT, HTTP_PREFER=" code=455 \t")[1]["code"] == 455


class _Counted(io.BytesIO):
    """A body that knows how much of it was asked for; `broken` fails on the way."""

    def __init__(self, size: int, *, broken: bool = False) -> None:
        super().__init__(b"x" * size)
        self.asked, self.broken = 0, broken

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        assert size > 0
        self.asked += size
        if self.broken and self.asked > 100_000:
            raise Exception("the client has gone")
        return super().read(size)


@pytest.mark.parametrize("path", ["/api/v1/nothing", CREDIT, "/api/file-base64-upload"])
@pytest.mark.parametrize(
    ("length", "there", "asked"),
    [(300_000, 900_000, 300_000), (300_000, 300_000, 300_000), (20_000_000, 10, 0), (0, 900_000, 0)],
    ids=["more behind it", "whole", "too much", "none"],
)
def test_what_an_answer_does_not_need_of_a_body_is_read(
    service: Service, path: str, length: int, there: int, asked: int
) -> None:
    """Servers close on what nobody has read, and the client meets a reset; what stands behind it is another request."""
    body = _Counted(there)
    environ = {"wsgi.input": body, "CONTENT_LENGTH": str(length), "CONTENT_TYPE": "application/json"}
    said = door_app(service).test_client().post(path, headers={"Authorization": "none"}, environ_overrides=environ)
    assert (said.get_json()["code"] != 200, body.asked) == (True, asked)


@pytest.mark.parametrize(("size", "broken"), [(900_000, True), (900_000, False), (30_000_000, False)])
def test_chunks_that_an_answer_does_not_need_are_read_so_far(service: Service, size: int, broken: bool) -> None:
    """To their end, to that of patience, or until they break off, which is no error of an answer that has been made."""
    body = _Counted(size, broken=broken)
    environ = {"wsgi.input": body, **ENDED, **IN_CHUNKS}
    said = door_app(service).test_client().post("/api/v1/nothing", headers=KEY, environ_overrides=environ)
    assert said.get_json()["code"] == 404
    assert body.tell() <= 16 * 1024 * 1024
    assert broken or body.tell() == min(size, 16 * 1024 * 1024)


@pytest.mark.parametrize("host", ["http://api.kie.ai", "HTTPS://k@[::1]:9", "http://"])
@pytest.mark.parametrize(("path", "code"), [(CREDIT, 200), ("/_fakie/health", 200), ("", 404), ("//x://y", 404)])
def test_a_target_with_a_host_is_its_path(service: Service, host: str, path: str, code: int) -> None:
    """UWSGI hands on as it came what a client sends that takes it for a proxy."""
    assert called(service, "GET", host + path) == called(service, "GET", path or "/")
    assert called(service, "GET", host + path)[0] == code
