"""Whether a fake should get requests, as balancers and supervisors ask it."""

import json
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from fakie.adapters.state.sqlite_store import SqliteStore
from fakie.adapters.state.state_file import StateFile
from fakie.core.http.headers import Headers
from fakie.core.http.messages import Request
from fakie.core.ports import Delivered, Outgoing
from fakie.core.service import Service
from support.clients.doors import MODEL, Door, open_door, running
from support.servers.fakes import Collector
from support.wire import Wire, with_body

Make = Callable[..., Service]
READY = "/_fakie/ready"


def test_a_fake_is_ready_through_every_door(door: Door) -> None:
    """It says so, with HTTP 200."""
    answer = door.get(READY, {})
    assert (answer.status, answer.data) == (200, {"status": "ready"})


def test_whoever_balances_may_ask(make: Make) -> None:
    """It needs neither token nor a name, and the levers stay closed."""
    service = make(admin_token="secret")
    balancer = {"host": "fakie.staging.example"}
    assert service.handle(Request("GET", READY, headers=Headers(balancer), remote="10.1.2.3")).status == 200
    assert service.handle(Request("GET", "/_fakie/tasks", headers=Headers(balancer), remote="10.1.2.3")).status == 403


@pytest.mark.parametrize("path", ["/_fakie/health", READY])
def test_it_is_alive_while_every_thread_waits(
    service: Service, sent: Collector, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """Receivers that clients wait for hold up no question of a supervisor or balancer: who waits for one is served."""
    begun, freed = threading.Event(), threading.Event()

    def send(_: Outgoing, done: Callable[[Delivered], None]) -> None:
        begun.set()
        assert freed.wait(10)
        done(Delivered(200))

    monkeypatch.setattr(sent, "send", send)
    with running(service, threads=1) as url:
        create, lever, probe = Wire(url), Wire(url), Wire(url)
        job = json.dumps({"model": MODEL, "input": {}, "callBackUrl": "http://127.0.0.1:9/hook"}).encode()
        create.send(with_body(job)).answer()
        lever.send(b"POST /_fakie/clock HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n")
        lever.send(b'Content-Length: 14\r\n\r\n{"advance":60}')
        try:
            assert begun.wait(10)
            asked = time.monotonic()
            assert probe.send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()).answer()[0] == 200
            assert time.monotonic() - asked < 20
        finally:
            freed.set()
            assert lever.answer()[0] == 200
            for wire in (create, lever, probe):
                wire.close()


def test_one_that_stops_is_not_ready_and_still_answers(door: Door) -> None:
    """HTTP 503 sends balancers elsewhere; it lives, and what comes all the same is served."""
    door.service.control.health.stopping = True
    answer = door.get(READY, {})
    assert (answer.status, answer.situation, answer.msg) == (503, "fake_not_ready", "Not ready: it is stopping")
    assert door.get("/_fakie/health", {}).status == 200
    assert door.create().code == 200


@pytest.mark.parametrize("path", ["/_fakie/health", "/_fakie/ready"])
def test_whoever_asks_for_the_head_of_a_probe_alone_learns_as_much(make: Make, path: str) -> None:
    """As load balancers do; other levers are not pulled by it."""
    service = make(admin_token="secret")
    assert service.handle(Request("HEAD", path, remote="10.1.2.3")).status == 200
    service.control.health.stopping = True
    assert service.handle(Request("HEAD", path, remote="10.1.2.3")).status == (503 if "ready" in path else 200)
    token = Headers({"authorization": "Bearer secret"})
    assert service.handle(Request("HEAD", "/_fakie/clock", headers=token)).status == 404


def test_a_store_that_cannot_be_written_is_not_ready_until_it_can(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the first change that was lost; once there is room it is ready again, without a request having to try."""

    def full(_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with (
        closing(StateFile(tmp_path / "a.state")) as file,
        open_door("direct", make(store=partial(SqliteStore, file))) as door,
    ):
        assert door.create().code == 200
        with monkeypatch.context() as broken:
            broken.setattr(file, "commit", full)
            assert door.create().situation == "state_unwritable"
            answer = door.get(READY)
            assert (answer.status, answer.situation) == (503, "fake_not_ready")
            assert "the disk is full" in answer.msg
            assert _errors(door) > 1
        assert door.get(READY).data == {"status": "ready"}
        assert _errors(door) > 1


def _errors(door: Door) -> float:
    families = text_string_to_metric_families(door.get("/_fakie/metrics").body.decode())
    return next(one.samples[0].value for one in families if one.name == "fakie_store_errors")
