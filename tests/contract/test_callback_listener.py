"""The receiver of callbacks takes what HTTP allows a sender, and tells one URL from another."""

from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from fakie_contract.http.callback_listener import CallbackListener
from fakie_contract.http.client import Client
from fakie_contract.http.exchange import Answer, LiveExchange, SentRequest
from fakie_contract.http.target import Target
from fakie_contract.trial.callbacks import expect_count
from fakie_contract.trial.environment import Environment
from fakie_contract.trial.trial import Trial
from fakie_schemas.catalog.catalog import Catalog
from fakie_schemas.catalog.profile import Profile

BODY = b'{"code":200,"msg":"done","data":{}}'


@pytest.fixture(name="listener")
def _listener() -> Iterator[CallbackListener]:
    with closing(CallbackListener()) as listener:
        yield listener


def _posted(url: str, body: bytes | Iterator[bytes], **headers: str) -> int:
    parts = urlsplit(url)
    with closing(HTTPConnection(str(parts.hostname), parts.port, timeout=10)) as connection:
        chunked = not isinstance(body, bytes)
        connection.request("POST", f"{parts.path}?{parts.query}", body, headers, encode_chunked=chunked)
        answer = connection.getresponse()
        answer.read()
        return answer.status


@pytest.mark.parametrize("pieces", [[BODY], [BODY[:7], BODY[7:]], [bytes([one]) for one in BODY]])
def test_a_body_in_chunks_is_read_whole(pieces: list[bytes], listener: CallbackListener) -> None:
    """Many senders tell no length."""
    inbox = listener.inbox()
    assert _posted(inbox.url, iter(pieces), **{"Transfer-Encoding": "chunked"}) == 200
    (came,) = inbox.received
    assert came.body == BODY
    assert came.json == {"code": 200, "msg": "done", "data": {}}


def test_blanks_after_a_length_are_none_of_it(listener: CallbackListener) -> None:
    """A header's value may have them on both sides."""
    inbox = listener.inbox()
    assert _posted(inbox.url, b"{}", **{"Content-Length": "2 \t"}) == 200
    assert [came.body for came in inbox.received] == [b"{}"]


@pytest.mark.parametrize("length", ["-1", "1.5", "9" * 5000])
def test_a_length_that_is_none_is_that_of_no_body(length: str, listener: CallbackListener) -> None:
    """It is taken and kept, for the judge to tell of."""
    inbox = listener.inbox()
    assert _posted(inbox.url, b"", **{"Content-Length": length}) == 200
    assert len(inbox.received) == 1


def test_chunks_that_are_none_are_taken_as_far_as_they_go(listener: CallbackListener) -> None:
    """What is wrong with them is told of as a body, and nothing waits for more."""
    inbox = listener.inbox()
    assert _posted(inbox.url, b"3\r\nabc\r\nno size\r\n", **{"Transfer-Encoding": "chunked"}) == 200
    assert inbox.received[0].body == b"abc"


@pytest.mark.parametrize("change", [str.lower, lambda url: url.partition("?")[0], lambda url: url.replace("%20", "+")])
def test_a_url_that_was_changed_is_another(change: Callable[[str], str], listener: CallbackListener) -> None:
    """A sender keeps the letters, the query and its escapes."""
    inbox = listener.inbox()
    assert _posted(change(inbox.url), BODY) == 404
    assert _posted(inbox.url, BODY) == 200
    assert len(inbox.received) == 1


def test_what_came_to_another_url_is_told_of_where_no_callback_came() -> None:
    """By its method and path: a sender that changes a URL is found by it."""
    target = Target("http://127.0.0.1:9", "the-key")
    with closing(Environment(target, Catalog.shipped(), Profile.load("documented"), Client(target.url))) as env:
        trial, inbox = Trial("case", env), env.listener().inbox()
        exchange = LiveExchange(target.url, SentRequest("GET", "/"), Answer(200, {}, b"{}"))
        changed = inbox.url.partition("?")[0] + "/?a=1&token=a-secret"
        assert _posted(changed, BODY) == 404
        expect_count(trial, inbox.received, 1, "after the end", exchange)
    path = urlsplit(changed).path
    assert [one.got for one in trial.differences] == [f"none; to other URLs came POST {path}?a=1&token=[REDACTED]"]
