"""How `fakie serve` ends: by signals, at once or with grace, whatever is in work."""

import http.client
import signal
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from urllib.parse import urlsplit

import pytest

from support.clients.doors import CREDIT
from support.servers.program import Program, Start
from support.signals import heard
from support.wire import GOOD, Wire, with_body


def test_while_it_stops_it_is_not_ready(start: Start) -> None:
    """A balancer that asks over its connection hears so as long as requests in work have their grace."""
    program = start("--grace", "60")
    program.ask("POST", "/_fakie/spoils", {"kind": "latency", "seconds": 60})
    ready = b"GET /_fakie/ready HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with closing(Wire(program.url)) as balancer, closing(Wire(program.url)) as client:
        assert balancer.send(ready).answer()[0] == 200
        client.send(with_body(GOOD))
        while not program.ask("GET", "/_fakie/journal")["data"]:
            time.sleep(0.02)
        program.process.send_signal(signal.SIGTERM)
        status = 200
        while status == 200:
            status, answer = balancer.send(ready).answer()
        assert (status, answer["msg"]) == (503, "Not ready: it is stopping")


@pytest.fixture
def no_nohup() -> Iterator[None]:
    """Let a terminal's end count for what is started, also where nohup has the tests ignore it."""
    with heard(signal.SIGHUP, signal.SIG_DFL):
        yield


@pytest.mark.usefixtures("no_nohup")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_it_at_once_with_exit_0(start: Start, number: int) -> None:
    """Also while a request is half sent and a connection is kept alive."""
    program = start()
    parts = urlsplit(program.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0)) as half:
        half.sendall(b"POST /api/v1/jobs/createTask HTTP/1.1\r\nHost: x\r\n")
        program.ask("GET", CREDIT)
        started = time.monotonic()
        assert program.stop(number)[0] == 0
        assert time.monotonic() - started < 20


@pytest.mark.parametrize("more", [(), ("--server", "flask")], ids=["fast", "flask"])
def test_signals_that_come_while_it_ends_change_nothing(start: Start, more: tuple[str, ...]) -> None:
    """SIGTERM again and again, or after a Ctrl-C, until the interpreter itself has ended, is still exit code 0."""
    program = start(*more)
    program.process.send_signal(signal.SIGINT)
    while program.process.poll() is None:
        program.process.send_signal(signal.SIGTERM)
        time.sleep(0.005)
    assert program.process.returncode == 0


def test_a_second_ctrl_c_ends_what_takes_too_long(start: Start) -> None:
    """A request in work has its grace of a minute, unless whoever waits does not want to: exit code 130."""
    program = start("--grace", "60")
    program.ask("POST", "/_fakie/spoils", {"kind": "latency", "seconds": 60})
    with closing(Wire(program.url)) as client:
        client.send(with_body(GOOD))
        while not program.ask("GET", "/_fakie/journal")["data"]:
            time.sleep(0.02)
        while program.process.poll() is None:
            program.process.send_signal(signal.SIGINT)
            time.sleep(0.1)
    assert program.process.returncode == 130


def test_a_callback_that_the_answer_waits_for_does_not_hold_up_the_stop(start: Start) -> None:
    """A receiver that never answers a `before_answer` callback keeps its createTask waiting, not the end."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        program = start()
        program.ask("POST", "/_fakie/plans", {"race": "before_answer"})
        hook = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        asking = threading.Thread(target=_ask_in_vain, args=(program, hook))
        asking.start()
        held, _ = silent.accept()
        started = time.monotonic()
        assert program.stop()[0] == 0
        assert time.monotonic() - started < 10
        asking.join()
        held.close()


def _ask_in_vain(program: Program, hook: str) -> None:
    with suppress(OSError, http.client.HTTPException, ValueError):
        program.create(callBackUrl=hook)
