"""A head that has come before is not parsed again; whatever follows from it is the same as the first time."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from fakie.adapters.wire.heads import Heads, read_target
from fakie.adapters.wire.inbox import Inbox
from fakie.adapters.wire.limits import Limits
from fakie.core.http.headers import Headers
from fakie_schemas.recordings.secrets import SHORTEST_MADE_UP

_LIMITS = Limits(body_bytes=100, head_bytes=600, large_bodies={"/large": 1_000})
HOST = b"Host: a\r\n"
REQUESTS = (
    b"GET / HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /a%20b?x=1&y=%20z HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /a? HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /a?b?c HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET http://h/a?b=c HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /a HTTP/1.1\r\nReferer: /x?y HTTP/1.1\r\n" + HOST + b"\r\n",
    b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n",
    b"BREW /pot HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET /old HTTP/1.0\r\n\r\n",
    b"GET /old HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    b"GET /last HTTP/1.1\r\nConnection: close\r\n" + HOST + b"\r\n",
    b"GET /up HTTP/1.1\r\nUpgrade: h2c\r\nConnection: upgrade\r\n" + HOST + b"\r\n",
    b"POST /p HTTP/1.1\r\nContent-Length: 5\r\n" + HOST + b"\r\nhello",
    b"POST /p?q=1 HTTP/1.1\r\nContent-Length: 5\r\n" + HOST + b"\r\n\r\n\r\n\x00",
    b"POST /p HTTP/1.1\r\nContent-Length: 0\r\n" + HOST + b"\r\n",
    b"POST /p HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + HOST + b"\r\n5\r\nhello\r\n0\r\n\r\n",
    b"POST /p HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n" + HOST + b"\r\nhello",
    b"POST /large HTTP/1.1\r\nContent-Length: 101\r\n" + HOST + b"\r\n" + b"a" * 101,
    b"POST /p HTTP/1.1\r\nContent-Length: 101\r\n" + HOST + b"\r\n" + b"a" * 101,
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + HOST + HOST + b"\r\n",
    b"GET /" + b"a" * 600 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    b"GET / HTTP/1.1\r\nBad Name: x\r\n" + HOST + b"\r\n",
    b"\r\n\r\nGET / HTTP/1.1\r\n" + HOST + b"\r\n",
    *(
        b"POST /p?q=1 HTTP/1.1\r\n%b\r\nContent-Length: 5\r\n%b\r\nhello" % (named, HOST)
        for named in (
            *(b"Authorization: Bearer key-one", b"authorization: Bearer key-one", b"AUTHORIZATION: Bearer key-one"),
            *(b"Authorization:Bearer key-one", b"Authorization: bearer key-one", b"Authorization: Basic key-one"),
            *(b"Authorization: Bearer   two words \t", b"Authorization: Bearer a\tb", b"Authorization: Bearer \xff"),
            *(b"Authorization: Bearer ", b"Authorization: Bearer", b"Authorization: Bearer    ", b"Authorization:"),
            *(b"Authorization: Bearer a\x00b", b"Authorization: Bearer a\nb: c", b"Authorization: Bearer a\r\n b"),
            b"Authorization: Bearer one\r\nAuthorization: Bearer two",
            b"Authorization: Bearer one\r\nauthorization: Bearer two",
            b"Proxy-Authorization: Bearer one\r\nAuthorization: Bearer two",
            *(b"Authorization: Bearer a\r\nX: a", b"X: a\r\nAuthorization: Bearer a"),
        )
    ),
)
PIECES = {
    "in one piece": lambda data: [data],
    "byte by byte": lambda data: [data[at : at + 1] for at in range(len(data))],
    "head and body": lambda data: [data[: data.find(b"\r\n\r\n") + 4], data[data.find(b"\r\n\r\n") + 4 :]],
    "but for the last byte": lambda data: [data[:-1], data[-1:]],
    "three times at once": lambda data: [data * 3],
}


def _seen(inbox: Inbox, pieces: Sequence[bytes]) -> Iterator[Any]:
    """Yield what a connection makes of what comes."""
    for piece in pieces:
        if piece:
            inbox.feed(piece)
        while inbox.waiting:
            inbox.advance()
            if not inbox.ready:
                continue
            inbound = inbox.ready.popleft()
            request = inbound.request
            fault = request.fault and (request.fault.situation, request.fault.facts)
            about = (request.method, request.path, request.query, request.target, dict(request.headers), request.length)
            yield (*about, request.body.read(), request.remote, fault, inbound.keep_alive, inbound.old)
            request.body.close()
        yield inbox.over, inbox.unread, inbox.stage, inbox.held, inbox.go_ahead_awaited
    inbox.let_go()


@pytest.mark.parametrize("plain", [False, True], ids=["httptools", "h11"])
@pytest.mark.parametrize("pieces", PIECES)
@pytest.mark.parametrize("data", REQUESTS, ids=range(len(REQUESTS)))
def test_a_request_that_comes_again_is_read_as_it_was(data: bytes, pieces: str, plain: bool) -> None:
    """Good or bad, from another client, and after a request with the same head but another query."""
    cut = PIECES[pieces](data)
    first = list(_seen(Inbox(_LIMITS, "here", plain=plain, heads=Heads(_LIMITS)), cut))
    heads = Heads(_LIMITS)
    for before in (data, data, data.replace(b"x=1", b"x=2&z"), *_with_other_keys(data)):
        list(_seen(Inbox(_LIMITS, "here", plain=plain, heads=heads), [before]))
    assert list(_seen(Inbox(_LIMITS, "here", plain=plain, heads=heads), cut)) == first


def _with_other_keys(data: bytes) -> list[bytes]:
    """Return a request with a head that differs by its key, twice: known by then, whatever the key of the first."""
    other = re.sub(rb"(?<=: Bearer )[^\r]*", b"another", data, count=1)
    return [other, other]


KEYS = ("k", "first-key-of-all", "host-key-0123", "", "a", "b" * 300, "blanks" + " " * 30, "quo/ted key")


@pytest.mark.parametrize("first", KEYS)
def test_what_is_found_out_of_headers_is_the_same_with_any_key_of_a_known_head(first: str) -> None:
    """What may be shown, the key and its forms: whatever key came first, and where one stands elsewhere in the head."""
    heads = Heads(_LIMITS)
    for key in (first, *KEYS, first):
        for _ in range(3):
            inbox = Inbox(_LIMITS, "here", heads=heads)
            named = b"Authorization: Bearer %b\r\nHost: host-key-0123.test\r\nX-Other: first-key-of-all" % key.encode()
            inbox.feed(b"GET /a HTTP/1.1\r\nContent-Type: A/b; c=d\r\n" + named + b"\r\n\r\n")
            headers = inbox.ready.popleft().request.headers
            alone = Headers(headers)
            assert list(headers.items()) == list(alone.items())
            assert (headers.shown, headers.key, headers.forms) == (alone.shown, alone.key, alone.forms)
            assert (headers.longest, headers.media_type) == (alone.longest, alone.media_type)
            assert key not in repr(headers) or len(key) < SHORTEST_MADE_UP


def test_the_headers_of_a_head_that_comes_again_are_shared_whatever_its_query() -> None:
    """From the second time on, so that what is found out of them, as the key, is found once."""
    heads = Heads(_LIMITS)

    def headers(data: bytes) -> object:
        inbox = Inbox(_LIMITS, "here", heads=heads)
        inbox.feed(data)
        return inbox.ready.popleft().request.headers

    asked = REQUESTS[1]
    assert headers(asked) is not headers(asked)
    first = headers(asked)
    assert headers(asked) is first
    assert headers(asked.replace(b"x=1", b"x=2")) is first
    assert headers(asked.replace(b"x=1", b"x=<")) is not first
    assert headers(asked.replace(b"Host: a", b"Host: b")) is not first


@pytest.mark.parametrize(("count", "shared"), [(32, True), (33, False)])
def test_a_head_of_very_many_headers_is_read_anew_each_time(count: int, shared: bool) -> None:
    """Twenty thousand of them, with 126 short headers each, kept 400 MB."""
    inbox, seen = Inbox(_LIMITS, "here"), []
    for _ in range(4):
        inbox.feed(b"GET / HTTP/1.1\r\n" + HOST + b"X:\r\n" * (count - 1) + b"\r\n")
        seen.append(inbox.ready.popleft().request.headers)
    assert seen[1:] == seen[:-1]
    assert (seen[2] is seen[3]) is shared


def test_more_heads_than_are_remembered_are_told_apart() -> None:
    """Also where the first ones have made room, each request has its own headers."""
    inbox = Inbox(_LIMITS, "here")
    numbers = [*range(30_000)] * 3
    for number in numbers:
        inbox.feed(b"GET /%d HTTP/1.1\r\nX-Number: %d\r\nHost: a\r\n\r\n" % (number, number))
        request = inbox.ready.popleft().request
        assert (request.path, request.headers["x-number"]) == (f"/{number}", str(number))


def test_a_longer_query_than_is_allowed_is_refused_behind_a_head_that_is_known() -> None:
    """The limits of head and target hold for each request."""
    inbox = Inbox(_LIMITS, "here")
    for length, fault in ((1, False), (2, False), (3, False), (600, True)):
        inbox.feed(b"GET /a?%s HTTP/1.1\r\nHost: a\r\n\r\n" % (b"x" * length))
        assert (inbox.ready.popleft().request.fault is not None) is fault


def test_a_target_is_read_as_path_query_and_itself() -> None:
    """Of the usual form and of that for proxies, quoted or not."""
    assert read_target(b"/a%20b?x=%20") == ("/a b", "x=%20", "/a%20b?x=%20")
    assert read_target(b"/a%20b") == ("/a b", "", "/a%20b")
    assert read_target(b"http://h/a?b?c") == ("/a", "b?c", "http://h/a?b?c")
