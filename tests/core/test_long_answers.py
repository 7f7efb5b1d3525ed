"""Answers that are as long as all that is kept: whole at every door, and never in memory as a whole."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from fakie.adapters.live_server import LiveServer
from fakie.adapters.wire.limits import Limits
from fakie.core.http.messages import Request, Response
from fakie.core.ports import StoreUnwritableError
from fakie.core.service import Service
from support.clients.doors import open_door
from support.wire import Wire

PAGE = b"x" * 100_000
PAGES = 400
ASKED = b"GET /pages HTTP/1.1\r\nHost: f\r\n\r\n"

FAILURES: dict[str, Exception] = {"/broken": OSError("a bug"), "/away": StoreUnwritableError("the store: it is away")}


def fill(service: Service, requests: int = 300) -> None:
    with open_door("direct", service) as door:
        for number in range(requests):
            door.create(prompt="p" * 1000, key={"Authorization": f"Bearer key-{number % 40}"})


@pytest.mark.parametrize("name", ["direct", "flask", "wsgi", "socket", "plain"])
def test_a_long_list_is_whole_at_every_door(service: Service, name: str) -> None:
    """Row for row as the journal and the tasks are, though it comes in pages."""
    fill(service, 600)
    rows = json.loads(json.dumps([one.as_dict() for one in service.state.journal]))
    with open_door(name, service) as door:
        for query, expected in (("", rows), ("?limit=550", rows[-550:]), ("?limit=7", rows[-7:]), ("?limit=0", [])):
            answer = door.ask("GET", f"/_fakie/journal{query}")
            assert answer.data == expected, query
            assert answer.body == json.dumps(answer.json, ensure_ascii=False, separators=(",", ":")).encode()
        tasks = [task.id for task in service.state.store.tasks()]
        assert [one["task_id"] for one in door.ask("GET", "/_fakie/tasks").data] == tasks
        assert [one["task_id"] for one in door.ask("GET", "/_fakie/tasks?limit=9").data] == tasks[-9:]
        # The connection goes on.
        assert door.ask("GET", "/_fakie/health").status == 200


def test_a_long_list_is_made_as_it_is_taken(service: Service) -> None:
    """The first page is there at once, the others when their turn comes."""
    fill(service)
    response = service.handle(Request.of("GET", "/_fakie/journal"))
    assert len(response.body) < 200_000 < len(response.whole().body)


class LongDoor:
    """A door that gives one long answer in pages, and counts them; one of FAILURES ends amid it."""

    def __init__(self) -> None:
        self.made = 0
        self._kept = b"k" * 10_000_000

    def handle(self, request: Request) -> Response:
        if request.path == "/kept":
            return Response(200, (), self._kept, kept=True)
        if request.path != "/pages" and request.path not in FAILURES:
            return Response(200, (), b"{}")
        return Response(200, (), b"start", rest=self._pages(FAILURES.get(request.path)))

    def _pages(self, failure: Exception | None) -> Iterator[bytes]:
        for number in range(PAGES):
            if failure and number == 3:
                raise failure
            self.made += 1
            yield PAGE


@pytest.fixture
def served(request: pytest.FixtureRequest) -> Iterator[Any]:
    with ExitStack() as stopped:

        def start(**limits: Any) -> tuple[LongDoor, str]:
            door, server = LongDoor(), LiveServer("127.0.0.1", 0, plain=getattr(request, "param", False))
            server.start(door, lambda _: False, Limits(**limits))
            stopped.callback(server.stop)
            return door, server.url

        yield start


def slow(url: str, sent: bytes = ASKED) -> Wire:
    """Return a connection whose client has read nothing yet."""
    return Wire(url).send(sent)


def read_to_the_end(wire: Wire) -> bytes:
    read = []
    try:
        while data := wire.socket.recv(1_000_000):
            read.append(data)
    except ConnectionError:
        read.append(b"(reset)")
    return b"".join(read)


@pytest.mark.parametrize("served", [False, True], indirect=True)
def test_no_more_is_made_than_is_read(served: Any) -> None:
    """Twenty who read nothing have some pages each made, what their sockets take, and no more; then each has all."""
    door, url = served()
    wires = [slow(url, ASKED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")) for _ in range(20)]
    seen = -1
    while seen != door.made or seen < len(wires):
        seen = door.made
        time.sleep(0.3)
    assert 20 <= seen < 20 * PAGES / 4
    other = Wire(url).send(b"GET / HTTP/1.1\r\nHost: f\r\n\r\n")
    assert other.answer() == (200, {})
    other.close()
    assert {len(read_to_the_end(wire)) > PAGES * len(PAGE) for wire in wires} == {True}
    assert door.made == 20 * PAGES
    for wire in wires:
        wire.close()


def test_an_old_client_gets_a_long_answer_until_the_connection_ends(served: Any) -> None:
    """Without chunks, which HTTP/1.0 does not know, even where it would keep the connection."""
    _, url = served()
    wire = Wire(url).send(b"GET /pages HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
    head, _, body = read_to_the_end(wire).partition(b"\r\n\r\n")
    wire.close()
    assert body == b"start" + PAGE * PAGES
    assert b"chunked" not in head
    assert b"Connection: close" in head


def test_requests_that_wait_behind_a_long_answer_are_answered_after_it(served: Any) -> None:
    """In their order, on one connection, also where a client has said all and shut its side."""
    _, url = served()
    wire = Wire(url).send(ASKED + b"GET / HTTP/1.1\r\nHost: f\r\n\r\n" + ASKED)
    wire.socket.shutdown(socket.SHUT_WR)
    read = read_to_the_end(wire)
    wire.close()
    assert read.count(b"HTTP/1.1 200") == 3
    assert read.count(b"\r\n0\r\n\r\n") == 2
    assert read.endswith(b"\r\n0\r\n\r\n")


@pytest.mark.parametrize("path", FAILURES)
def test_a_long_answer_that_breaks_is_cut_off(served: Any, caplog: pytest.LogCaptureFixture, path: str) -> None:
    """The client can tell, the log has the error, in full only where it is a bug, and others are answered."""
    _, url = served()
    wire = Wire(url).send(f"GET {path} HTTP/1.1\r\nHost: f\r\n\r\n".encode())
    read = read_to_the_end(wire)
    wire.close()
    assert not read.endswith(b"\r\n0\r\n\r\n")
    assert str(FAILURES[path]) in caplog.text
    assert ("Traceback" in caplog.text) is (path == "/broken")
    other = Wire(url).send(b"GET / HTTP/1.1\r\nHost: f\r\n\r\n")
    assert other.answer() == (200, {})
    other.close()


def test_the_time_for_reading_a_long_answer_is_bounded_in_all(served: Any) -> None:
    """One that reads a little now and then does not keep it open for ever."""
    door, url = served(write_seconds=0.5)
    wire = slow(url)
    until = time.monotonic() + 3
    while time.monotonic() < until:
        wire.socket.recv(200_000)
        time.sleep(0.05)
    read_to_the_end(wire)
    wire.close()
    assert door.made < PAGES


def test_many_who_read_a_kept_file_at_once_each_get_it_whole(served: Any) -> None:
    """It lies in memory once: they are no slow clients that hold too much of it."""
    _, url = served(held_bytes=20_000_000)
    sizes: list[int] = []

    def read() -> None:
        wire = Wire(url).send(b"GET /kept HTTP/1.1\r\nHost: f\r\nConnection: close\r\n\r\n")
        sizes.append(len(read_to_the_end(wire).partition(b"\r\n\r\n")[2]))
        wire.close()

    readers = [threading.Thread(target=read) for _ in range(10)]
    for one in readers:
        one.start()
    for one in readers:
        one.join()
    assert sizes == [10_000_000] * 10


def test_too_many_long_answers_at_once_cost_the_slowest(served: Any) -> None:
    """What each remembers counts as kept for its client: the first that read nothing are dropped."""
    _, url = served(held_bytes=5_000_000)
    wires = [slow(url) for _ in range(8)]
    assert not read_to_the_end(wires[0]).endswith(b"\r\n0\r\n\r\n")
    for wire in wires:
        wire.close()
