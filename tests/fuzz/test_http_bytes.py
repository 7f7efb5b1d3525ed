"""Bytes of a connection: both parsers see the same requests in them, however they are cut, or both refuse."""

from itertools import pairwise

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from fakie.adapters.wire.inbox import Inbox
from fakie.adapters.wire.limits import Limits
from support.fuzzing import spoilt, tried
from support.wire import CHUNKED, GET, GOOD, HEAD, with_body

Seen = list[tuple[object, ...]]
SAMPLES = [
    GET + b"\r\n",
    with_body(GOOD),
    with_body(GOOD) + GET + b"\r\n",
    CHUNKED + b"%x\r\n%s\r\n0\r\n\r\n" % (len(GOOD), GOOD),
    CHUNKED + b"2;a=b\r\n{}\r\n0\r\nTrailer: x\r\n\r\n" + GET + b"Connection: close\r\n\r\n",
    HEAD + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n{}",
    b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
]
# What parsers have cut apart differently: each with a good request behind it, which must be read by both or by neither.
ODD = [
    odd + GET + b"\r\n"
    for odd in (
        b"GET / HTTP/1.1\nHost: f\n\n",
        b"GET  / HTTP/1.1\r\nHost: f\r\n\r\n",
        GET + b"X: a\r\n b\r\n\r\n",
        GET + b"\r\n\r\n\r\n",
        b"get / HTTP/1.1\r\nHost: f\r\n\r\n",
        GET + b"\r\nFOO / HTTP/1.1\r\nHost: f\r\n\r\n",
        b"GET foo:bar HTTP/1.1\r\nHost: f\r\n\r\n",
        HEAD + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
        HEAD + b"Content-Length: 2, 2\r\n\r\n{}",
        HEAD + b"Content-Length: 2 \t\r\n\r\n{}",
        HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        HEAD + b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n\r\n{}",
        HEAD + b"Connection: Upgrade\r\nUpgrade: h2c\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        CHUNKED + b"2 \r\n{}\r\n0\r\n\r\n",
        CHUNKED + b"2;a\rb\r\n{}\r\n0\r\n\r\n",
        CHUNKED + b"2;" + b"a" * 1900 + b"\r\n{}\r\n0\r\n\r\n",
        CHUNKED + b"2\r\n{}\r\n0\r\n\n",
        CHUNKED + b"2\r\n{}\r\n0\r\nContent-Length: 5\r\n\r\n",
        CHUNKED + b"2\r\n{}\r\n0\r\nA: b\r\n c\r\n\r\n",
    )
]
LIMITS = Limits(body_bytes=2000, head_bytes=2000, target_bytes=500, headers=20)


def seen(data: bytes, cuts: list[int], *, plain: bool) -> Seen:
    """Return what an inbox makes of bytes that come in pieces: its requests, and whether each is refused."""
    inbox = Inbox(LIMITS, "127.0.0.1", plain=plain)
    found: Seen = []
    marks = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    for begin, end in pairwise(marks):
        inbox.feed(data[begin:end])
        found += _taken(inbox)
    inbox.end_of_input()
    found += _taken(inbox)
    return found


def _taken(inbox: Inbox) -> Seen:
    found: Seen = []
    while inbox.waiting:
        while inbox.ready:
            request = inbox.ready.popleft().request
            if request.fault is not None:
                found.append(("refused",))
            else:
                found.append((request.method, request.target, dict(request.headers), request.body.read()))
            request.body.close()
        inbox.advance()
    return found


def usual(found: Seen) -> bool:
    """Return whether all but the first of a connection's requests have methods that both parsers know."""
    return all(one[0] in {"GET", "POST", "refused"} for one in found[1:])


@pytest.mark.parametrize(
    "data",
    [*ODD, GET + b"X: a\x01b\r\n\r\n", GET + b"X: a\x7f\r\n\r\n", b"PROP-FIND / HTTP/1.1\r\nHost: f\r\n\r\n", *SAMPLES],
    ids=repr,
)
@pytest.mark.parametrize("cuts", [[], [3], [1, 2, 60]])
def test_both_parsers_take_and_refuse_the_same(data: bytes, cuts: list[int]) -> None:
    """Control characters are refused, and unusual methods taken, in one piece and in several."""
    assert seen(data, cuts, plain=True) == seen(data, cuts, plain=False)


def test_the_body_of_an_upgrade_is_no_request() -> None:
    """It belongs to the request that asks for the upgrade, which nobody takes."""
    inner = GET + b"\r\n"
    head = HEAD + b"Connection: Upgrade\r\nUpgrade: h2c\r\nContent-Length: %d\r\n\r\n" % len(inner)
    for plain in (True, False):
        assert [one[-1] for one in seen(head + inner + inner, [], plain=plain)] == [inner, b""]


@tried(500)
@given(spoilt(SAMPLES), st.lists(st.integers(0, 400), max_size=3))
def test_what_both_parsers_take_is_the_same(data: bytes, cuts: list[int]) -> None:
    """No bytes are two different requests, nor one and none; only after HTTP/1.0 one of them may close earlier."""
    one, other = (seen(data, cuts, plain=plain) for plain in (True, False))
    if b"HTTP/1.0" in data:
        one, other = one[: len(other)], other[: len(one)]
    assert one == other, data


@tried(200)
@given(spoilt(SAMPLES), st.lists(st.integers(0, 400), max_size=3), st.booleans())
@example(b"PROPFIND / HTTP/1.1\r\nHost: f\r\n\r\n", [3], False)
def test_pieces_change_nothing(data: bytes, cuts: list[int], plain: bool) -> None:
    """Where a network cuts is no part of a request."""
    whole = seen(data, [], plain=plain)
    assume(usual(whole))
    assert seen(data, cuts, plain=plain) == whole
