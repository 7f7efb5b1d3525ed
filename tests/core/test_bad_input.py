"""Bad input from a raw socket: an answer where HTTP allows one, and the next request works."""

import json
import socket
import time
from collections.abc import Iterator
from urllib.parse import quote

import pytest

from fakie.core.http.messages import Request
from fakie.core.journal import Entry
from fakie.core.orders import OrderScope
from fakie.core.service import Service
from fakie.core.transport_faults import TransportFault
from support.clients.doors import CREATE, MODEL, running
from support.wire import GOOD, HEAD, Wire, check_next, with_body

SECRET = "sk-a/secret+key-7"


@pytest.fixture
def wire(url: str) -> Iterator[Wire]:
    opened = Wire(url)
    yield opened
    opened.close()


def test_no_content_length_means_no_body(wire: Wire, url: str) -> None:
    """A POST without length or chunks has an empty body."""
    status, body = wire.send(HEAD + b"\r\n").answer()
    assert (status, body["code"]) == (200, 422)
    assert "empty" in body["msg"]
    assert wire.send(with_body(GOOD)).answer()[1]["code"] == 200


def test_a_20_mb_body_is_refused_before_it_is_read(wire: Wire, url: str, service: Service) -> None:
    """The answer comes on the header alone; what is sent all the same does not hurt the next request."""
    started = time.monotonic()
    status, body = wire.send(HEAD + b"Content-Length: 20000000\r\n\r\n" + b" " * 1000).answer()
    assert time.monotonic() - started < 20
    assert (status, body["code"]) == (200, 422)
    assert "20000000 bytes" in body["msg"]
    assert next(iter(service.state.journal)).situation == "body_too_large"
    check_next(url)


def test_a_20_mb_body_sent_whole_still_gets_its_answer(wire: Wire, url: str) -> None:
    """A client that sends everything before it reads can still read the refusal."""
    wire.send(HEAD + b"Content-Length: 20000000\r\n\r\n")
    for _ in range(20):
        wire.send(b" " * 1_000_000)
    assert wire.answer()[1]["code"] == 422
    check_next(url)


def test_a_chunked_body_is_read_like_any_other(wire: Wire, url: str) -> None:
    """A body in chunks is accepted, and refused when it grows too large."""
    chunk = b"%x\r\n%s\r\n" % (len(GOOD), GOOD)
    assert wire.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunk + b"0\r\n\r\n").answer()[1]["code"] == 200
    large = Wire(url)
    large.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    for _ in range(5):
        large.send(b"100000\r\n" + b" " * 0x100000 + b"\r\n")
    answer = large.answer()[1]
    large.close()
    assert "more than 4194304 bytes" in answer["msg"]
    check_next(url)


def test_a_body_that_breaks_off_is_refused_or_dropped(url: str, service: Service) -> None:
    """A client that promises more than it sends, and then closes its side, is told so."""
    wire = Wire(url)
    wire.send(HEAD + b"Content-Length: 100\r\n\r\n" + GOOD)
    wire.socket.shutdown(socket.SHUT_WR)
    answer = wire.answer()[1]
    wire.close()
    assert answer["code"] == 422
    assert "broke off" in answer["msg"]
    check_next(url)


def test_a_client_that_hangs_up_harms_nobody(url: str) -> None:
    """Connections dropped at any point leave the fake working."""
    for part in (b"", b"POST", HEAD, HEAD + b"Content-Length: 50\r\n\r\n{", with_body(GOOD)):
        wire = Wire(url)
        wire.send(part)
        wire.close()
    check_next(url)


def test_slow_clients_do_not_block_others(url: str) -> None:
    """While some requests are half sent, others are answered; a slow one is answered once it is whole."""
    slow = [Wire(url).send(HEAD) for _ in range(3)]
    check_next(url)
    for wire in slow:
        assert wire.send(b"Content-Length: %d\r\n\r\n%s" % (len(GOOD), GOOD)).answer()[1]["code"] == 200
        wire.close()


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"GET //api/v1/chat/credit HTTP/1.1", 404),
        (b"GET /%00 HTTP/1.1", 404),
        (b"GET /%ff%fe HTTP/1.1", 404),
        (b"GET /" + b"x" * 5000 + b" HTTP/1.1", 404),
        (b"BREW /api/v1/jobs/createTask HTTP/1.1", 404),
        (b"GET http://elsewhere/api/v1/nope HTTP/1.1", 404),
        (b"OPTIONS * HTTP/1.1", 404),
    ],
)
def test_odd_request_lines_get_a_json_answer(wire: Wire, url: str, line: bytes, status: int) -> None:
    """Whatever the path or method, the answer is the API's JSON."""
    got, body = wire.send(line + b"\r\nHost: fake\r\n\r\n").answer()
    assert (got, body["code"]) == (status, 404)
    check_next(url)


@pytest.mark.parametrize(
    "junk", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", b"hello\r\n\r\n", b"\r\n" * 50]
)
def test_what_is_not_http_is_dropped(wire: Wire, url: str, junk: bytes) -> None:
    """TLS hellos and noise end their own connection alone."""
    wire.send(junk)
    check_next(url)


def test_many_keep_alive_requests_on_one_connection(wire: Wire) -> None:
    """Accepted and refused requests follow each other on one connection."""
    codes = []
    for body in (GOOD, b"{", b"[]", b"", GOOD):
        codes.append(wire.send(with_body(body)).answer()[1]["code"])
    assert codes == [200, 422, 422, 422, 200]


def test_a_key_in_the_url_is_redacted_too(wire: Wire, service: Service) -> None:
    """Who puts the key of the header into the path or the query as well does not find it in the journal."""
    line = b"GET /x/s3cret-key-123?k=s3cret-key-123 HTTP/1.1\r\nHost: f\r\nAuthorization: Bearer s3cret-key-123\r\n\r\n"
    wire.send(line).answer()
    assert "s3cret" not in str(list(service.state.journal))


def test_a_secret_of_another_kind_in_query_or_header_is_redacted_too(wire: Wire, service: Service) -> None:
    """Secret arguments of the query, also percent-encoded, those of a Referer, and the key in any header."""
    head = (
        b"GET /x?page=2&api_key=s3cret-1&t%6Fken=s3cret-2 HTTP/1.1\r\nHost: f\r\n"
        b"Authorization: Bearer s3cret-key-123\r\n"
        b"Referer: http://me:s3cret-3@h/?token=s3cret-4&x=1#access_token=s3cret-5\r\n"
        b"User-Agent: me/s3cret-key-123\r\n\r\n"
    )
    wire.send(head).answer()
    [entry] = service.state.journal
    assert "s3cret" not in str(entry.as_dict())
    assert entry.query == "page=2&api_key=[REDACTED]&t%6Fken=[REDACTED]"


@pytest.mark.parametrize("given", ["ftp://u:s3cret@h/?token=s3cret", "http://u:s3cret@h:99999/#token=s3cret"])
def test_the_reason_of_a_refusal_tells_no_secret_of_a_url(wire: Wire, service: Service, given: str) -> None:
    """What was wrong with a callback URL stands in journal and log, and its user and token do not."""
    wire.send(with_body(GOOD.replace(b"{", b'{"callBackUrl": "' + given.encode() + b'", ', 1))).answer()
    [entry] = service.state.journal
    assert entry.situation != "accepted"
    assert "s3cret" not in str(entry.as_dict())


def test_a_key_never_shows_in_answers_or_journal(wire: Wire, service: Service) -> None:
    """However malformed, a key is echoed nowhere."""
    for header in (b"Bearer s3cret-key", b"Bearer s3cret key", b"s3cret-key", b"Basic s3cret"):
        request = HEAD.replace(b"Bearer k", header) + b"Content-Length: 0\r\n\r\n"
        assert "s3cret" not in str(wire.send(request).answer())
    assert "s3cret" not in str(list(service.state.journal))


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (CREATE, {"model": SECRET, "input": {}}),
        (CREATE, {SECRET: 1}),
        (CREATE, {"model": MODEL, "input": {}, "callBackUrl": SECRET}),
        (f"/api/v1/{quote(SECRET)}", {}),
        (f"/_fakie/{quote(SECRET, safe='')}", {}),
        ("/_fakie/faults", {"code": SECRET}),
        (f"{CREATE}?__code={quote(SECRET)}", {}),
    ],
)
def test_a_key_in_a_wrong_place_is_not_told(service: Service, head: str, body: object) -> None:
    """Whoever mixes up two settings finds the mistake by its words, and no key in the logs of client and fake."""
    headers = {"Authorization": f"Bearer {SECRET}", "Content-Type": "application/json"}
    said: list[Entry] = []
    service.state.journal.listen(said.append)
    answer = service.handle(Request.of("POST", head, json.dumps(body).encode(), headers))
    assert b"sk-a/secret" not in answer.body + repr(said).encode()
    assert b"200" not in answer.body[:12]


@pytest.mark.parametrize("sent", [b"", b"POST / HT", HEAD, HEAD + b"Content-Length: 50\r\n\r\n{"])
def test_sixty_slow_clients_do_not_block_others(url: str, sent: bytes) -> None:
    """Idle connections take no thread, and half-sent requests no thread that others need."""
    slow = [Wire(url).send(sent) for _ in range(60)]
    started = time.monotonic()
    check_next(url)
    assert time.monotonic() - started < 20
    for wire in slow:
        wire.close()


def test_a_server_with_slow_clients_stops_at_once(service: Service) -> None:
    """Neither half-sent requests, nor those that queue, nor late answers are waited for."""
    service.orders.transport_faults.add(TransportFault("latency", 600), OrderScope())
    with running(service) as base:
        slow = [Wire(base).send(part) for part in (with_body(GOOD), *([b"POST / HT"] * 40))]
        time.sleep(0.2)
        started = time.monotonic()
    assert time.monotonic() - started < 20
    for wire in slow:
        wire.close()
