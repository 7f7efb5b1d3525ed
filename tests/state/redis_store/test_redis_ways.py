"""How often a request goes to Redis, and that what it remembers of it for itself is never old."""

from collections.abc import Callable
from typing import Any

import pytest
import redis

from support.redis_fakes import Sharing
from support.servers.fakes import Collector, HandClock

HOOK = "http://127.0.0.1:9/hook"
Count = Callable[[Callable[[], Any]], int]


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> Count:
    """Count how often something is sent to Redis while a call is carried out, and waited for."""
    sent: list[object] = []
    real = redis.connection.AbstractConnection.send_packed_command

    def counted(connection: redis.connection.AbstractConnection, command: Any, check_health: bool = True) -> None:
        sent.append(command)
        real(connection, command, check_health)  # type: ignore[no-untyped-call]

    monkeypatch.setattr(redis.connection.AbstractConnection, "send_packed_command", counted)

    def count(call: Callable[[], Any]) -> int:
        sent.clear()
        call()
        return len(sent)

    return count


def test_a_request_goes_to_redis_as_seldom_as_it_can(share: Sharing, ways: Count) -> None:
    """One look, one lock, one commit and one entry; the first request of all also brings the scripts there."""
    one = share()
    task = one.door.new_task()
    one.door.record(task)
    one.door.get("/api/v1/chat/credit")
    assert ways(one.door.create) == 4
    assert ways(lambda: one.door.record(task)) == 5
    assert ways(lambda: one.door.get("/api/v1/chat/credit")) == 2
    assert ways(lambda: one.door.get("/api/v1/chat/credit", {})) == 2


def test_what_another_worker_ordered_between_two_requests_is_met(share: Sharing) -> None:
    """At once, and taken back at once: nothing of one request is remembered for the next."""
    one, other = share(), share()
    one.door.new_task()
    order = other.door.post("/_fakie/faults", {"code": 429, "times": 2}).data
    assert one.door.create().code == 429
    assert len(one.door.get("/_fakie/faults").data) == 1
    other.door.post("/_fakie/spoils", {"kind": "lost", "times": 1, "endpoint": "credit"})
    assert len(one.door.get("/_fakie/spoils").data) == 1
    assert other.door.ask("DELETE", f"/_fakie/faults/{order['id']}").code == 200
    assert one.door.create().code == 200


def test_an_event_that_a_request_plans_itself_is_carried_out_within_it(
    share: Sharing, sent: Collector, clock: HandClock
) -> None:
    """A callback before the answer: the request's first look at what is due was earlier than that."""
    one, other = share(), share()
    one.door.get("/api/v1/chat/credit")
    one.door.post("/_fakie/plans", {"quirk": "before_answer"})
    one.door.new_task(callBackUrl=HOOK)
    assert [outgoing.url for outgoing in sent.outgoing] == [HOOK]
    task = one.door.new_task()
    clock.seconds += 100
    assert other.door.record(task)["state"] == "success"


def test_entries_are_numbered_in_the_order_of_their_writing(share: Sharing) -> None:
    """Whoever writes them; one that is sent again after a lost connection is one entry."""
    one, other = share(), share()
    for worker in (one, other, one):
        worker.door.get("/api/v1/chat/credit")
    log = one.store.log
    real = log._add  # type: ignore[attr-defined]

    def lossy(*arguments: object) -> object:
        real(*arguments)
        return real(*arguments)

    log._add = lossy  # type: ignore[attr-defined]
    one.door.get("/api/v1/chat/credit")
    assert [entry["number"] for entry in other.door.get("/_fakie/journal").data] == [1, 2, 3, 4]
