"""Each limit at its bound, which is taken, and one beyond it, which is refused."""

import io
import json
from collections.abc import Callable
from typing import Any, NoReturn

import pytest

from fakie.adapters.wire.inbox import Inbox
from fakie.adapters.wire.limits import Limits
from fakie.core.http.messages import Request
from fakie.core.service import Service
from support.clients.doors import CREATE, JSON, KEY, MODEL, Door, open_door
from support.forms import stream
from support.wire import GOOD, HEAD

LIMITS = Limits(body_bytes=4000, head_bytes=3000, target_bytes=1000, headers=20)


def head_of(size: int) -> bytes:
    """Return a good request whose line and headers have so many bytes, up to the blank line and with it."""
    head = HEAD + b"Content-Length: %d\r\n" % len(GOOD)
    return head + b"X: " + b"a" * (size - len(head) - 7) + b"\r\n\r\n" + GOOD


def target_of(size: int) -> bytes:
    """Return a good request with a target of so many bytes."""
    head = HEAD.replace(CREATE.encode(), f"{CREATE}?".encode().ljust(size, b"a"))
    return head + b"Content-Length: %d\r\n\r\n" % len(GOOD) + GOOD


def headers_of(number: int) -> bytes:
    """Return a good request with so many headers."""
    more = b"X: a\r\n" * (number - HEAD.count(b"\r\n"))
    return HEAD + more + b"Content-Length: %d\r\n\r\n" % len(GOOD) + GOOD


def body_of(size: int) -> bytes:
    """Return a good request with a body of so many bytes."""
    return HEAD + b"Content-Length: %d\r\n\r\n" % size + GOOD.ljust(size)


def chunks_of(size: int) -> bytes:
    """Return the same in two chunks."""
    body = GOOD.ljust(size)
    parts = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (body[:100], body[100:]))
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + parts + b"0\r\n\r\n"


@pytest.mark.parametrize(
    ("made", "most"),
    [
        (head_of, LIMITS.head_bytes),
        (target_of, LIMITS.target_bytes),
        (headers_of, LIMITS.headers),
        (body_of, LIMITS.body_bytes),
        (chunks_of, LIMITS.body_bytes),
    ],
)
@pytest.mark.parametrize("piece", [1, 100, 100_000])
@pytest.mark.parametrize("plain", [False, True])
def test_a_request_of_just_the_bound_is_read(made: Callable[[int], bytes], most: int, piece: int, plain: bool) -> None:
    """One more is refused, by both parsers, in however many pieces it comes."""
    assert not _refused(made(most), piece, plain)
    assert _refused(made(most + 1), piece, plain)


def _refused(data: bytes, piece: int, plain: bool) -> bool:
    inbox = Inbox(LIMITS, "127.0.0.1", plain=plain)
    for at in range(0, len(data), piece):
        inbox.feed(data[at : at + piece])
        while inbox.waiting and not inbox.ready:
            inbox.advance()
    request = inbox.ready.popleft().request
    inbox.let_go()
    # A body that is too long reaches the service by its length, which refuses it.
    long = request.length or len(request.body.read())
    request.body.close()
    return request.fault is not None or long > LIMITS.body_bytes


def deep(levels: int) -> Any:
    """Return a body that is nested so deep."""
    return {"model": MODEL, "input": {"more": json.loads("[" * (levels - 2) + "]" * (levels - 2))}}


@pytest.mark.parametrize(
    ("made", "fact"),
    [
        (lambda most: (deep(most), KEY), "body_depth"),
        (lambda most: ({"model": MODEL, "input": {}}, {**KEY, "X-Long": "a" * most}), "header_length"),
        (lambda most: ({"model": MODEL, "input": {}}, {"Authorization": "Bearer " + "k" * most}), "key_length"),
        (
            lambda most: ({"model": MODEL, "input": {}, "callBackUrl": "http://127.0.0.1:9/".ljust(most, "a")}, KEY),
            "callback_url_length",
        ),
    ],
)
def test_what_a_profile_bounds_is_taken_at_the_bound(
    service: Service, made: Callable[[int], tuple[Any, dict[str, str]]], fact: str
) -> None:
    """One more is refused."""
    most = getattr(service.contracts.profile.facts, fact)
    with open_door("direct", service) as door:
        assert [door.post(CREATE, *made(most + more)).code == 200 for more in (0, 1)] == [True, False]


def test_a_number_may_have_a_hundred_digits(service: Service) -> None:
    """A sign is none of them."""
    with open_door("direct", service) as door:
        for text, taken in (("1" * 100, True), ("-" + "1" * 100, True), ("1" * 101, False), ("-" + "1" * 101, False)):
            body = f'{{"model": "{MODEL}", "input": {{"more": {text}}}}}'.encode()
            answer = door.ask("POST", CREATE, body, {**KEY, "Content-Type": "application/json"})
            assert (answer.code == 200) is taken
            assert taken or "a number of 101 digits" in answer.msg


def test_the_fields_of_a_form_are_bounded_together(door: Door) -> None:
    """256 kB of all fields are read, also of many, and one byte more is refused."""
    for more, situation in ((0, "file_uploaded"), (1, "body_malformed")):
        rest = 256 * 1024 - 3 - 2 * 100_000 + more
        parts = [("uploadPath", "abc"), ("a", "x" * 100_000), ("b", "x" * 100_000), ("c", "x" * rest)]
        assert stream(door, *parts, ("file", ("a.txt", b"x"))).situation == situation


@pytest.mark.parametrize("order", [{}, {"when": "a cat"}])
def test_a_request_that_memory_has_no_room_for_is_refused_as_one_too_many(service: Service, order: Any) -> None:
    """A limit of the system's is told as such, and not as a bug of the fake; also where an order asks what is sent."""

    class NoRoom(io.BytesIO):
        def read(self, _: int | None = -1, /) -> NoReturn:
            raise MemoryError

    if order:
        service.control.orders.add_transport_fault(kind="reset", **order)
    request = Request.of("POST", CREATE, GOOD, {**KEY, **JSON})
    request.body = NoRoom()
    response = service.handle(request)
    assert (response.status, json.loads(response.body)["msg"]) == (
        503,
        "Server busy: the system gives it no memory to answer in; try again later",
    )
    assert not service.bugs
