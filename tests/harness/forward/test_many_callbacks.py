"""More callbacks out at once than a receiver on a port has places, or than there are threads for."""

import queue
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer

import pytest
import requests

from fakie.adapters.callback_sender import CallbackSender
from fakie.core.ports import Delivered, Outgoing
from fakie.harness.fake import Fake
from support.clients.client import BASE, BODY, KEY
from support.clients.doors import CREATE


class _Receivers(ThreadingTCPServer):
    request_queue_size = 50
    daemon_threads = True


class _Late(BaseHTTPRequestHandler):
    """One that takes a skipped 6 s, which is in time, also where a busy machine begins it 6 s late."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(6)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def _late() -> Iterator[str]:
    with _Receivers(("127.0.0.1", 0), _Late) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/hook"
        server.shutdown()


def _jobs(count: int, *urls: str) -> None:
    for number in range(count):
        body = {**BODY, "callBackUrl": urls[number % len(urls)]}
        assert requests.post(BASE + CREATE, json=body, headers=KEY, timeout=10).json()["code"] == 200


@pytest.mark.parametrize("wait", ["advance", "sleep"])
def test_a_callback_that_waits_for_its_place_has_its_time_from_then_on(served: Fake, wait: str) -> None:
    """Of twenty to a receiver with eight places, eight and then four go out as others are back; each comes once."""
    waits: dict[str, Callable[[float], object]] = {"advance": served.advance, "sleep": time.sleep}
    with _late() as url:
        _jobs(20, url)
        waits[wait](1000)
    delivered = served.journal.deliveries
    assert [entry.status for entry in delivered] == [200] * 20
    assert sum(entry.at > delivered[0].at + 11 for entry in delivered) == 4


def test_a_callback_that_is_given_up_leaves_its_place_to_the_next(served: Fake) -> None:
    """At that moment, and not when its real seconds are over; each is told of at its own."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as silent:
        _jobs(9, f"http://127.0.0.1:{silent.getsockname()[1]}/hook")
        served.advance(20)
    first = [entry for entry in served.journal.deliveries if entry.attempt == 1]
    assert [entry.at - first[0].at > 13 for entry in first] == [False] * 8 + [True]


@pytest.mark.timeout(60)
@pytest.mark.parametrize("wait", ["advance", "sleep"])
def test_callbacks_to_several_receivers_do_not_hold_each_other_up(served: Fake, wait: str) -> None:
    """Threads begin for more than eight that are out, while the time that is skipped carries out others."""
    waits: dict[str, Callable[[float], object]] = {"advance": served.advance, "sleep": time.sleep}
    with ExitStack() as receivers:
        _jobs(16, *[receivers.enter_context(_late()) for _ in range(4)])
        waits[wait](1000)
    assert len([entry for entry in served.journal.deliveries if entry.status == 200]) == 16


def test_a_callback_that_is_cut_off_ends_at_once() -> None:
    """Its receiver's connection is closed, so that no thread waits for it any longer."""
    sender, told, cuts = CallbackSender(threads=1), queue.SimpleQueue[Delivered](), list[Callable[[], None]]()

    def begins(_: Outgoing, done: Callable[[Delivered], None], cut: Callable[[], None]) -> Callable[[Delivered], None]:
        cuts.append(cut)
        return done

    with socket.create_server(("127.0.0.1", 0)) as silent:
        sender.send(Outgoing(f"http://127.0.0.1:{silent.getsockname()[1]}/", (), b"{}", 60.0), told.put, begins)
        taken, _ = silent.accept()
        with taken:
            while not taken.recv(4096).endswith(b"{}"):
                pass
            cuts[0]()
            assert told.get(timeout=20).status is None
            assert taken.recv(1) == b""
    sender.close()
