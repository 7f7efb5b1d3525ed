"""Bodies at WSGI servers that are not ours: what is sent badly is refused, whatever the server says of it."""

import io
import json
import socket
from collections.abc import Iterator
from contextlib import closing
from typing import NoReturn

import pytest

from fakie.adapters.flask_app import door_app
from fakie.core.service import Service
from support.clients.doors import CREATE, CREDIT, JSON, KEY
from support.servers.program import Program
from support.wire import CHUNKED, Wire


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


class _Unreadable(io.BytesIO):
    def read(self, _: int | None = -1) -> NoReturn:
        raise Exception("Invalid chunk size")


@pytest.mark.parametrize(
    ("path", "code"), [(CREATE, 422), ("/api/file-base64-upload", 400), ("/api/file-stream-upload", 400)]
)
def test_an_error_of_the_servers_own_is_a_body_that_broke_off(service: Service, path: str, code: int) -> None:
    """Gunicorn's for bad chunks is no OSError, and still no error of the fake's."""
    kind = JSON if "stream" not in path else {"Content-Type": "multipart/form-data; boundary=x"}
    environ = {"wsgi.input": _Unreadable(), "wsgi.input_terminated": True}
    answer = door_app(service).test_client().post(path, headers={**KEY, **kind}, environ_overrides=environ)
    said = json.loads(answer.data)
    assert (said["code"], "the body broke off" in said["msg"]) == (code, True)
