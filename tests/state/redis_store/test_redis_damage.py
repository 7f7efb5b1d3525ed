"""Values in Redis that another program has changed: an answer that says which, and nobody waits for a lock."""

import time
from typing import Any

import pytest

from support.redis_fakes import FakeWorker, Sharing

_HASHES = {"accounts": "an account", "tasks": "a task", "orders": "an order"}
_JUNK = {"text": b"junk", "not finite": b'{"id": NaN}', "another type": b"[]", "bytes": b"\xff\xfe", "no field": b"{}"}


def answers(worker: FakeWorker, task: str) -> list[Any]:
    """Ask for all that reads accounts, tasks and orders."""
    door = worker.door
    return [door.create(), door.get(f"/api/v1/jobs/recordInfo?taskId={task}"), door.get("/_fakie/accounts")]


@pytest.mark.parametrize("junk", _JUNK)
@pytest.mark.parametrize("name", _HASHES)
def test_a_value_that_cannot_be_read_is_told(share: Sharing, name: str, junk: str) -> None:
    """By whoever needs it; once it is right again all goes on at once, for no lock was left."""
    one = share()
    one.door.post("/_fakie/faults", {"code": 429, "endpoint": "credit"})
    task = one.door.new_task()
    whole = one.connection.command("HGETALL", name)
    for field in whole:
        one.connection.command("HSET", name, field, _JUNK[junk])
    # As if it had been changed by another fake, which says so.
    one.connection.command("INCR", "orders_version")
    refused = [answer for answer in answers(one, task) if answer.situation == "state_unwritable"]
    assert refused
    assert all(f"{_HASHES[name]} in it cannot be read" in answer.msg for answer in refused)
    assert {answer.code for answer in answers(one, task)} <= {200, 500}
    for field, data in whole.items():
        one.connection.command("HSET", name, field, data)
    one.connection.command("INCR", "orders_version")
    began = time.monotonic()
    assert {answer.code for answer in answers(one, task)} == {200}
    assert time.monotonic() - began < 20


def test_an_event_that_cannot_be_read_is_told(share: Sharing) -> None:
    """Also by the work on its account, which lets its lock go."""
    one = share()
    one.door.new_task()
    [account] = one.store.accounts()
    key = f"events:{account.handle}"
    one.connection.command("ZADD", key, 0, "junk")
    refused = one.door.create()
    assert (refused.situation, refused.code) == ("state_unwritable", 500)
    assert "an event in it cannot be read" in refused.msg
    one.connection.command("ZREM", key, "junk")
    assert one.door.create().code == 200
