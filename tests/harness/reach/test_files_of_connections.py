"""Files that read from a connection in process: of code that speaks HTTP by itself, over http.client's socket."""

import http.client
import json
from typing import Any

import pytest

from fakie.harness.fake import Fake
from support.clients.client import BODY, KEY
from support.clients.doors import CREATE, CREDIT

SENT = json.dumps(BODY).encode()
HEAD = f"Host: api.kie.ai\r\nAuthorization: {KEY['Authorization']}\r\n".encode()


def read_answer(answer: Any) -> tuple[bytes, int]:
    """Return the first line of an answer, and how many bytes its body has."""
    line, headers = answer.readline(), http.client.parse_headers(answer)
    return line.rstrip(), len(answer.read(int(headers.get("Content-Length", 0))))


def test_a_file_of_a_connection_reads_on_behind_an_answer(fake: Fake) -> None:
    """One that was made when an answer was there reads the next as well; where none comes, it waits."""
    connection = http.client.HTTPSConnection("api.kie.ai", timeout=0.05)
    connection.connect()
    send = connection.sock.sendall
    send(b"GET %s HTTP/1.1\r\n%s\r\n" % (CREDIT.encode(), HEAD))
    with connection.sock.makefile("rb") as answers:
        first = read_answer(answers)
        assert first > (b"HTTP/1.1 200 OK", 0)
        send(b"GET %s HTTP/1.1\r\n%s\r\n" % (CREDIT.encode(), HEAD))
        assert read_answer(answers) == first
        with pytest.raises(TimeoutError):
            answers.read(1)


def test_a_body_can_wait_until_it_is_asked_for(fake: Fake) -> None:
    """What reads that it may come reads the answer to it, too."""
    connection = http.client.HTTPSConnection("api.kie.ai", timeout=3)
    connection.connect()
    framing = b"Content-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: %d\r\n" % len(SENT)
    connection.sock.sendall(b"POST %s HTTP/1.1\r\n%s%s\r\n" % (CREATE.encode(), HEAD, framing))
    with connection.sock.makefile("rb") as answers:
        assert read_answer(answers) == (b"HTTP/1.1 100 Continue", 0)
        connection.sock.sendall(SENT)
        assert read_answer(answers)[0] == b"HTTP/1.1 200 OK"
    assert len(fake.tasks) == 1
