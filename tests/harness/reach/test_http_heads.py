"""Heads of answers in a test: whatever the door writes, http.client has of it what its own parser gives."""

import email.parser
import http.client
import io
from typing import Any

import pytest
import requests

from fakie.adapters.reach.http_heads import quick_heads
from fakie.harness.fake import Fake
from fakie.harness.start import in_process, new_fake
from support.clients.client import BASE

PLAIN = b"Content-Type: application/json\r\nX-Fakie-Situation: accepted\r\nContent-Length: 2\r\n\r\n"
HEADS = {
    "plain": PLAIN,
    "twice": b"A: 1\r\nB: 2\r\na: 3\r\n\r\n",
    "many words": b"X-Fakie-Advice: a: expected b; got 'c'\r\nDate: Sat, 28 Nov 2026 05:00:00 GMT\r\n\r\n",
    "one letter": b"A: b\r\n\r\n",
    "none": b"\r\n",
    "empty value": b"A:\r\nB: \r\n\r\n",
    "no blank": b"A:b\r\n\r\n",
    "nothing behind a blank": b"A: \r\n\r\n",
    "blanks before": b"A:   b\r\n\r\n",
    "blanks behind": b"A: b  \r\n\r\n",
    "blanks": b"A:   b  \r\nB:\tc\t\r\n\r\n",
    "goes on": b"A: b\r\n c\r\n\r\n",
    "no name": b": b\r\n\r\n",
    "odd name": b"A_B.c: d\r\n\r\n",
    "blank in a name": b"A b: c\r\n\r\n",
    "no colon": b"A\r\nB: c\r\n\r\n",
    "bare line feeds": b"A: b\nC: d\n\n",
    "a bare return": b"A: b\rC: d\r\n\r\n",
    "beyond ASCII": "A: h\u00e4\r\n\r\n".encode("latin-1"),
    "control character": b"A: b\x00\x0bc\r\n\r\n",
    "parts": b"Content-Type: multipart/mixed; boundary=x\r\n\r\n",
    "a message": b"A: b\r\ncontent-TYPE: Message/rfc822\r\n\r\n",
    "as many as there may be": b"A: b\r\n" * 99 + b"\r\n",
    "one more": b"A: b\r\n" * 100 + b"\r\n",
    "too many": b"A: b\r\n" * 101 + b"\r\n",
    "long": b"A: " + b"b" * 9000 + b"\r\n\r\n",
    "too long": b"A: " + b"b" * 70_000 + b"\r\n\r\n",
    "cut off": b"A: b\r\nC: d",
}


class HeadSource(io.BytesIO):
    """What a file reads from."""


def told(parse: Any, head: bytes, source: type[io.BytesIO]) -> Any:
    """Return what a reader finds in a head, what is left behind it, or what it raises."""
    file = io.BufferedReader(source(head + b"behind"))
    try:
        message = parse(file)
    except http.client.HTTPException as error:
        return repr(error)
    defects = [repr(defect) for defect in message.defects]
    parts = [(part.items(), part.is_multipart() or part.get_payload()) for part in message.walk()]
    return type(message), parts, defects, file.read()


@pytest.mark.parametrize("head", HEADS.values(), ids=list(HEADS))
def test_a_head_is_read_as_http_client_reads_it(head: bytes) -> None:
    """With all that a message says of itself; plain heads, and such as only its own parser knows to read."""
    real = http.client.parse_headers
    assert told(quick_heads(real, HeadSource), head, HeadSource) == told(real, head, HeadSource)


def test_what_comes_from_elsewhere_is_read_by_its_own_parser() -> None:
    """From a socket, and for a class of somebody's own."""
    asked: list[tuple[Any, ...]] = []

    def real(*given: Any, **named: Any) -> Any:
        asked.append((*given[1:], *named))
        return http.client.HTTPMessage()

    parse = quick_heads(real, HeadSource)
    parse(io.BufferedReader(io.BytesIO(PLAIN)))
    parse(io.BytesIO(PLAIN))
    parse(io.BufferedReader(HeadSource(PLAIN)), http.client.HTTPMessage)
    parse(io.BufferedReader(HeadSource(PLAIN)), _class=dict)
    parse(io.BufferedReader(HeadSource(PLAIN)))
    assert asked == [(), (), (http.client.HTTPMessage,), ("_class",)]


def test_a_plain_answer_of_the_fake_needs_no_parser_of_mails(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its headers are those that were sent."""
    monkeypatch.setattr(email.parser, "Parser", None)
    answer = requests.get(f"{BASE}/api/v1/chat/credit", headers={"Authorization": f"Bearer {fake.key}"}, timeout=5)
    assert answer.headers["x-fakie-situation"] == "credit_shown"
    assert answer.headers["Content-Length"] == str(len(answer.content))


def test_the_parser_is_put_back() -> None:
    """For whoever calls it in the next test."""
    real = http.client.parse_headers
    with in_process(new_fake()):
        assert http.client.parse_headers is not real
    assert http.client.parse_headers is real
