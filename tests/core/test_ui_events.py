"""The events of the pages on a wire: kept open by the server's loop, let go with either side, polled elsewhere."""

import http.client
import os
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

import pytest

from fakie.adapters.flask_server import FlaskServer
from fakie.adapters.live_server import LiveServer
from fakie.adapters.ui.door import UiDoor
from fakie.core.service import Service
from support.clients.doors import CREDIT, KEY, open_door, running
from support.servers.program import Program
from support.ui import pull, whole
from support.waiting import wait_until

EVENTS = "/_fakie/ui/events"


@contextmanager
def watching(url: str, headers: str = "") -> Iterator[socket.socket]:
    """A browser that listens to events."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=10) as sock:
        sock.sendall(f"GET {EVENTS} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode())
        yield sock


def read_until(sock: socket.socket, words: bytes) -> bytes:
    """What comes up to some words."""
    got = b""
    while words not in got:
        data = sock.recv(4096)
        assert data, got
        got += data
    return got


def read_to_the_end(sock: socket.socket) -> None:
    """See the end of a stream: closed, or reset."""
    with suppress(ConnectionResetError):
        while sock.recv(4096):
            pass


def viewers(service: Service) -> int:
    """How many watch."""
    assert isinstance(service.ui, UiDoor)
    return service.ui.pages.watching


@pytest.mark.parametrize("plain", [False, True])
def test_the_loop_tells_what_is_new_and_holds_no_thread(service: Service, plain: bool) -> None:
    """An event for what happens while nobody asks; the answer has no length; no worker waits for it."""
    with running(service, plain=plain) as url, watching(url) as sock:
        head = read_until(sock, b"\r\n\r\n")
        assert b"text/event-stream" in head
        assert b"Content-Length" not in head
        wait_until(lambda: viewers(service) == 1)
        threads = threading.active_count()
        with open_door("direct", service) as door:
            door.new_task()
        assert b'"last": 1' in read_until(sock, b"\n\n" if b'"last": 1' in head else b'"last": 1}\n\n')
        assert threading.active_count() <= threads


@pytest.mark.parametrize("plain", [False, True])
def test_a_browser_that_goes_is_noticed(service: Service, plain: bool) -> None:
    """One that closes, and one that resets; the server goes on."""
    with running(service, plain=plain) as url:
        for linger in (False, True):
            with watching(url) as sock:
                read_until(sock, b"\r\n\r\n")
                wait_until(lambda: viewers(service) == 1)
                if linger:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            wait_until(lambda: viewers(service) == 0)
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
        connection.request("GET", CREDIT, headers=KEY)
        assert connection.getresponse().status == 200
        connection.close()


def test_what_a_listener_still_says_is_let_go(service: Service) -> None:
    """Requests behind the one for events are not answered, and keep nobody up."""
    with running(service) as url, watching(url) as sock:
        read_until(sock, b"\r\n\r\n")
        sock.sendall(b"GET /api/v1/chat/credit HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 50)
        with open_door("direct", service) as door:
            door.new_task()
        assert b"HTTP/1.1" not in read_until(sock, b'"last": 1}\n\n')


def test_one_viewer_too_many_is_sent_away_and_told_to_come_again(service: Service) -> None:
    """Its answer ends, with the time after which a browser asks anew."""
    with running(service) as url:
        socks = []
        for _ in range(16):
            sock = socket.create_connection((urlsplit(url).hostname or "", urlsplit(url).port or 0), timeout=10)
            sock.sendall(f"GET {EVENTS} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            socks.append(sock)
        wait_until(lambda: viewers(service) == 16)
        with watching(url) as last:
            said = b""
            while data := last.recv(4096):
                said += data
            assert b"retry: 2000" in said
        for sock in socks:
            sock.close()
        wait_until(lambda: viewers(service) == 0)


@pytest.mark.parametrize("grace", [0.0, 3600.0])
def test_the_server_stops_while_a_page_is_open(service: Service, grace: float) -> None:
    """The events end; nobody waits for them, not for an hour of grace."""
    server = LiveServer("127.0.0.1", 0)
    server.start(service, service.is_quick)
    with watching(server.url) as sock:
        read_until(sock, b"\r\n\r\n")
        wait_until(lambda: viewers(service) == 1)
        server.stop(grace)
        read_to_the_end(sock)
    assert viewers(service) == 0


def test_a_server_without_a_loop_is_polled(service: Service) -> None:
    """Under WSGI the events end at once with when to come again; whoever comes again is told what it has not seen."""
    server = FlaskServer("127.0.0.1", 0)
    server.start(service)
    try:
        seen = ""
        for expected in (True, False):
            with watching(server.url, f"Last-Event-ID: {seen}\r\nConnection: close\r\n") as sock:
                said = b""
                while data := sock.recv(4096):
                    said += data
            assert b"retry: 2000" in said
            assert (b"event: news" in said) is expected
            found = re.search(rb"id: (\S+)", said)
            seen = found[1].decode() if found else seen
        assert viewers(service) == 0
    finally:
        server.stop()


@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
def test_sigterm_ends_a_fake_that_is_being_watched() -> None:
    """At once, with exit code 0, and the browser sees the end."""
    with Program() as fake:
        assert f"page: {fake.url}/_fakie/ui/" in fake.line
        with watching(fake.url) as sock:
            read_until(sock, b"event: news")
            assert fake.stop()[0] == 0
            read_to_the_end(sock)


def test_events_tell_that_something_is_new(service: Service) -> None:
    """A page that has seen less is told so at once, one that has seen all is not; the feed tells the rest."""
    with open_door("direct", service) as door:
        door.new_task()
        response, headers = whole(service, "/events")
        assert headers["content-type"].startswith("text/event-stream")
        assert b'event: news\ndata: {"last": 1}\n\n' in response.body
        seen = re.search(rb"id: (.*)\n", response.body)
        assert seen
        again, _ = whole(service, "/events", {"Last-Event-ID": seen[1].decode()})
        assert b"event:" not in again.body
        feed = again.feed
        assert feed.start()
        assert feed.news() == b""
        door.new_task()
        assert b"event: news" in feed.news()
        assert feed.news() == b""
        door.post("/_fakie/clock", {"advance": 1})
        assert b"event: news" in feed.news()
        pull(door, "POST", "/clock", advance="1")
        assert b"event: news" in feed.news()
        feed.close()


def test_viewers_are_bounded_and_gone_ones_make_room(service: Service) -> None:
    """The seventeenth is not kept, and comes again by itself; one that goes lets the next one in."""
    feeds = [whole(service, "/events")[0].feed for _ in range(17)]
    assert [feed.start() for feed in feeds] == [True] * 16 + [False]
    feeds[-1].close()
    feeds[0].close()
    feeds[0].close()
    assert whole(service, "/events")[0].feed.start()
    assert not whole(service, "/events")[0].feed.start()


def test_a_proxy_is_told_to_hand_on_each_event_as_it_comes(service: Service) -> None:
    """One such as nginx holds an answer back until it is long, which an answer that goes on is not for minutes."""
    _, headers = whole(service, "/events")
    assert headers["x-accel-buffering"] == "no"
