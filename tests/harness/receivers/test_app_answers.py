"""Answers of receivers' apps that a server would not send, or not whole: told in words, as no answer."""

import time
from collections.abc import Iterator
from itertools import repeat
from typing import Any

import pytest

from fakie.core.ports import Outgoing
from fakie.harness.fake import Fake
from fakie.harness.receivers import receiver_at
from support.clients.client import create

ASGI_START = {"type": "http.response.start", "status": 200}


def _a_callback(fake: Fake, url: str) -> Outgoing:
    """A callback as it is sent to a receiver."""
    written = fake.signed_callback()
    return Outgoing(url, tuple(written.headers.items()), written.content, 15.0)


def _answering(status: Any = "200 OK", headers: Any = (), body: Any = (b"ok",), times: int = 1) -> Any:
    """A WSGI app that answers so, and calls `start_response` some times."""

    def app(_environ: Any, start_response: Any) -> Any:
        for _ in range(times):
            start_response(status, headers)
        return body() if callable(body) else body

    return app


def _failing() -> Iterator[bytes]:
    yield b"ok"
    raise ValueError("too late")


@pytest.mark.parametrize(
    ("app", "said"),
    [
        (_answering(body="ok"), "expected the body of the answer as a list of bytes, such as [b'ok']; got 'ok'"),
        (_answering(body=b"ok"), "expected the body of the answer as a list of bytes, such as [b'ok']; got b'ok'"),
        (_answering(body=["ok"]), "expected the body of the answer as bytes, such as b'ok'; got 'ok'"),
        (_answering(body=None), "expected the body of the answer as a list of bytes, such as [b'ok']; got None"),
        (_answering(body=lambda: repeat(b"x" * 1024)), "does it end?"),
        (_answering(body=lambda: repeat(b"")), "does it end?"),
        (_answering(body=_failing), "ValueError: too late"),
        (_answering("OK 200"), "expected the status of the answer as a text such as '200 OK'; got 'OK 200'"),
        (_answering(200), "expected the status of the answer as a text such as '200 OK'; got 200"),
        (_answering("200 OK\r\nX: y"), "expected the status of the answer as a text such as '200 OK'"),
        (
            _answering(headers={"a": "b"}),
            "expected the headers of the answer as a list of pairs of str; got {'a': 'b'}",
        ),
        (_answering(headers=[("a", 5)]), "expected the headers of the answer as pairs of str; got ('a', 5)"),
        (_answering(headers=[("a", "b\r\nc: d")]), "expected the headers of the answer without line breaks"),
        (_answering(times=0), "before start_response was called"),
        (_answering(times=0, body=()), "without start_response being called"),
        (_answering(times=2), "called start_response twice"),
    ],
)
def test_an_answer_that_no_server_would_send_is_the_apps_fault(fake: Fake, app: Any, said: str) -> None:
    """A WSGI app's status, headers and body, to its end: told in words, and there is no answer."""
    receiver = receiver_at(app)
    answer = receiver.post(_a_callback(fake, receiver.url))
    assert (answer.status, answer.taken) == (None, False)
    assert said in answer.error


def test_an_answer_that_does_not_end_is_none(fast: Fake) -> None:
    """One that is sent piece by piece for longer than the sender's patience."""

    def drops() -> Iterator[bytes]:
        while True:
            time.sleep(1)
            yield b"x"

    fast.deliver_to(_answering(body=drops))
    fast.task(create()).finish()
    assert "no answer within 15 s: it has begun, and does not end" in fast.journal.deliveries[-1].reason


def test_every_answer_that_servers_send_is_one(fake: Fake) -> None:
    """A status without a phrase, an empty body of any kind, `write`, a status that comes with the first piece."""

    def writes(_environ: Any, start_response: Any) -> list[bytes]:
        start_response("202 Accepted", [])(b"ok")
        return []

    def begins_late(_environ: Any, start_response: Any) -> Iterator[bytes]:
        yield b""
        start_response("202", [("a", "b")])
        yield b"ok"

    for app in (writes, begins_late, _answering("202", body=""), _answering("202 ", [["a", "b"]], [bytearray(b"ok")])):
        receiver = receiver_at(app)
        answer = receiver.post(_a_callback(fake, receiver.url))
        assert (answer.status, answer.error) == (202, "")


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        ([{"type": "http.response.body", "body": b"ok"}], "before http.response.start"),
        ([ASGI_START, {"type": "http.response.body", "body": "ok"}], "expected the body of the answer as bytes"),
        ([{**ASGI_START, "headers": [("a", "b")]}], "expected the headers of the answer as pairs of bytes"),
    ],
)
def test_a_message_that_no_server_would_send_is_the_apps_fault(
    fake: Fake, messages: list[dict[str, Any]], said: str
) -> None:
    """An ASGI app's body without a start, a body or headers that are no bytes: told in words."""

    async def app(scope: Any, _receive: Any, send: Any) -> None:
        for message in messages if scope["type"] == "http" else ():
            await send(message)

    receiver = receiver_at(app)
    answer = receiver.post(_a_callback(fake, receiver.url))
    receiver.close()
    assert answer.status is None
    assert said in answer.error
